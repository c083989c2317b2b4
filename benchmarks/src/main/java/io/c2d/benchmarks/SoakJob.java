package io.c2d.benchmarks;

import io.c2d.client.JobView;
import io.c2d.client.WorkflowBuilder;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Workflow;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/**
 * An accepted job and how it has to end.
 *
 * @param id the job
 * @param plan what was asked of it
 */
record SoakJob(JobId id, Plan plan) {
    private static final int FAILURE = 3;

    /** What a job does and what its caller does with it. */
    enum Kind {
        /** Ends with 0 and leaves a file. */
        SUCCEEDS,
        /** Ends with another code. */
        FAILS,
        /** Runs for ever, and is stopped by its caller. */
        IS_STOPPED,
        /** Runs for longer than it may. */
        TIMES_OUT,
        /** Is deleted by its caller, wherever it is. */
        IS_DELETED
    }

    /**
     * What is asked of a job.
     *
     * @param kind what it does
     * @param work how long its algorithm takes, or how long until its caller acts
     */
    record Plan(Kind kind, Duration work) {
        static Plan draw(Random random) {
            int share = random.nextInt(100);
            Kind kind = share < 50
                    ? Kind.SUCCEEDS
                    : share < 70
                            ? Kind.FAILS
                            : share < 80 ? Kind.IS_STOPPED : share < 88 ? Kind.TIMES_OUT : Kind.IS_DELETED;
            return new Plan(kind, Duration.ofMillis(random.nextInt(3_000)));
        }

        Workflow workflow() {
            String seconds = Benchmark.text("%.3f", work.toMillis() / 1e3);
            String script = switch (kind) {
                case SUCCEEDS -> "sleep " + seconds + "; echo done > $OUTPUTS/result";
                case FAILS -> "sleep " + seconds + "; exit " + FAILURE;
                case IS_STOPPED, TIMES_OUT -> "sleep 3600";
                case IS_DELETED -> "echo done > $OUTPUTS/result; sleep " + seconds;
            };
            return WorkflowBuilder.create()
                    .rawCode(script)
                    .image("sh")
                    .tag("1")
                    .entrypoint("sh $ALGO")
                    .maxTime(kind == Kind.TIMES_OUT ? Duration.ofSeconds(2) : Duration.ofHours(1))
                    .build();
        }
    }

    /** What is wrong with its end, if something is. */
    Optional<String> fault(Optional<JobView> seen) {
        if (seen.isEmpty()) {
            return Optional.of("is lost");
        }
        JobView view = seen.get();
        boolean right = switch (plan.kind()) {
            case SUCCEEDS ->
                ended(view, Outcome.SUCCEEDED, 0) && view.outputsUrl().size() == 1;
            case FAILS -> ended(view, Outcome.ALGORITHM_FAILED, FAILURE);
            case IS_STOPPED -> view.knownOutcome().equals(Optional.of(Outcome.STOPPED));
            case TIMES_OUT -> view.knownOutcome().equals(Optional.of(Outcome.TIMED_OUT));
            case IS_DELETED -> view.removed() && view.outputsUrl().isEmpty();
        };
        return right
                ? Optional.empty()
                : Optional.of("ended as " + view.outcome() + ", code " + view.exitCode() + ", "
                        + view.outputsUrl().size() + " outputs, removed " + view.removed() + ": " + view.reason());
    }

    private static boolean ended(JobView view, Outcome outcome, int code) {
        return view.knownOutcome().equals(Optional.of(outcome))
                && Integer.valueOf(code).equals(view.exitCode());
    }
}

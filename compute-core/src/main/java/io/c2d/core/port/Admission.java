package io.c2d.core.port;

import io.c2d.core.model.Attempt;
import io.c2d.core.model.Job;
import io.c2d.core.model.Submission;
import io.c2d.core.port.SubmitResult.Kind;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a submission does, given what is stored: the one place of this rule, asked by every store inside its transaction.
 *
 * @param result what to answer
 * @param toWrite the job to insert or to update, {@code null} where nothing is written
 */
public record Admission(SubmitResult result, @Nullable Job toWrite) {

    /** The job to insert ({@code CREATED}) or to update ({@code RESTARTED}), if any. */
    public Optional<Job> write() {
        return Optional.ofNullable(toWrite);
    }

    /**
     * Decides.
     *
     * @param request the submission
     * @param named the job that the request names, if it names one and it is there
     * @param newest the newest job of the request's owner and agreement, if there is one
     * @param running the one of them that has not ended, if there is one; where a job is named, of that job's agreement
     * @param now the store's time
     */
    public static Admission decide(
            SubmitRequest request, Optional<Job> named, Optional<Job> newest, Optional<Job> running, Instant now) {
        if (request.restart().isPresent()) {
            return restartNamed(request, named, running, now);
        }
        if (running.isPresent()) {
            return refuse(SubmitResult.of(Kind.AGREEMENT_RUNNING, running.get().id()));
        }
        if (newest.isPresent() && newest.get().isRestartable() && sameWork(request, newest.get())) {
            return restart(request, newest.get(), now);
        }
        if (request.workflow().isEmpty()) {
            return refuse(SubmitResult.of(Kind.NOTHING_TO_RESTART));
        }
        return create(request, now);
    }

    private static Admission restartNamed(
            SubmitRequest request, Optional<Job> named, Optional<Job> running, Instant now) {
        Optional<Job> mine = named.filter(job -> job.submission().owner().sameAs(request.owner()))
                .filter(job -> request.agreementId()
                        .map(job.submission().agreementId()::equals)
                        .orElse(true));
        if (mine.isEmpty()) {
            return refuse(SubmitResult.of(Kind.NOT_FOUND));
        }
        Job job = mine.get();
        if (!job.isRestartable() || !sameWork(request, job)) {
            return refuse(SubmitResult.of(Kind.NOT_RESTARTABLE, job.id()));
        }
        if (running.isPresent()) {
            return refuse(SubmitResult.of(Kind.AGREEMENT_RUNNING, running.get().id()));
        }
        return restart(request, job, now);
    }

    private static boolean sameWork(SubmitRequest request, Job job) {
        return request.workflow()
                .map(work -> work.sha256().equals(job.submission().workflow().sha256()))
                .orElse(true);
    }

    private static Admission restart(SubmitRequest request, Job job, Instant now) {
        if (request.fullQueues().contains(job.submission().environment())) {
            return refuse(SubmitResult.of(Kind.QUEUE_FULL));
        }
        Job next = job.restarted(Attempt.begin(job.attempt().number() + 1, now));
        return new Admission(SubmitResult.of(Kind.RESTARTED, job.id()), next);
    }

    private static Admission create(SubmitRequest request, Instant now) {
        if (request.fullQueues().contains(request.environment())) {
            return refuse(SubmitResult.of(Kind.QUEUE_FULL));
        }
        Submission submission = new Submission(
                request.owner(),
                request.agreementId().orElseThrow(),
                request.workflow().orElseThrow(),
                request.environment(),
                now);
        return new Admission(SubmitResult.of(Kind.CREATED, request.newId()), Job.create(request.newId(), submission));
    }

    private static Admission refuse(SubmitResult result) {
        return new Admission(result, null);
    }
}

package io.c2d.testkit.world;

import io.c2d.core.model.Artifact;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.StepTry;
import io.c2d.testkit.SimulatedScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What must happen in time once nothing fails any more; looked at each second. The bounds hold from the instant of the cause
 * or from the end of the faults, whichever is later.
 */
final class Liveness {
    /** A look that was lost is made up for by the resync, each 30 s, and a turn in trouble comes back within 10 s. */
    static final Duration UNSEEN = Duration.ofMinutes(1);

    /** A look that was lost, and five seconds before a wait is worth saying. */
    static final Duration UNSHOWN = Duration.ofSeconds(45);

    /** A job that is owned and open has a turn or a timer to come, or gets one at the next resync. */
    static final Duration UNATTENDED = Duration.ofSeconds(45);

    /** A stop: take-over, a lost look, the grace, a filter and a publish of some seconds. */
    static final Duration STOP = Duration.ofSeconds(100);

    /** A stop of what has not begun, room or no room: take-over, a poll. */
    static final Duration QUEUED_STOP = Duration.ofSeconds(45);

    /** A dead engine's jobs: its lease, a poll. */
    static final Duration TAKE_OVER = Duration.ofSeconds(30);

    /** Everything: each job in turn runs for its longest time, and each step has its limits. */
    static final Duration ALL = Duration.ofMinutes(90);

    private final SimulatedScheduler scheduler;
    private final RowRules rows;
    private final ClusterModel cluster;
    private final Verdict verdict;
    private final Predicate<JobId> attended;
    private final Map<String, Long> since = new LinkedHashMap<>();

    Liveness(
            SimulatedScheduler scheduler,
            RowRules rows,
            ClusterModel cluster,
            Verdict verdict,
            Predicate<JobId> attended) {
        this.scheduler = scheduler;
        this.rows = rows;
        this.cluster = cluster;
        this.verdict = verdict;
        this.attended = attended;
    }

    /**
     * Looks at all jobs.
     *
     * @param peace whether no effect of a fault comes any more; before, nothing but what a job shows is looked at, since what
     *     it waits for then began while there were faults
     */
    void tick(boolean peace) {
        List<String> now = new ArrayList<>();
        for (Job job : rows.rows()) {
            if (job.isOpen()) {
                shows(job, now);
            }
            if (job.isOpen() && peace) {
                look(job, now);
            }
        }
        since.keySet().retainAll(now);
    }

    private void look(Job job, List<String> now) {
        boolean mine =
                job.owner() != null && job.claimedAttempt() == job.attempt().number();
        boolean alive = mine && rows.isAlive(job.owner());
        if (mine && !alive) {
            notFor(TAKE_OVER, "take-over", () -> "owned by a dead engine: " + job, key("dead", job, job.owner()), now);
        }
        if (alive && !attended.test(job.id())) {
            notFor(UNATTENDED, "15", () -> "nobody will look at " + job, key("unattended", job, job.version()), now);
        }
        if (!job.isFinished() && job.wishes().wantEnd()) {
            Instant wished = job.wishes().stopAt();
            Duration bound = job.status() == JobStatus.WARMING_UP ? QUEUED_STOP : STOP;
            notFor(bound, "stop", () -> "not stopped in time: " + job, key("stop", job, String.valueOf(wished)), now);
        }
        StepTry step = job.attempt().step();
        if (alive && !job.isFinished() && step != null && hasEnded(step)) {
            notFor(
                    UNSEEN,
                    "unseen",
                    () -> "its step has ended, unseen: " + job,
                    key("unseen", job, step.id().name()),
                    now);
        }
    }

    /** A job shows what its step waits for, and neither that nor a trouble once its step runs. */
    private void shows(Job job, List<String> now) {
        Attempt attempt = job.attempt();
        StepTry step = attempt.step();
        if (step == null
                || job.isFinished()
                || job.wishes().wantEnd()
                || attempt.end() != null
                || !rows.isAlive(job.owner())) {
            return;
        }
        boolean waits = Snapshots.NO_PLACE.equals(attempt.reason());
        for (Container container : cluster.containers()) {
            boolean told = container.began() ? attempt.reason() == null : waits;
            if (container.id.equals(step.id()) && container.spec != null && container.end == null && !told) {
                String key = key("shows", job, step.id().name() + container.began() + job.owner());
                notFor(UNSHOWN, "shows", () -> "it does not say how its step is: " + job, key, now);
            }
        }
    }

    private boolean hasEnded(StepTry step) {
        return cluster.containers().stream().anyMatch(c -> c.id.equals(step.id()) && c.end != null && c.reported);
    }

    private static String key(String what, Job job, @Nullable Object detail) {
        return what + " " + job.id() + " " + job.attempt().number() + " " + detail;
    }

    private void notFor(Duration bound, String rule, Supplier<String> what, String key, List<String> now) {
        now.add(key);
        long began = since.computeIfAbsent(key, k -> scheduler.ticker().read());
        Duration lasted = Duration.ofNanos(scheduler.ticker().read() - began);
        verdict.require(lasted.compareTo(bound) <= 0, rule, what);
    }

    /** Whether all jobs have ended and gone. */
    boolean isAllDone() {
        return rows.rows().stream().noneMatch(Job::isOpen);
    }

    /** Nothing may be left of what has gone. */
    void nothingIsLeft(SimulatedArtifacts artifacts) {
        for (AttemptObjects objects : cluster.all()) {
            verdict.require(!objects.ours, "left over", () -> "objects of " + objects.ref);
        }
        for (Container container : cluster.containers()) {
            verdict.require(
                    container.isInProcess() || !container.isAlive(), "left over", () -> container + " still runs");
        }
        for (JobId id : artifacts.jobs()) {
            Job job = rows.rows().stream()
                    .filter(row -> row.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> verdict.broken("left over", "artifacts of " + id));
            for (int attempt : artifacts.attempts(id)) {
                boolean current = !job.removed() && attempt == job.attempt().number();
                verdict.require(current, "left over", () -> "artifacts of attempt " + attempt + " of " + job);
            }
        }
        for (Job job : rows.rows()) {
            for (Artifact artifact : job.manifest()) {
                verdict.require(artifacts.text(artifact).isPresent(), "9", () -> "lost " + artifact + " of " + job);
            }
        }
    }
}

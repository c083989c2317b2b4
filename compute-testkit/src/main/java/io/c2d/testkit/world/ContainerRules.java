package io.c2d.testkit.world;

import io.c2d.core.model.AlgorithmEnd;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.StepSpec;
import io.c2d.testkit.SimulatedScheduler;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Holds every container that really runs to rules 1 to 5, 8, 10, 13 and 14. */
final class ContainerRules implements ClusterWatcher {
    /** How much longer than its own limit something may run in the cluster. */
    private static final Duration OVERRUN = Duration.ofSeconds(10);

    private final SimulatedScheduler scheduler;
    private final Function<JobId, Optional<Job>> rows;
    private final Supplier<ClusterModel> cluster;
    private final Verdict verdict;
    private final Trace trace;

    ContainerRules(
            SimulatedScheduler scheduler,
            Function<JobId, Optional<Job>> rows,
            Supplier<ClusterModel> cluster,
            Verdict verdict,
            Trace trace) {
        this.scheduler = scheduler;
        this.rows = rows;
        this.cluster = cluster;
        this.verdict = verdict;
        this.trace = trace;
    }

    @Override
    public void started(Container container, AttemptObjects objects) {
        StepId id = container.id;
        Optional<Job> row = rows.apply(id.job());
        verdict.require(objects.ours, "13", () -> container + " runs under another installation's anchor");
        if (container.isInProcess()) {
            // Not a container: a late one has only its own folder. What is read must still be what the row names.
            return;
        }
        verdict.require(objects.volume, "3", () -> container + " starts without the attempt's volume");
        verdict.require(
                row.isPresent() && !row.get().removed(), "3", () -> container + " starts of a job that is gone");
        Job job = row.get();
        StepTry current = job.attempt().step();
        boolean named = !job.isFinished()
                && job.attempt().number() == id.attempt()
                && current != null
                && current.id().equals(id);
        verdict.require(named, "3", () -> container + " starts, but the row is at " + job);
        others(container);
        reads(container, objects, job);
        boolean bound = objects.policy || id.kind() != StepKind.ALGORITHM;
        verdict.require(bound, "14", () -> container + " starts without its network policy");
        boolean fewTries = id.tryNumber() <= 50;
        verdict.require(fewTries, "17", () -> container + " is one try too many");
    }

    private void others(Container container) {
        StepId id = container.id;
        for (Container other : cluster.get().containers()) {
            if (other == container || !other.id.job().equals(id.job()) || other.isInProcess()) {
                continue;
            }
            boolean sameAttempt = other.id.attempt() == id.attempt();
            boolean sameStep = sameAttempt && other.id.kind() == id.kind() && other.id.stage() == id.stage();
            if (other.isAlive()) {
                String rule = sameStep ? "1" : "4";
                throw verdict.broken(rule, container + " starts while " + other + " runs");
            }
            boolean again = sameStep && other.isCleanSuccess();
            verdict.require(!again, "2", () -> container + " starts though " + other + " exited 0");
        }
    }

    private static StepKind id(Container container) {
        return container.id.kind();
    }

    /** What a step reads was written whole, by the try that the row names. */
    private void reads(Container container, AttemptObjects objects, Job job) {
        StepSpec spec = container.requireSpec();
        AlgorithmEnd end = job.attempt().end();
        boolean afterAlgorithm = id(container) == StepKind.FILTER || id(container) == StepKind.PUBLISH;
        boolean asStored = id(container) == StepKind.STAGE_IN
                || Objects.equals(spec.stagedBy(), job.attempt().staged());
        if (afterAlgorithm) {
            asStored &= end != null && Objects.equals(spec.algorithm(), end.algorithm());
        }
        if (id(container) == StepKind.PUBLISH) {
            asStored &= end != null && Objects.equals(spec.filter(), end.filter());
        }
        verdict.require(asStored, "5", () -> container + " reads " + spec + ", the row says " + job);
        if (container.id.kind() == StepKind.ALGORITHM) {
            StepId staged = spec.staged().orElseThrow();
            String input = objects.folder(cluster.get().rules().folder(staged)).getOrDefault("input", "(nothing)");
            verdict.require(input.equals("staged by " + staged.name()), "5", () -> container + " reads " + input);
        }
    }

    @Override
    public void ended(Container container) {
        trace.add("ended: " + container + " " + container.end);
        if (container.began() && container.spec != null) {
            withinLimit(container);
        }
    }

    /** The cluster's own limit binds even while no engine lives. */
    private void withinLimit(Container container) {
        if (container.isInProcess() || container.spec == null) {
            return;
        }
        long until =
                container.endedAt >= 0 ? container.endedAt : scheduler.ticker().read();
        Duration ran = Duration.ofNanos(until - container.startedAt);
        Duration most = container.spec.limit().plus(OVERRUN);
        verdict.require(ran.compareTo(most) <= 0, "8", () -> container + " ran for " + ran);
    }

    /** What holds between events: looked at each second. */
    void tick() {
        for (Container container : cluster.get().containers()) {
            if (container.isAlive()) {
                withinLimit(container);
            }
        }
    }

    @Override
    public void removing(AttemptObjects objects) {
        trace.add("removing: " + objects.ref + " " + objects.identity);
        verdict.require(objects.ours, "13", () -> "another installation's " + objects.ref + " is removed");
        Job job = rows.apply(objects.ref.job()).orElse(null);
        boolean current = job != null
                && !job.isFinished()
                && job.attempt().number() == objects.ref.attempt()
                && (job.attempt().anchor() == null
                        || objects.identity.equals(job.attempt().anchor()));
        verdict.require(!current, "13", () -> "what the row names is removed: " + objects.ref + ", " + job);
    }

    @Override
    public void killing(Container container, AttemptRef meant) {
        boolean same = container.id.job().equals(meant.job()) && container.id.attempt() == meant.attempt();
        verdict.require(same, "10", () -> container + " is killed, and " + meant + " was meant");
    }

    @Override
    public void policyGone(AttemptObjects objects) {
        boolean alive = objects.tries.values().stream().anyMatch(c -> c.id.kind() == StepKind.ALGORITHM && c.isAlive());
        verdict.require(!alive, "14", () -> "the policy of " + objects.ref + " is gone while its algorithm runs");
    }
}

package io.c2d.core.port;

import io.c2d.core.model.ComputeException;
import io.c2d.core.model.Workflow;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A named place to run in, with its limits; {@code compute.namespace} of a workflow names one.
 *
 * @param name its name; {@value #DEFAULT} always exists
 * @param quotas how many jobs may run and wait there
 * @param maxTime the longest that an algorithm may run, and what holds where a workflow names none
 * @param maxTries the most tries of one step when the machinery fails
 * @param stopGrace the time between SIGTERM and SIGKILL
 * @param limits the longest that each phase may take
 * @param resources what one algorithm may use
 * @param retention how long results are kept after a job's end
 * @param filterCommand a shell line that works on {@code /data/outputs} before they are published, {@code null} for none
 */
public record Environment(
        String name,
        Quotas quotas,
        Duration maxTime,
        int maxTries,
        Duration stopGrace,
        PhaseLimits limits,
        Resources resources,
        Duration retention,
        @Nullable String filterCommand) {
    /** The environment that is always there. */
    public static final String DEFAULT = "default";

    /** How long results are kept where nothing is configured. */
    public static final Duration RETENTION = Duration.ofDays(30);

    /** Checks the ranges. */
    public Environment {
        if (maxTries < 1 || maxTime.compareTo(Duration.ofSeconds(1)) < 0 || stopGrace.isNegative()) {
            throw new IllegalArgumentException("environment " + name + ": tries and maxtime are at least 1");
        }
        if (retention.isNegative()) {
            throw new IllegalArgumentException("environment " + name + ": retention is not negative");
        }
    }

    /**
     * How many jobs may run and wait.
     *
     * @param maxJobs the most that run at a time
     * @param maxJobsPerOwner the most of one owner that run at a time
     * @param maxQueued the most that wait; beyond, submissions are refused until there is room
     * @param maxQueuedPerOwner the most of one owner that wait
     */
    public record Quotas(int maxJobs, int maxJobsPerOwner, int maxQueued, int maxQueuedPerOwner) {
        /** What holds where nothing is configured. */
        public static final Quotas DEFAULTS = running(4);

        /** Checks the ranges. */
        public Quotas {
            if (maxJobs < 1 || maxJobsPerOwner < 1 || maxQueued < 1 || maxQueuedPerOwner < 1) {
                throw new IllegalArgumentException("quotas are at least 1");
            }
        }

        /**
         * So many jobs at a time, all of them of one owner if nobody else comes; 10,000 may wait, 1,000 of one owner, or as
         * many as may run where that is more.
         */
        public static Quotas running(int jobs) {
            return new Quotas(jobs, jobs, Math.max(jobs, 10_000), Math.max(jobs, 1_000));
        }
    }

    /**
     * The longest that each phase may take; each ends in an outcome of its own (DESIGN, "Stop").
     *
     * @param queueing waiting for room
     * @param volumes making the attempt's volume
     * @param staging fetching inputs and algorithm
     * @param scheduling from the algorithm's start being stored to its being seen running
     * @param filtering the filter
     * @param publishing the publishing
     * @param lost how long after a step should have ended the attempt is given up, when its end can't be known
     */
    public record PhaseLimits(
            Duration queueing,
            Duration volumes,
            Duration staging,
            Duration scheduling,
            Duration filtering,
            Duration publishing,
            Duration lost) {
        /** What holds where nothing is configured. */
        public static final PhaseLimits DEFAULTS = new PhaseLimits(
                Duration.ofDays(7),
                Duration.ofMinutes(5),
                Duration.ofHours(1),
                Duration.ofMinutes(30),
                Duration.ofMinutes(30),
                Duration.ofHours(1),
                Duration.ofMinutes(10));
    }

    /**
     * What one algorithm may use.
     *
     * @param cpus processors, may be a fraction
     * @param memoryBytes main memory
     * @param outputBytes the size of each file that it may write
     * @param processes processes and threads
     * @param logBytes how much of its log is kept: the head and the tail of it
     * @param maxInstances how many of it may run at once, each with all of the above; 1 on clusters that run one alone
     */
    public record Resources(
            double cpus, long memoryBytes, long outputBytes, int processes, long logBytes, int maxInstances) {
        /** What holds where nothing is configured. */
        public static final Resources DEFAULTS = new Resources(1.0, 1L << 30, 10L << 30, 256, 8L << 20, 1);

        /** Checks the ranges. */
        public Resources {
            if (!(cpus > 0) || memoryBytes < (4 << 20) || outputBytes < 1 || processes < 1 || logBytes < 1024) {
                throw new IllegalArgumentException("an algorithm needs some of each resource");
            }
            if (maxInstances < 1) {
                throw new IllegalArgumentException("an algorithm runs at least once");
            }
        }

        /** For algorithms that run once. */
        public Resources(double cpus, long memoryBytes, long outputBytes, int processes, long logBytes) {
            this(cpus, memoryBytes, outputBytes, processes, logBytes, 1);
        }

        /** The same with other instances. */
        public Resources withMaxInstances(int count) {
            return new Resources(cpus, memoryBytes, outputBytes, processes, logBytes, count);
        }
    }

    /**
     * Checks that a workflow asks for no more than there is.
     *
     * @param stages the JSON pointer of the workflow's stages
     * @throws ComputeException if it does, with a pointer
     */
    public void requireRoomFor(Workflow workflow, String stages) {
        for (int i = 0; i < workflow.stages().size(); i++) {
            if (workflow.stage(i).compute().instances() > resources.maxInstances()) {
                throw ComputeException.invalid(
                        stages + "/" + i + "/compute/Instances",
                        "the environment \"" + name + "\" runs at most " + resources.maxInstances());
            }
        }
    }

    /** An environment of that name with the defaults. */
    public static Environment defaults(String name) {
        return new Environment(
                name,
                Quotas.DEFAULTS,
                Duration.ofHours(24),
                3,
                Duration.ofSeconds(2),
                PhaseLimits.DEFAULTS,
                Resources.DEFAULTS,
                RETENTION,
                null);
    }

    /** The operator's filter, if there is one. */
    public Optional<String> filter() {
        return Optional.ofNullable(filterCommand);
    }

    /** The same with another number of jobs. */
    public Environment withMaxJobs(int jobs) {
        return withQuotas(Quotas.running(jobs));
    }

    /** The same with other quotas. */
    public Environment withQuotas(Quotas other) {
        return new Environment(name, other, maxTime, maxTries, stopGrace, limits, resources, retention, filterCommand);
    }

    /** The same with another time for which results are kept. */
    public Environment withRetention(Duration other) {
        return new Environment(name, quotas, maxTime, maxTries, stopGrace, limits, resources, other, filterCommand);
    }

    /** The same with another longest time of an algorithm. */
    public Environment withMaxTime(Duration other) {
        return new Environment(name, quotas, other, maxTries, stopGrace, limits, resources, retention, filterCommand);
    }

    /** The same with another number of tries. */
    public Environment withMaxTries(int other) {
        return new Environment(name, quotas, maxTime, other, stopGrace, limits, resources, retention, filterCommand);
    }

    /** The same with a filter. */
    public Environment withFilter(String command) {
        return new Environment(name, quotas, maxTime, maxTries, stopGrace, limits, resources, retention, command);
    }

    /** The same with other limits. */
    public Environment withLimits(PhaseLimits other) {
        return new Environment(name, quotas, maxTime, maxTries, stopGrace, other, resources, retention, filterCommand);
    }

    /** The same with other resources. */
    public Environment withResources(Resources other) {
        return new Environment(name, quotas, maxTime, maxTries, stopGrace, limits, other, retention, filterCommand);
    }

    /** The same with another time between SIGTERM and SIGKILL. */
    public Environment withStopGrace(Duration grace) {
        return new Environment(name, quotas, maxTime, maxTries, grace, limits, resources, retention, filterCommand);
    }
}

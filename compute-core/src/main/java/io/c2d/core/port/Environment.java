package io.c2d.core.port;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A named place to run in, with its limits; {@code compute.namespace} of a workflow names one.
 *
 * @param name its name; {@value #DEFAULT} always exists
 * @param maxJobs the most jobs that run there at a time
 * @param maxTime the longest that an algorithm may run, and what holds where a workflow names none
 * @param maxTries the most tries of one step when the machinery fails
 * @param stopGrace the time between SIGTERM and SIGKILL
 * @param limits the longest that each phase may take
 * @param resources what one algorithm may use
 * @param filterCommand a shell line that works on {@code /data/outputs} before they are published, {@code null} for none
 */
public record Environment(
        String name,
        int maxJobs,
        Duration maxTime,
        int maxTries,
        Duration stopGrace,
        PhaseLimits limits,
        Resources resources,
        @Nullable String filterCommand) {
    /** The environment that is always there. */
    public static final String DEFAULT = "default";

    /** Checks the ranges. */
    public Environment {
        if (maxJobs < 1 || maxTries < 1 || maxTime.compareTo(Duration.ofSeconds(1)) < 0 || stopGrace.isNegative()) {
            throw new IllegalArgumentException("environment " + name + ": jobs, tries and maxtime are at least 1");
        }
    }

    /**
     * The longest that each phase may take; each ends in an outcome of its own (DESIGN, "Stop").
     *
     * @param volumes making the attempt's volume
     * @param staging fetching inputs and algorithm
     * @param scheduling from the algorithm's start being stored to its being seen running
     * @param filtering the filter
     * @param publishing the publishing
     * @param lost how long after a step should have ended the attempt is given up, when its end can't be known
     */
    public record PhaseLimits(
            Duration volumes,
            Duration staging,
            Duration scheduling,
            Duration filtering,
            Duration publishing,
            Duration lost) {
        /** What holds where nothing is configured. */
        public static final PhaseLimits DEFAULTS = new PhaseLimits(
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
     */
    public record Resources(double cpus, long memoryBytes, long outputBytes, int processes, long logBytes) {
        /** What holds where nothing is configured. */
        public static final Resources DEFAULTS = new Resources(1.0, 1L << 30, 10L << 30, 256, 8L << 20);

        /** Checks the ranges. */
        public Resources {
            if (!(cpus > 0) || memoryBytes < (4 << 20) || outputBytes < 1 || processes < 1 || logBytes < 1024) {
                throw new IllegalArgumentException("an algorithm needs some of each resource");
            }
        }
    }

    /** An environment of that name with the defaults. */
    public static Environment defaults(String name) {
        return new Environment(
                name,
                4,
                Duration.ofHours(24),
                3,
                Duration.ofSeconds(2),
                PhaseLimits.DEFAULTS,
                Resources.DEFAULTS,
                null);
    }

    /** The operator's filter, if there is one. */
    public Optional<String> filter() {
        return Optional.ofNullable(filterCommand);
    }

    /** The same with another number of jobs. */
    public Environment withMaxJobs(int jobs) {
        return new Environment(name, jobs, maxTime, maxTries, stopGrace, limits, resources, filterCommand);
    }

    /** The same with a filter. */
    public Environment withFilter(String command) {
        return new Environment(name, maxJobs, maxTime, maxTries, stopGrace, limits, resources, command);
    }

    /** The same with other limits. */
    public Environment withLimits(PhaseLimits other) {
        return new Environment(name, maxJobs, maxTime, maxTries, stopGrace, other, resources, filterCommand);
    }

    /** The same with other resources. */
    public Environment withResources(Resources other) {
        return new Environment(name, maxJobs, maxTime, maxTries, stopGrace, limits, other, filterCommand);
    }

    /** The same with another time between SIGTERM and SIGKILL. */
    public Environment withStopGrace(Duration grace) {
        return new Environment(name, maxJobs, maxTime, maxTries, grace, limits, resources, filterCommand);
    }
}

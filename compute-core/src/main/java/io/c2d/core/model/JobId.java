package io.c2d.core.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * A job's name for callers and for the cluster: 32 lower-case hex digits, a valid part of a Kubernetes name. New ones are
 * UUIDv7 (RFC 9562, 5.7) without dashes, so they grow with time; nothing relies on that order.
 *
 * @param value 32 lower-case hex digits
 */
public record JobId(String value) implements Comparable<JobId> {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

    /** Checks the form. */
    public JobId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("a job id has 32 lower-case hex digits");
        }
    }

    /** The id that the text names, if it names one. */
    public static Optional<JobId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new JobId(text)) : Optional.empty();
    }

    /** A new id from the given time (millisecond part) and 74 random bits. */
    public static JobId create(Instant now, RandomGenerator random) {
        long high = (now.toEpochMilli() << 16) | 0x7000L | (random.nextLong() & 0x0fffL);
        long low = 0x8000_0000_0000_0000L | (random.nextLong() >>> 2);
        return new JobId(new UUID(high, low).toString().replace("-", ""));
    }

    @Override
    public int compareTo(JobId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

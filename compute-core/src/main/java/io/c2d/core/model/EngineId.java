package io.c2d.core.model;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * One life of one engine. New at each start and after each lost lease, so that a write by a former life is never taken for
 * one of the present.
 *
 * @param value 1 to 64 letters, digits or dashes
 */
public record EngineId(String value) implements Comparable<EngineId> {
    /** Checks the form. */
    public EngineId {
        if (value.isEmpty() || value.length() > 64 || !value.chars().allMatch(EngineId::allowed)) {
            throw new IllegalArgumentException("an engine id has 1 to 64 letters, digits or dashes");
        }
    }

    private static boolean allowed(int c) {
        return c == '-' || (c < 128 && Character.isLetterOrDigit(c));
    }

    /** A new id of 128 random bits. */
    public static EngineId create(RandomGenerator random) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return new EngineId(HexFormat.of().formatHex(bytes));
    }

    @Override
    public int compareTo(EngineId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

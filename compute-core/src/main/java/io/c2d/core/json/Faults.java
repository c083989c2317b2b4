package io.c2d.core.json;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.Fault;

/** Gathers what is wrong with one request, so that all of it is told at once. Not thread-safe; one a request. */
public final class Faults {
    /** The most faults that are told. */
    public static final int MAX = 100;

    private final ImmutableList.Builder<Fault> faults = ImmutableList.builder();
    private int count;

    /** Notes one fault. */
    public void add(String pointer, String message) {
        if (count < MAX) {
            faults.add(new Fault(pointer, message));
        }
        count++;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /**
     * Ends the reading.
     *
     * @throws ComputeException with all faults, if there are any
     */
    public void throwIfAny() {
        if (count > 0) {
            throw ComputeException.invalid(faults.build());
        }
    }

    /** A pointer to a member below another: RFC 6901 escapes included. */
    public static String pointer(String base, String member) {
        return base + "/" + member.replace("~", "~0").replace("/", "~1");
    }

    /** A pointer to an element below another. */
    public static String pointer(String base, int index) {
        return base + "/" + index;
    }
}

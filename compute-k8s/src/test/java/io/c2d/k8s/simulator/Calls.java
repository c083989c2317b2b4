package io.c2d.k8s.simulator;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The calls that were made, in the words of a Role. Thread-safe. */
public final class Calls {
    /**
     * A call.
     *
     * @param verb as in a Role
     * @param resource as in a Role, for example {@code pods/log}
     */
    public record Call(String verb, String resource) {
        @Override
        public String toString() {
            return verb + " " + resource;
        }
    }

    private final List<Call> calls = new ArrayList<>();

    synchronized void add(String verb, String resource) {
        calls.add(new Call(verb, resource));
    }

    /** All calls so far. */
    public synchronized ImmutableList<Call> all() {
        return ImmutableList.copyOf(calls);
    }

    /** Each kind of call that was made. */
    public synchronized ImmutableSet<Call> kinds() {
        return ImmutableSet.copyOf(calls);
    }

    /** Begins to count anew. */
    public synchronized void clear() {
        calls.clear();
    }

    @Override
    public synchronized String toString() {
        return calls.stream().map(Call::toString).collect(Collectors.joining(", "));
    }
}

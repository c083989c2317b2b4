package io.c2d.k8s.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What really happens to a pod on its node, whatever its object says. */
final class PodRun {
    /** A container that runs or ran. */
    static final class ContainerRun {
        final String name;
        final boolean init;
        final Script script;
        final Instant started;
        final Instant ends;

        @Nullable
        Instant killAt;

        @Nullable
        Instant ended;

        int code;
        String reason;

        ContainerRun(String name, boolean init, Script script, Instant started) {
            this.name = name;
            this.init = init;
            this.script = script;
            this.started = started;
            this.ends = started.plus(script.time());
            this.code = script.code();
            this.reason = script.reason();
        }

        boolean isAlive() {
            return ended == null;
        }
    }

    final Instant bound;
    final List<ContainerRun> containers = new ArrayList<>();

    @Nullable
    Instant allEnded;
    /** Why the kubelet ended the pod, for its status. */
    @Nullable
    String reason;

    @Nullable
    String message;
    /** The image could not be had this often. */
    int pulls;

    PodRun(Instant bound) {
        this.bound = bound;
    }

    boolean isAlive() {
        return containers.stream().anyMatch(ContainerRun::isAlive);
    }
}

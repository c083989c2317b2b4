package io.c2d.testkit.world;

import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.EngineScheduler.Timer;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepSpec;
import io.c2d.testkit.SimulatedProcess;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The truth about one try: a container, a step inside of an engine's process, or a placeholder that never runs. */
final class Container {
    final int number;
    final StepId id;
    final @Nullable StepSpec spec;
    final @Nullable Node node;

    /** The process that it runs inside of, {@code null} for a container of its own. */
    final @Nullable SimulatedProcess home;

    /** The process whose call made it. */
    final SimulatedProcess maker;

    /** What it wrote, and nobody else: its outputs by path. */
    final TreeMap<String, String> wrote = new TreeMap<>();

    Timer timer = () -> {};
    long startedAt = -1;
    long endedAt = -1;
    boolean terminating;

    /** Whether a stop, a limit, an eviction or a deletion came before its end. */
    boolean disturbed;

    /** Whether somebody else than an engine deleted it. */
    boolean deletedOutside;

    /** How it really ended. */
    @Nullable
    StepEnd end;

    /** What is told of its end instead, where that is not known. */
    @Nullable
    StepEnd told;

    /** The number that this machine knows its process by: the lowest that no living one has. */
    int processNumber;

    /** Whether the cluster knows how it ended. */
    boolean reported;

    /** A machine that containers run on. */
    static final class Node {
        final String name;
        boolean cut;

        Node(String name) {
            this.name = name;
        }
    }

    /**
     * A container, or with {@code inProcess} a step inside of its maker.
     *
     * @param spec what runs, {@code null} for a placeholder
     */
    Container(
            int number,
            StepId id,
            @Nullable StepSpec spec,
            @Nullable Node node,
            SimulatedProcess maker,
            boolean inProcess) {
        this.number = number;
        this.id = id;
        this.spec = spec;
        this.node = node;
        this.maker = maker;
        this.home = inProcess ? maker : null;
    }

    boolean began() {
        return startedAt >= 0;
    }

    /** Whether it runs now. */
    boolean isAlive() {
        return began() && end == null && (home == null || home.isAlive());
    }

    boolean isInProcess() {
        return home != null;
    }

    boolean isCutOff() {
        return node != null && node.cut;
    }

    /** Whether it is an algorithm that exited 0, undisturbed. */
    boolean isCleanSuccess() {
        StepEnd how = end;
        return id.kind() == StepKind.ALGORITHM && how != null && how.isSuccess() && !disturbed;
    }

    StepSpec requireSpec() {
        if (spec == null) {
            throw new IllegalStateException("a placeholder has no spec");
        }
        return spec;
    }

    @Override
    public String toString() {
        return "container " + number + " of " + id;
    }
}

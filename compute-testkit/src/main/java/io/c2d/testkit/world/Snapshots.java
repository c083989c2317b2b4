package io.c2d.testkit.world;

import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepSeen;
import io.c2d.testkit.SimulatedScheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a cluster looked from time to time: what caches that lag behind show. */
final class Snapshots {
    /** What everything waits for that has not begun. */
    static final String NO_PLACE = "there is no place for it";

    private static final long KEPT = Duration.ofMinutes(3).toNanos();

    /** How one attempt looked. */
    record AttemptLook(@Nullable String identity, ImmutableMap<StepId, StepSeen> tries) {}

    private record Look(long at, ImmutableMap<Integer, AttemptLook> attempts) {}

    private final SimulatedScheduler scheduler;
    private final Map<JobId, Deque<Look>> looks = new HashMap<>();

    Snapshots(SimulatedScheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** How the attempts of a job look now. */
    static ImmutableMap<Integer, AttemptLook> now(JobId job, Collection<AttemptObjects> all, ClusterRules rules) {
        Map<Integer, AttemptLook> looks = new LinkedHashMap<>();
        for (AttemptObjects objects : all) {
            if (objects.ref.job().equals(job) && (objects.ours || !rules.checksWhatItAdopts())) {
                ImmutableMap.Builder<StepId, StepSeen> tries = ImmutableMap.builder();
                objects.tries.forEach((id, container) -> tries.put(id, seen(container, rules)));
                String identity = objects.anchor ? objects.identity : null;
                looks.put(objects.ref.attempt(), new AttemptLook(identity, tries.buildOrThrow()));
            }
        }
        return ImmutableMap.copyOf(looks);
    }

    static StepSeen seen(Container container, ClusterRules rules) {
        StepEnd end = container.end;
        if (end != null && container.reported) {
            return StepSeen.ended(container.told == null ? end : container.told);
        }
        if (container.terminating && !rules.terminatingIsAlive()) {
            return StepSeen.ended(ClusterModel.killed(143));
        }
        if (container.isCutOff() && container.began()) {
            return StepSeen.of(StepSeen.State.UNKNOWN);
        }
        return container.began() ? StepSeen.of(StepSeen.State.RUNNING) : StepSeen.pending(NO_PLACE);
    }

    /** Remembers how a job looks now. */
    void take(JobId job, Collection<AttemptObjects> all, ClusterRules rules) {
        long now = scheduler.ticker().read();
        Deque<Look> mine = looks.computeIfAbsent(job, j -> new ArrayDeque<>());
        mine.addLast(new Look(now, now(job, all, rules)));
        while (mine.size() > 1 && mine.getFirst().at() < now - KEPT) {
            mine.removeFirst();
        }
    }

    /** How a job looked that long ago. */
    ImmutableMap<Integer, AttemptLook> ago(JobId job, Duration lag) {
        long at = scheduler.ticker().read() - lag.toNanos();
        Look found = null;
        for (Look look : looks.getOrDefault(job, new ArrayDeque<>())) {
            if (look.at() <= at) {
                found = look;
            }
        }
        return found == null ? ImmutableMap.of() : found.attempts();
    }
}

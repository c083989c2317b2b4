package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Wishes;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.Transition;
import io.c2d.core.port.WishRequest;
import io.c2d.core.port.WishResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stores whose fence has a hole: in the versions, in the owner, or in the engine's id. */
final class BrokenFences {
    private BrokenFences() {}

    /** A copy of a row with another version. */
    private static Job at(long version, Job job) {
        return with(version, job.owner(), job.claimedAttempt(), job.wishes(), job);
    }

    private static Job with(long version, @Nullable EngineId owner, int claimed, Wishes wishes, Job job) {
        return new Job(
                job.id(),
                version,
                owner,
                claimed,
                job.submission(),
                job.attempt(),
                wishes,
                job.lowestAttempt(),
                job.removed());
    }

    private static ImmutableList<Transition> shifted(ImmutableList<Transition> transitions, Map<JobId, Long> by) {
        return transitions.stream()
                .map(t -> new Transition(
                        at(t.next().version() + by.getOrDefault(t.next().id(), 0L), t.next()), t.at(), t.note()))
                .collect(ImmutableList.toImmutableList());
    }

    /**
     * A wish keeps no decision from being stored that has not seen it: what was decided before is stored beside it. As if a
     * stop were a column of its own that is read before the look at the cluster, and never again. What lies between the
     * look and the write takes its time.
     */
    static final class WishesFenceNothing implements Variant.Pair {
        private final JobStore sound;
        private final Map<JobId, Long> written = new HashMap<>();

        WishesFenceNothing(JobStore sound) {
            this.sound = sound;
        }

        @Override
        public JobStore view(JobStore view, WorldOptions.Pausing pausing) {
            return Broken.store(view, (method, arguments) -> {
                if (method.equals("commit")) {
                    pausing.maybe();
                }
                return Optional.empty();
            });
        }

        @Override
        public JobStore truth() {
            return Broken.store(sound, (method, arguments) -> switch (method) {
                case "claim" -> {
                    ImmutableList<JobId> taken = Broken.claim(sound, arguments);
                    taken.forEach(this::wrote);
                    yield Optional.of(taken);
                }
                case "commit" -> {
                    ImmutableList<Transition> merged = Broken.transitions(arguments).stream()
                            .map(this::merged)
                            .collect(ImmutableList.toImmutableList());
                    ImmutableSet<JobId> won = sound.commit((EngineId) arguments[0], merged);
                    won.forEach(this::wrote);
                    yield Optional.of(won);
                }
                default -> Optional.empty();
            });
        }

        private void wrote(JobId id) {
            sound.get(id).ifPresent(job -> written.put(id, job.version()));
        }

        private Transition merged(Transition t) {
            Job next = t.next();
            Job row = sound.get(next.id()).orElseThrow();
            boolean onlyWishesSince = t.expectedVersion() < row.version()
                    && t.expectedVersion() >= written.getOrDefault(row.id(), 1L)
                    && next.attempt().number() == row.attempt().number();
            if (!onlyWishesSince) {
                return t;
            }
            Instant stopAt = next.wishes().stopAt();
            Wishes both = stopAt == null
                    ? row.wishes()
                    : row.wishes().withStop(next.wishes().stop(), stopAt);
            return new Transition(
                    with(row.version() + 1, next.owner(), next.claimedAttempt(), both, next), t.at(), t.note());
        }
    }

    /** A claim changes the owner and leaves the version as it was. */
    static JobStore claimsWithoutBump(JobStore sound) {
        Map<JobId, Long> claims = new HashMap<>();
        return Broken.store(sound, (method, arguments) -> switch (method) {
            case "claim" -> {
                ImmutableList<JobId> taken = Broken.claim(sound, arguments);
                taken.forEach(id -> claims.merge(id, 1L, Long::sum));
                yield Optional.of(taken);
            }
            case "get" -> {
                Optional<Job> row = sound.get((JobId) arguments[0]);
                yield Optional.of(row.map(job -> at(job.version() - claims.getOrDefault(job.id(), 0L), job)));
            }
            case "commit" ->
                Optional.of(sound.commit((EngineId) arguments[0], shifted(Broken.transitions(arguments), claims)));
            default -> Optional.empty();
        });
    }

    /** A stop makes a new version and an event, although the job is stopped already. */
    static JobStore everyStopBumps(JobStore sound) {
        Map<JobId, Long> bumps = new HashMap<>();
        Map<JobId, List<JobEvent>> events = new HashMap<>();
        return Broken.store(sound, (method, arguments) -> switch (method) {
            case "wish" -> {
                WishRequest request = (WishRequest) arguments[0];
                WishResult result = sound.wish(request);
                if (result.kind() == WishResult.Kind.STORED) {
                    for (JobId id : request.jobs()) {
                        Optional<Job> idle =
                                sound.get(id).filter(job -> !result.changed().contains(id));
                        idle.ifPresent(job -> {
                            bumps.merge(id, 1L, Long::sum);
                            events.computeIfAbsent(id, i -> new ArrayList<>())
                                    .add(JobEvent.of(job, sound.now(), "stop"));
                        });
                    }
                }
                yield Optional.of(result);
            }
            case "get" -> {
                Optional<Job> row = sound.get((JobId) arguments[0]);
                yield Optional.of(row.map(job -> at(job.version() + bumps.getOrDefault(job.id(), 0L), job)));
            }
            case "history" ->
                Optional.of(ImmutableList.<JobEvent>builder()
                        .addAll(sound.history((JobId) arguments[0]))
                        .addAll(events.getOrDefault((JobId) arguments[0], List.of()))
                        .build());
            default -> Optional.empty();
        });
    }

    /** An engine's id may be one that was used before: its server's name, say. */
    static JobStore acceptsUsedIds(JobStore sound) {
        Set<EngineId> used = new HashSet<>();
        return Broken.store(
                sound,
                (method, arguments) -> method.equals("openLease") && !used.add((EngineId) arguments[0])
                        ? Optional.of(sound.now())
                        : Optional.empty());
    }

    /** A write names the version alone. */
    static class OwnerNotInFence implements Variant.Pair {
        private final JobStore sound;
        private final boolean askedOnReading;
        private final Map<EngineId, Instant> leases = new HashMap<>();

        /**
         * The fence asks for no owner.
         *
         * @param askedOnReading whether an engine still takes nothing for its own that another one owns
         */
        OwnerNotInFence(JobStore sound, boolean askedOnReading) {
            this.sound = sound;
            this.askedOnReading = askedOnReading;
        }

        @Override
        public JobStore truth() {
            return Broken.store(sound, (method, arguments) -> switch (method) {
                case "openLease" -> {
                    Instant now = sound.openLease((EngineId) arguments[0], (Duration) arguments[1]);
                    leases.put((EngineId) arguments[0], now.plus((Duration) arguments[1]));
                    yield Optional.of(now);
                }
                case "renewLease" -> {
                    Optional<Instant> now = sound.renewLease((EngineId) arguments[0], (Duration) arguments[1]);
                    now.ifPresent(n -> leases.put((EngineId) arguments[0], n.plus((Duration) arguments[1])));
                    yield Optional.of(now);
                }
                case "commit" -> Optional.of(commit((EngineId) arguments[0], Broken.transitions(arguments)));
                default -> Optional.empty();
            });
        }

        private ImmutableSet<JobId> commit(EngineId engine, ImmutableList<Transition> transitions) {
            ImmutableSet.Builder<JobId> won = ImmutableSet.builder();
            won.addAll(sound.commit(engine, transitions));
            boolean alive = leases.getOrDefault(engine, Instant.MIN).isAfter(sound.now());
            for (Transition t : transitions) {
                Job row = sound.get(t.next().id()).orElse(null);
                EngineId owner = row == null ? null : row.owner();
                if (alive && row != null && owner != null && !owner.equals(engine)) {
                    Job next = with(
                            t.next().version(),
                            owner,
                            row.claimedAttempt(),
                            t.next().wishes(),
                            t.next());
                    won.addAll(sound.commit(owner, ImmutableList.of(new Transition(next, t.at(), t.note()))));
                }
            }
            return won.build();
        }

        @Override
        public JobStore view(JobStore view, WorldOptions.Pausing pausing) {
            if (askedOnReading) {
                return view;
            }
            List<EngineId> self = new ArrayList<>();
            return Broken.store(view, (method, arguments) -> {
                if (method.equals("openLease")) {
                    self.add((EngineId) arguments[0]);
                }
                return method.equals("get") && !self.isEmpty()
                        ? Optional.of(view.get((JobId) arguments[0])
                                .map(job -> with(
                                        job.version(),
                                        self.get(self.size() - 1),
                                        job.attempt().number(),
                                        job.wishes(),
                                        job)))
                        : Optional.empty();
            });
        }
    }
}

package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Submission;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.Transition;
import io.c2d.core.port.WishRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stores, and what engines make of them, where something is looked at in one transaction and written in another. */
final class BrokenCalls {
    private BrokenCalls() {}

    /** A restart makes all wishes void, a delete too. */
    static JobStore restartClearsDelete(JobStore sound) {
        return Broken.store(sound, (method, arguments) -> {
            if (!method.equals("submit")) {
                return Optional.empty();
            }
            SubmitRequest request = (SubmitRequest) arguments[0];
            Optional<Job> deleted = request.restart().flatMap(sound::get).filter(BrokenCalls::wasRestartable);
            return deleted.flatMap(job -> restart(sound, job));
        });
    }

    private static boolean wasRestartable(Job job) {
        boolean ended = job.status().canRestart()
                && job.outcome().filter(Outcome::isRestartable).isPresent();
        return ended && job.wishes().delete() && !job.removed();
    }

    /** Written in its owner's name, for as long as that one lives: the sound store has no other way. */
    private static Optional<Object> restart(JobStore sound, Job job) {
        EngineId owner = job.owner();
        Job next = job.restarted(Attempt.begin(job.attempt().number() + 1, sound.now()));
        Transition restart = new Transition(next, sound.now(), "restarted");
        boolean stored =
                owner != null && !sound.commit(owner, ImmutableList.of(restart)).isEmpty();
        return stored ? Optional.of(SubmitResult.of(SubmitResult.Kind.RESTARTED, job.id())) : Optional.empty();
    }

    /** Whether the agreement has a running job is asked first, and believed when the job is stored. */
    static final class AgreementAskedFirst implements Variant.Pair {
        private final JobStore sound;
        private final Set<SubmitRequest> foundNone = new HashSet<>();
        private final Map<JobId, String> agreements = new HashMap<>();

        AgreementAskedFirst(JobStore sound) {
            this.sound = sound;
        }

        @Override
        public JobStore view(JobStore view, WorldOptions.Pausing pausing) {
            return Broken.store(view, (method, arguments) -> {
                if (!method.equals("submit")) {
                    return Optional.empty();
                }
                SubmitRequest request = (SubmitRequest) arguments[0];
                boolean isNew =
                        request.restart().isEmpty() && request.workflow().isPresent();
                JobQuery running =
                        new JobQuery(null, request.owner(), request.agreement(), JobQuery.State.RUNNING, null, 1);
                if (isNew && view.query(running).jobs().isEmpty()) {
                    foundNone.add(request);
                    pausing.maybe();
                }
                return Optional.empty();
            });
        }

        @Override
        public JobStore truth() {
            return Broken.store(sound, (method, arguments) -> switch (method) {
                case "submit" -> {
                    SubmitRequest request = (SubmitRequest) arguments[0];
                    SubmitResult result = sound.submit(request);
                    boolean forced =
                            result.kind() == SubmitResult.Kind.AGREEMENT_RUNNING && foundNone.contains(request);
                    yield Optional.of(forced ? store(request) : result);
                }
                case "get" -> Optional.of(sound.get((JobId) arguments[0]).map(this::shown));
                default -> Optional.empty();
            });
        }

        /** The sound store takes no second one of that agreement, so it keeps it under another name. */
        private SubmitResult store(SubmitRequest request) {
            agreements.put(request.newId(), request.agreementId().orElseThrow());
            return sound.submit(new SubmitRequest(
                    request.owner(),
                    "second " + request.newId(),
                    request.work(),
                    request.environment(),
                    null,
                    request.newId(),
                    request.key(),
                    request.nonce()));
        }

        private Job shown(Job job) {
            String agreement = agreements.get(job.id());
            if (agreement == null) {
                return job;
            }
            Submission is = job.submission();
            Submission shown = new Submission(is.owner(), agreement, is.workflow(), is.environment(), is.created());
            return new Job(
                    job.id(),
                    job.version(),
                    job.owner(),
                    job.claimedAttempt(),
                    shown,
                    job.attempt(),
                    job.wishes(),
                    job.lowestAttempt(),
                    job.removed());
        }
    }

    /** What is past its retention is looked for at one sweep, and deleted at the next whatever has become of it. */
    static final class RetentionUnfenced implements Variant.Pair {
        private final JobStore sound;
        private final Set<JobId> due = new LinkedHashSet<>();
        private final Set<JobId> doomed = new LinkedHashSet<>();

        RetentionUnfenced(JobStore sound) {
            this.sound = sound;
        }

        @Override
        public JobStore view(JobStore view, WorldOptions.Pausing pausing) {
            return Broken.store(view, (method, arguments) -> {
                if (method.equals("expire")) {
                    @SuppressWarnings("unchecked")
                    ImmutableMap<String, Duration> retention = (ImmutableMap<String, Duration>) arguments[0];
                    for (Job job : view.query(new JobQuery(null, null, null, JobQuery.State.PRESENT, null, 1_000))
                            .jobs()) {
                        Instant finished = job.attempt().finished();
                        Duration keep = retention.getOrDefault(job.submission().environment(), (Duration) arguments[1]);
                        if (finished != null && !sound.now().isBefore(finished.plus(keep))) {
                            due.add(job.id());
                        }
                    }
                }
                return Optional.empty();
            });
        }

        @Override
        public JobStore truth() {
            return Broken.store(sound, (method, arguments) -> {
                if (!method.equals("expire")) {
                    return Optional.empty();
                }
                WishRequest delete = new WishRequest(ImmutableList.copyOf(doomed), WishRequest.Wish.DELETE, null);
                doomed.clear();
                doomed.addAll(due);
                due.clear();
                return Optional.of(sound.wish(delete).changed());
            });
        }
    }

    /**
     * A group of transitions is locked row by row, and the engine may stand still before it commits. Where it vanishes
     * without a word, as a machine does that loses its network, the rows stay locked for as long as the store lets them.
     * Who claims a locked row waits, and in vain.
     */
    static final class RowLocks implements Variant.Pair {
        private final JobStore sound;
        private final @Nullable Duration limit;
        private final Map<JobId, Instant> locked = new LinkedHashMap<>();
        private final Map<EngineId, Instant> leases = new HashMap<>();

        /**
         * A store with row locks.
         *
         * @param limit how long a transaction may be idle, {@code null} for ever
         */
        RowLocks(JobStore sound, @Nullable Duration limit) {
            this.sound = sound;
            this.limit = limit;
        }

        @Override
        public JobStore view(JobStore view, WorldOptions.Pausing pausing) {
            return Broken.store(view, (method, arguments) -> {
                if (!method.equals("commit")) {
                    return Optional.empty();
                }
                ImmutableSet<JobId> rows = Broken.ids(arguments);
                rows.forEach(id ->
                        locked.put(id, limit == null ? Instant.MAX : sound.now().plus(limit)));
                // Whoever dies in here unlocks nothing.
                pausing.maybe();
                rows.forEach(locked::remove);
                return Optional.empty();
            });
        }

        @Override
        public JobStore truth() {
            return Broken.store(sound, (method, arguments) -> {
                switch (method) {
                    case "openLease" -> extend(arguments);
                    case "renewLease" -> {
                        if (isAlive((EngineId) arguments[0])) {
                            extend(arguments);
                        }
                    }
                    case "releaseLease" -> leases.remove((EngineId) arguments[0]);
                    case "claim" -> {
                        if (locked.keySet().stream().anyMatch(this::isWaitedFor)) {
                            throw new StoreUnavailableException(
                                    "a row was locked for too long", new IllegalStateException("simulated"));
                        }
                    }
                    default -> {}
                }
                return Optional.empty();
            });
        }

        private void extend(Object[] arguments) {
            leases.put((EngineId) arguments[0], sound.now().plus((Duration) arguments[1]));
        }

        private boolean isWaitedFor(JobId id) {
            Job job = sound.get(id).orElse(null);
            Instant until = locked.getOrDefault(id, Instant.MIN);
            boolean held = until.isAfter(sound.now());
            return held && job != null && job.isOpen() && job.owner() != null && !isAlive(job.owner());
        }

        private boolean isAlive(EngineId engine) {
            return leases.getOrDefault(engine, Instant.MIN).isAfter(sound.now());
        }
    }
}

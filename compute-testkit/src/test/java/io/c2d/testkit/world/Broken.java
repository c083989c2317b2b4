package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.Environment;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.KnownAttempts;
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.Transition;
import io.c2d.core.port.WishRequest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Stores with one thing broken on purpose: what a broken one does at one method, and a sound store behind the others. */
final class Broken {
    private Broken() {}

    /** What is done instead; null lets the sound store do it. */
    interface Instead {
        Optional<Object> of(String method, Object[] arguments) throws Throwable;
    }

    static JobStore store(JobStore sound, Instead instead) {
        return (JobStore) Proxy.newProxyInstance(
                JobStore.class.getClassLoader(), new Class<?>[] {JobStore.class}, (self, method, arguments) -> {
                    Optional<Object> other =
                            instead.of(method.getName(), arguments == null ? new Object[0] : arguments);
                    if (other.isPresent()) {
                        return other.get();
                    }
                    try {
                        return method.invoke(sound, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @SuppressWarnings("unchecked")
    static ImmutableList<Transition> transitions(Object[] arguments) {
        return (ImmutableList<Transition>) arguments[1];
    }

    static ImmutableSet<JobId> ids(Object[] arguments) {
        return transitions(arguments).stream().map(t -> t.next().id()).collect(ImmutableSet.toImmutableSet());
    }

    @SuppressWarnings("unchecked")
    static ImmutableList<JobId> claim(JobStore store, Object[] arguments) {
        return store.claim(
                (EngineId) arguments[0], (ImmutableMap<String, Environment>) arguments[1], (Integer) arguments[2]);
    }

    static JobStore withoutVersionCheck(JobStore sound) {
        return store(sound, (method, arguments) -> {
            if (!method.equals("commit")) {
                return Optional.empty();
            }
            ImmutableList.Builder<Transition> forced = ImmutableList.builder();
            for (Transition t : transitions(arguments)) {
                Job n = t.next();
                long version = sound.get(n.id()).map(Job::version).orElse(0L) + 1;
                Job next = new Job(
                        n.id(),
                        version,
                        n.owner(),
                        n.claimedAttempt(),
                        n.submission(),
                        n.attempt(),
                        n.wishes(),
                        n.lowestAttempt(),
                        n.removed());
                forced.add(new Transition(next, t.at(), t.note()));
            }
            return Optional.of(sound.commit((EngineId) arguments[0], forced.build()));
        });
    }

    static JobStore deadLeaseRenewed(JobStore sound) {
        return store(
                sound,
                (method, arguments) ->
                        method.equals("renewLease") ? Optional.of(Optional.of(sound.now())) : Optional.empty());
    }

    static JobStore phantomEvents(JobStore sound) {
        Map<JobId, List<JobEvent>> phantoms = new LinkedHashMap<>();
        return store(sound, (method, arguments) -> {
            if (method.equals("history")) {
                return Optional.of(ImmutableList.<JobEvent>builder()
                        .addAll(sound.history((JobId) arguments[0]))
                        .addAll(phantoms.getOrDefault((JobId) arguments[0], List.of()))
                        .build());
            }
            if (!method.equals("commit")) {
                return Optional.empty();
            }
            ImmutableSet<JobId> won = sound.commit((EngineId) arguments[0], transitions(arguments));
            for (Transition t : transitions(arguments)) {
                if (!won.contains(t.next().id())) {
                    phantoms.computeIfAbsent(t.next().id(), id -> new ArrayList<>())
                            .add(t.event());
                }
            }
            return Optional.of(won);
        });
    }

    static JobStore repeatsWishes(JobStore sound) {
        return store(sound, (method, arguments) -> {
            if (!method.equals("wish")) {
                return Optional.empty();
            }
            WishRequest request = (WishRequest) arguments[0];
            return Optional.of(sound.wish(new WishRequest(request.jobs(), request.wish(), null)));
        });
    }

    /** Of an engine: what it makes of a commit whose outcome is not known, or which lost. */
    static JobStore commits(JobStore view, boolean unknownWins, boolean lostWins, boolean unknownLoses) {
        return store(view, (method, arguments) -> {
            if (!method.equals("commit")) {
                return Optional.empty();
            }
            try {
                ImmutableSet<JobId> won = view.commit((EngineId) arguments[0], transitions(arguments));
                return Optional.of(lostWins ? ids(arguments) : won);
            } catch (StoreUnavailableException e) {
                if (unknownWins || unknownLoses) {
                    return Optional.of(unknownWins ? ids(arguments) : ImmutableSet.of());
                }
                throw e;
            }
        });
    }

    /** Of an engine: a commit whose outcome is not known has lost, and what has lost is another engine's for good. */
    static JobStore lostIsLetGo(JobStore view) {
        Set<JobId> letGo = new LinkedHashSet<>();
        return store(view, (method, arguments) -> {
            switch (method) {
                case "openLease" -> letGo.clear();
                case "get" -> {
                    if (letGo.contains((JobId) arguments[0])) {
                        return Optional.of(Optional.empty());
                    }
                }
                case "commit" -> {
                    try {
                        return Optional.of(view.commit((EngineId) arguments[0], transitions(arguments)));
                    } catch (StoreUnavailableException e) {
                        letGo.addAll(ids(arguments));
                        return Optional.of(ImmutableSet.of());
                    }
                }
                default -> {}
            }
            return Optional.empty();
        });
    }

    static JobStore poisonSpreads(JobStore view) {
        return store(view, (method, arguments) -> {
            if (!method.equals("commit")) {
                return Optional.empty();
            }
            try {
                return Optional.of(view.commit((EngineId) arguments[0], transitions(arguments)));
            } catch (IllegalStateException e) {
                throw new StoreUnavailableException("the group failed", e);
            }
        });
    }

    static JobStore neverLooksForWishes(JobStore view) {
        return store(
                view,
                (method, arguments) ->
                        method.equals("unseenWishes") ? Optional.of(ImmutableList.of()) : Optional.empty());
    }

    static JobStore nonceUsedUpByFailure(JobStore view) {
        Set<String> usedUp = new LinkedHashSet<>();
        return store(view, (method, arguments) -> {
            if (!method.equals("submit")) {
                return Optional.empty();
            }
            SubmitRequest request = (SubmitRequest) arguments[0];
            String nonce = request.nonceUse().map(n -> n.signer() + n.nonce()).orElse("");
            if (usedUp.contains(nonce)) {
                return Optional.of(SubmitResult.of(SubmitResult.Kind.NONCE_REUSED));
            }
            try {
                return Optional.of(view.submit(request));
            } catch (StoreUnavailableException e) {
                if (!nonce.isEmpty()) {
                    usedUp.add(nonce);
                }
                throw e;
            }
        });
    }

    /** Answers the sweeper from what was stored before it looked at the cluster. */
    static JobStore sweepsByOldRows(JobStore view, JobStore truth, WorldOptions.Pausing pausing) {
        Set<JobId> before = new LinkedHashSet<>();
        return store(view, (method, arguments) -> {
            if (method.equals("purge")) {
                before.clear();
                truth.query(new JobQuery(null, null, null, JobQuery.State.ANY, null, 1_000))
                        .jobs()
                        .forEach(job -> before.add(job.id()));
                pausing.maybe();
            }
            if (!method.equals("known")) {
                return Optional.empty();
            }
            @SuppressWarnings("unchecked")
            ImmutableSet<JobId> asked = (ImmutableSet<JobId>) arguments[0];
            ImmutableMap.Builder<JobId, KnownAttempts> known = ImmutableMap.builder();
            Iterator<Map.Entry<JobId, KnownAttempts>> all =
                    view.known(asked).entrySet().iterator();
            while (all.hasNext()) {
                Map.Entry<JobId, KnownAttempts> entry = all.next();
                if (before.contains(entry.getKey())) {
                    known.put(entry.getKey(), entry.getValue());
                }
            }
            return Optional.of(known.buildOrThrow());
        });
    }
}

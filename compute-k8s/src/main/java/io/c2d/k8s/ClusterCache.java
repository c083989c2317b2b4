package io.c2d.k8s;

import com.google.common.base.Strings;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.JobId;
import io.c2d.core.port.StepSeen;
import io.c2d.core.port.Subscription;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the watches have told so far, for each namespace: pods, volumes and anchors of this installation. It says what is
 * there, or was; never that something is absent. Lists, watches, reconnects and the 410 inside of a watch are the client
 * library's; it gives up on no error. Thread-safe.
 */
final class ClusterCache implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClusterCache.class);
    private static final String BY_JOB = "job";
    private static final long MAX_REMEMBERED = 10_000;
    /** Longer than a watch is behind; what was created is known from it then, or a live look is made for it. */
    private static final Duration BEHIND = Duration.ofSeconds(30);

    private record Watches(
            SharedIndexInformer<Pod> pods,
            SharedIndexInformer<PersistentVolumeClaim> volumes,
            SharedIndexInformer<ConfigMap> anchors) {
        ImmutableList<SharedIndexInformer<?>> all() {
            return ImmutableList.of(pods, volumes, anchors);
        }
    }

    private final ImmutableMap<String, Watches> namespaces;
    private final List<Consumer<JobId>> listeners = new CopyOnWriteArrayList<>();
    private final Cache<String, String> waiting =
            CacheBuilder.newBuilder().maximumSize(MAX_REMEMBERED).build();

    /** What this process made and the watches have not told of yet, by UID. */
    private final Cache<String, HasMetadata> created = CacheBuilder.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .expireAfterWrite(BEHIND)
            .build();

    /** Begins to watch; whether it has seen all is told by {@link #hasSeenAll}. */
    ClusterCache(KubernetesClient client, ImmutableSet<String> namespaces, Labels labels, Duration resync) {
        ImmutableMap.Builder<String, Watches> watches = ImmutableMap.builder();
        for (String namespace : namespaces) {
            Map<String, String> ours = labels.selectAll();
            long millis = resync.toMillis();
            watches.put(
                    namespace,
                    new Watches(
                            begin(client.pods()
                                    .inNamespace(namespace)
                                    .withLabels(ours)
                                    .runnableInformer(millis)),
                            begin(client.persistentVolumeClaims()
                                    .inNamespace(namespace)
                                    .withLabels(ours)
                                    .runnableInformer(millis)),
                            begin(client.configMaps()
                                    .inNamespace(namespace)
                                    .withLabels(ours)
                                    .runnableInformer(millis))));
        }
        this.namespaces = watches.buildOrThrow();
    }

    private <T extends HasMetadata> SharedIndexInformer<T> begin(SharedIndexInformer<T> informer) {
        informer.addIndexers(Map.of(
                BY_JOB,
                object -> Labels.jobOf(object).map(job -> List.of(job.value())).orElse(List.of())));
        informer.exceptionHandler((started, trouble) -> {
            log.warn("a watch broke and begins anew: {}", trouble.toString());
            return true;
        });
        informer.addEventHandler(new ResourceEventHandler<T>() {
            @Override
            public void onAdd(T added) {
                changed(added);
            }

            @Override
            public void onUpdate(T before, T now) {
                changed(now);
            }

            @Override
            public void onDelete(T gone, boolean stateIsUnknown) {
                changed(gone);
            }
        });
        informer.start().exceptionally(trouble -> {
            log.warn("a watch could not begin: {}", trouble.toString());
            return null;
        });
        return informer;
    }

    /** What the cluster just answered to a create counts as known, so that nobody has to ask for it until a watch tells. */
    void created(HasMetadata object) {
        if (object instanceof Secret) {
            return;
        }
        created.put(object.getMetadata().getUid(), object);
    }

    private void changed(HasMetadata object) {
        created.invalidate(object.getMetadata().getUid());
        if (object instanceof Pod pod) {
            remember(pod);
        }
        Labels.jobOf(object).ifPresent(job -> listeners.forEach(listener -> listener.accept(job)));
    }

    /** A pod that is ended by a limit no longer shows what it had been waiting for. */
    void remember(Pod pod) {
        if (PodFields.isTerminating(pod) || PodState.isOver(pod)) {
            return;
        }
        if (PodState.of(pod).state() == StepSeen.State.RUNNING) {
            waiting.invalidate(pod.getMetadata().getUid());
        } else {
            PodWaiting.obstacle(pod)
                    .ifPresent(why -> waiting.put(pod.getMetadata().getUid(), why.sentence()));
        }
    }

    /** What a pod was last seen waiting for. */
    Optional<String> lastWaiting(Pod pod) {
        return Optional.ofNullable(waiting.getIfPresent(pod.getMetadata().getUid()));
    }

    /** Whether all watches have begun, so that what was there when they did is known. */
    boolean hasSeenAll() {
        return namespaces.values().stream().flatMap(w -> w.all().stream()).allMatch(SharedIndexInformer::hasSynced);
    }

    /** The version of the newest object that a watch has told of, empty before it has listed: how far behind it is. */
    String heard(String namespace, Class<? extends HasMetadata> type) {
        Watches watches = namespaces.get(namespace);
        return watches == null
                ? ""
                : watches.all().stream()
                        .filter(informer -> informer.getApiTypeClass().equals(type))
                        .map(informer -> Strings.nullToEmpty(informer.lastSyncResourceVersion()))
                        .findFirst()
                        .orElse("");
    }

    /** The namespaces that are watched. */
    ImmutableSet<String> namespaces() {
        return namespaces.keySet();
    }

    /** The known pods of a job. */
    ImmutableList<Pod> pods(JobId job) {
        return known(job, Watches::pods, Pod.class);
    }

    /** The known volumes of a job. */
    ImmutableList<PersistentVolumeClaim> volumes(JobId job) {
        return known(job, Watches::volumes, PersistentVolumeClaim.class);
    }

    /** The known anchors of a job. */
    ImmutableList<ConfigMap> anchors(JobId job) {
        return known(job, Watches::anchors, ConfigMap.class);
    }

    private <T extends HasMetadata> ImmutableList<T> known(
            JobId job, Function<Watches, SharedIndexInformer<T>> kind, Class<T> type) {
        Map<String, T> byUid = new LinkedHashMap<>();
        // These first: a watch that told meanwhile has the newer state.
        created.asMap().values().stream()
                .filter(type::isInstance)
                .filter(object -> Labels.jobOf(object).filter(job::equals).isPresent())
                .forEach(object -> byUid.put(object.getMetadata().getUid(), type.cast(object)));
        namespaces.values().stream()
                .flatMap(w -> kind.apply(w).getIndexer().byIndex(BY_JOB, job.value()).stream())
                .forEach(object -> byUid.put(object.getMetadata().getUid(), object));
        return ImmutableList.copyOf(byUid.values());
    }

    /** Tells of jobs of which anything changed, and at each resync of all. */
    Subscription watch(Consumer<JobId> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        listeners.clear();
        namespaces.values().forEach(w -> w.all().forEach(SharedIndexInformer::stop));
    }
}

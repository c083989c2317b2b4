package io.c2d.k8s.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.c2d.testkit.SimulatedScheduler;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of one node in virtual time, reached over HTTP. Time moves only while a test waits. Thread-safe.
 */
public final class SimulatedKubernetes implements AutoCloseable {
    /** The image that acts as the worker. */
    public static final String WORKER_IMAGE = "registry.example/c2d/worker:1";

    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration LONGEST_WAIT = Duration.ofHours(2);
    private static final long REAL_NANOS = 2_000_000;
    private static final long LONGEST_SILENCE_NANOS = 2_000_000_000;

    private final Object lock = new Object();
    private final SimulatedScheduler time = new SimulatedScheduler(Instant.parse("2026-01-01T00:00:00Z"));
    private final ObjectStore store = new ObjectStore();
    private final ApiServer api;
    private final Workloads workloads;
    private final Kubelet kubelet;
    private final Controllers controllers;
    private final Calls calls = new Calls();
    private final List<String> started = new ArrayList<>();
    private final HttpFront front;
    private volatile Faults faults = Faults.none();
    private volatile BiFunction<String, Class<? extends HasMetadata>, String> heard = (namespace, type) -> "";

    /** A cluster with these namespaces. */
    public SimulatedKubernetes(String... namespaces) throws IOException {
        api = new ApiServer(store, time, new Random(5));
        workloads = new Workloads(store, WORKER_IMAGE);
        kubelet = new Kubelet(api, store, workloads, started::add);
        controllers = new Controllers(api, store);
        for (String namespace : namespaces) {
            api.namespace(namespace);
        }
        front = new HttpFront(lock, api, store, calls, () -> faults, this::output);
    }

    /** How a client gets here. */
    public Config access() {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(front.url())
                .withNamespace("default")
                .build();
    }

    /** The calls that were made. */
    public Calls calls() {
        return calls;
    }

    /** What goes wrong from now on. */
    public void faults(Faults now) {
        faults = now;
    }

    /** Moves time on until the condition holds; each moment is real enough for watches to be heard. */
    public void await(BooleanSupplier condition) {
        Instant start = now();
        while (!condition.getAsBoolean()) {
            if (now().isAfter(start.plus(LONGEST_WAIT))) {
                throw new AssertionError("did not come true; there is " + names());
            }
            pass(TICK);
            beHeard();
        }
    }

    /** Whoever watches: what it has heard of the objects of a kind in a namespace. */
    public void heardBy(BiFunction<String, Class<? extends HasMetadata>, String> listener) {
        heard = listener;
    }

    /** Waits until what happened has been heard, however busy this machine is; where a watch is broken not for long. */
    public void beHeard() {
        long patience = System.nanoTime() + LONGEST_SILENCE_NANOS;
        do {
            LockSupport.parkNanos(REAL_NANOS);
        } while (!front.isHeard(heard) && System.nanoTime() < patience);
    }

    /** Moves time on. */
    public void pass(Duration duration) {
        synchronized (lock) {
            Instant end = time.instant().plus(duration);
            while (time.instant().isBefore(end)) {
                time.run(TICK);
                if (faults.forgets()) {
                    store.compact();
                }
                controllers.tick(time.instant());
                kubelet.tick(time.instant());
            }
        }
    }

    /** Time here. */
    public Instant now() {
        synchronized (lock) {
            return time.instant();
        }
    }

    /** Ends all watches, and forgets what happened before. */
    public void breakWatches(boolean forget) {
        synchronized (lock) {
            if (forget) {
                store.compact();
            }
            front.breakWatches();
        }
    }

    /** Forgets what happened before, and tells all watches how far they are. */
    public void bookmark() {
        synchronized (lock) {
            store.compact();
            front.bookmark();
        }
    }

    /** How stage-in, publish or copy-outputs end from now on. */
    public void worker(String what, int code, @Nullable String message) {
        synchronized (lock) {
            workloads.worker(what, code, message);
        }
    }

    /** The most pods that run, and volumes, in any namespace. */
    public void quota(int pods, int volumes) {
        synchronized (lock) {
            api.quota(pods, volumes);
        }
    }

    /** Refuses pods that use an image, as admission or a schema would. */
    public void refuse(String image, int code, String reason, String message) {
        synchronized (lock) {
            api.refuse(new ApiServer.Refusal(image, code, reason, message));
        }
    }

    /** How much the node has. */
    public void cpus(int count) {
        synchronized (lock) {
            controllers.cpus(count);
        }
    }

    /** Whether garbage is collected. */
    public void collects(boolean yes) {
        synchronized (lock) {
            controllers.collects(yes);
        }
    }

    /** What an administrator makes beforehand. */
    public void apply(Kind kind, String namespace, HasMetadata object) {
        synchronized (lock) {
            ObjectNode unused = api.create(kind, namespace, ObjectStore.MAPPER.valueToTree(object));
        }
    }

    /** Takes a namespace away. */
    public void removeNamespace(String name) {
        synchronized (lock) {
            api.removeNamespace(name);
        }
    }

    /** The pods that are there. */
    public ImmutableList<Pod> pods() {
        return all(Kind.POD, Pod.class);
    }

    /** All objects of a kind. */
    public <T extends HasMetadata> ImmutableList<T> all(Kind kind, Class<T> type) {
        synchronized (lock) {
            return store.all(kind, type);
        }
    }

    /** The names of all that is there. */
    public ImmutableList<String> names() {
        synchronized (lock) {
            return store.names();
        }
    }

    /** A pod by its name. */
    public Optional<Pod> pod(String name) {
        return pods().stream()
                .filter(p -> p.getMetadata().getName().equals(name))
                .findFirst();
    }

    /** Each container that ever started: the pod's UID and name, and its own name. */
    public ImmutableList<String> started() {
        synchronized (lock) {
            return ImmutableList.copyOf(started);
        }
    }

    /** Whether a container of the pod really runs. */
    public boolean isAlive(Pod pod) {
        synchronized (lock) {
            return kubelet.isAlive(pod.getMetadata().getUid());
        }
    }

    /** Makes an object as somebody else might. */
    public void put(Kind kind, HasMetadata object) {
        synchronized (lock) {
            ObjectNode unused = api.create(kind, object.getMetadata().getNamespace(), ObjectStore.tree(object));
        }
    }

    /** Deletes an object from outside. */
    public void delete(Kind kind, HasMetadata object) {
        synchronized (lock) {
            ObjectNode unused = api.delete(
                    kind,
                    object.getMetadata().getNamespace(),
                    object.getMetadata().getName(),
                    ObjectStore.MAPPER.createObjectNode().put("propagationPolicy", "Background"));
        }
    }

    /** The kubelet evicts a pod for its disk. */
    public void evictForDisk(Pod pod) {
        synchronized (lock) {
            kubelet.evict(pod, time.instant());
        }
    }

    /** The eviction API, as a drain uses it: a condition, then a delete. */
    public void drain(Pod pod) {
        disrupt(pod, "EvictionByEvictionAPI", "Eviction API: evicting");
        delete(Kind.POD, pod);
    }

    /** Nothing is heard of the node any more; what runs there runs on. */
    public void loseNode() {
        synchronized (lock) {
            kubelet.lose(true);
        }
    }

    /** The taint manager gives the lost node's pods up: they are deleted, and stay terminating. */
    public void taintLostNode() {
        for (Pod pod : pods()) {
            disrupt(pod, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint");
            delete(Kind.POD, pod);
        }
    }

    /** The lost node's object is deleted: pod garbage collection fails its pods and deletes them for good. */
    public void deleteLostNode() {
        for (Pod pod : pods()) {
            disrupt(pod, "DeletionByPodGC", "PodGC: node no longer exists");
            synchronized (lock) {
                ObjectNode object = find(pod);
                object.withObject("/status").put("phase", "Failed");
                ObjectNode unused = api.terminate(Kind.POD, object, 0);
            }
        }
    }

    private void disrupt(Pod pod, String reason, String message) {
        synchronized (lock) {
            ObjectNode object = find(pod);
            PodStatuses.condition(object, "DisruptionTarget", "True", reason, message);
            ObjectNode unused = store.change(Kind.POD, object);
        }
    }

    private ObjectNode find(Pod pod) {
        return store.find(
                        Kind.POD,
                        pod.getMetadata().getNamespace(),
                        pod.getMetadata().getName())
                .orElseThrow();
    }

    private String output(String namespace, String name) {
        return kubelet.output(pods().stream()
                .filter(p -> p.getMetadata().getNamespace().equals(namespace))
                .filter(p -> p.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> ApiError.notFound(Kind.POD, name)));
    }

    @Override
    public void close() {
        front.close();
    }
}

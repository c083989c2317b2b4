package io.c2d.k8s.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the pods that are given to its node, with the times that were measured: half a second to start, a fifth till an exit is
 * seen, and a second more till the pod's phase says so.
 */
final class Kubelet {
    private static final Duration TO_START = Duration.ofMillis(500);
    private static final Duration TO_SEE_EXIT = Duration.ofMillis(200);
    private static final Duration TO_PHASE = Duration.ofMillis(1_100);
    private static final int KILLED = 137;

    private final ApiServer api;
    private final ObjectStore store;
    private final Workloads workloads;
    private final Map<String, PodRun> runs = new HashMap<>();
    private final Consumer<String> truth;
    private boolean lost;

    /** Tells truth of each container that starts, by its pod's UID and its name. */
    Kubelet(ApiServer api, ObjectStore store, Workloads workloads, Consumer<String> truth) {
        this.api = api;
        this.store = store;
        this.workloads = workloads;
        this.truth = truth;
    }

    /** From now on nothing is heard of this node, whatever runs there. */
    void lose(boolean isLost) {
        lost = isLost;
    }

    boolean isLost() {
        return lost;
    }

    void tick(Instant now) {
        for (Pod pod : store.all(Kind.POD, Pod.class)) {
            if (pod.getSpec().getNodeName() != null) {
                PodRun run = runs.computeIfAbsent(pod.getMetadata().getUid(), uid -> new PodRun(now));
                runContainers(pod, run, now);
                if (!lost) {
                    report(pod, run, now);
                }
            }
        }
    }

    /** What happens on the node. */
    private void runContainers(Pod pod, PodRun run, Instant now) {
        run.containers.stream().filter(PodRun.ContainerRun::isAlive).forEach(c -> end(pod, c, now));
        boolean over = PodStatuses.hasFinalPhase(pod) || run.reason != null;
        if (!lost && !over && pod.getMetadata().getDeletionTimestamp() == null && !run.isAlive()) {
            startNext(pod, run, now);
        }
        if (!lost) {
            deadline(pod, run, now);
        }
        if (run.allEnded == null && isDone(pod, run)) {
            run.allEnded = now;
        }
    }

    private static void end(Pod pod, PodRun.ContainerRun container, Instant now) {
        String deletion = pod.getMetadata().getDeletionTimestamp();
        if (deletion != null && container.killAt == null) {
            if (container.script.onTerm() != null) {
                finish(container, container.script.onTerm(), null, now);
                return;
            }
            container.killAt = now.plusSeconds(pod.getMetadata().getDeletionGracePeriodSeconds());
        }
        if (container.killAt != null && !now.isBefore(container.killAt)) {
            finish(container, KILLED, "Error", now);
        } else if (!now.isBefore(container.ends)) {
            finish(container, container.script.code(), container.script.reason(), now);
        }
    }

    private static void finish(PodRun.ContainerRun container, int code, @Nullable String reason, Instant now) {
        container.ended = now;
        container.code = code;
        container.reason = reason != null ? reason : code == 0 ? "Completed" : "Error";
    }

    private void startNext(Pod pod, PodRun run, Instant now) {
        List<Container> all = Validation.containers(pod).toList();
        boolean failed = run.containers.stream().anyMatch(c -> c.init && c.code != 0);
        int next = run.containers.size();
        if (failed || next >= all.size() || now.isBefore(run.bound.plus(TO_START))) {
            return;
        }
        Container container = all.get(next);
        boolean init = next < pod.getSpec().getInitContainers().size();
        if (PodStatuses.imageTrouble(container, run.pulls).isPresent()) {
            run.pulls++;
            return;
        }
        Optional<Script> script = workloads.script(pod, container);
        Script runs = script.orElse(new Script(Duration.ZERO, 128, "StartError", "exec: not found", "", null));
        run.containers.add(new PodRun.ContainerRun(container.getName(), init, runs, now));
        truth.accept(pod.getMetadata().getUid() + "/" + pod.getMetadata().getName() + "/" + container.getName());
    }

    private static void deadline(Pod pod, PodRun run, Instant now) {
        Long seconds = pod.getSpec().getActiveDeadlineSeconds();
        boolean past = seconds != null && !now.isBefore(run.bound.plusSeconds(seconds));
        if (past && run.reason == null && run.allEnded == null) {
            run.reason = "DeadlineExceeded";
            run.message = "Pod was active on the node longer than the specified deadline";
            kill(run, pod, now);
        }
    }

    private static void kill(PodRun run, Pod pod, Instant now) {
        long grace = pod.getSpec().getTerminationGracePeriodSeconds();
        run.containers.stream().filter(PodRun.ContainerRun::isAlive).forEach(c -> c.killAt = now.plusSeconds(grace));
    }

    /** The kubelet ends a pod for the node's disk. */
    void evict(Pod pod, Instant now) {
        PodRun run = runs.computeIfAbsent(pod.getMetadata().getUid(), uid -> new PodRun(now));
        run.reason = "Evicted";
        run.message = "The node was low on resource: ephemeral-storage.";
        run.containers.stream().filter(PodRun.ContainerRun::isAlive).forEach(c -> finish(c, KILLED, "Error", now));
    }

    private static boolean isDone(Pod pod, PodRun run) {
        if (run.isAlive()) {
            return false;
        }
        boolean ended = run.containers.size() == Validation.containers(pod).count()
                || run.containers.stream().anyMatch(c -> c.init && c.code != 0);
        return ended || run.reason != null || pod.getMetadata().getDeletionTimestamp() != null;
    }

    /** What the node tells the API server; a status that is the same is not told again. */
    private void report(Pod pod, PodRun run, Instant now) {
        ObjectNode object = store.find(
                        Kind.POD,
                        pod.getMetadata().getNamespace(),
                        pod.getMetadata().getName())
                .orElseThrow();
        ObjectNode before = object.deepCopy();
        if (!PodStatuses.hasFinalPhase(pod)) {
            status(pod, run, now, object);
        }
        if (!object.equals(before)) {
            store.change(Kind.POD, object);
        }
        boolean deleted = ApiServer.isTerminating(object) && run.allEnded != null;
        boolean told =
                object.path("metadata").path("deletionGracePeriodSeconds").asLong() > 0;
        if (deleted && told && PodStatuses.hasFinalPhase(object)) {
            // The kubelet's own delete, by which it says that nothing runs any more.
            ObjectNode unused = api.terminate(Kind.POD, object, 0);
        }
    }

    private void status(Pod pod, PodRun run, Instant now, ObjectNode object) {
        ObjectNode status = object.withObject("/status");
        status.put("startTime", ApiServer.time(run.bound));
        boolean told = run.allEnded != null && !now.isBefore(run.allEnded.plus(TO_SEE_EXIT));
        boolean phase = run.allEnded != null && !now.isBefore(run.allEnded.plus(TO_PHASE));
        boolean deleted = ApiServer.isTerminating(object) && told;
        ArrayNode init = status.putArray("initContainerStatuses");
        ArrayNode main = status.putArray("containerStatuses");
        int index = 0;
        for (Container container : Validation.containers(pod).toList()) {
            boolean isInit = index < pod.getSpec().getInitContainers().size();
            ObjectNode each = (isInit ? init : main).addObject();
            each.put("name", container.getName()).put("image", container.getImage());
            PodRun.ContainerRun real = index < run.containers.size() ? run.containers.get(index) : null;
            PodStatuses.container(
                    each.putObject("state"), container, real, run, now.minus(TO_SEE_EXIT), phase || deleted);
            index++;
        }
        boolean started = !run.containers.isEmpty() && run.containers.get(run.containers.size() - 1).init == false;
        status.put("phase", started ? "Running" : "Pending");
        if (phase || deleted) {
            boolean well = run.reason == null
                    && run.containers.size() == index
                    && run.containers.stream().allMatch(c -> c.code == 0);
            status.put("phase", well ? "Succeeded" : "Failed");
            if (run.reason != null) {
                status.put("reason", run.reason).put("message", run.message);
            }
        }
    }

    /** What a container of that pod printed. */
    String output(Pod pod) {
        PodRun run = runs.get(pod.getMetadata().getUid());
        if (run == null || run.containers.isEmpty()) {
            throw ApiError.badRequest("container \"step\" in pod is waiting to start: ContainerCreating");
        }
        return run.containers.get(run.containers.size() - 1).script.output();
    }

    boolean isAlive(String uid) {
        PodRun run = runs.get(uid);
        return run != null && run.isAlive();
    }
}

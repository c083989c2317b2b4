package io.c2d.k8s.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The fields of a pod's status, as they were seen. */
final class PodStatuses {
    private PodStatuses() {}

    /** What a container waits for. */
    record Waiting(String reason, String message) {}

    /** Why an image can't be had, by its name; pulls alternate between two reasons. */
    static Optional<Waiting> imageTrouble(Container container, int pulls) {
        String image = container.getImage();
        if (image.contains("//") || image.contains("UPPER")) {
            return Optional.of(new Waiting("InvalidImageName", "couldn't parse image name"));
        }
        if (image.startsWith("missing")) {
            return Optional.of(
                    pulls % 20 < 10
                            ? new Waiting("ErrImagePull", "failed to pull and unpack image: not found")
                            : new Waiting("ImagePullBackOff", "Back-off pulling image \"" + image + "\""));
        }
        if (image.startsWith("rootuser")) {
            return Optional.of(
                    new Waiting("CreateContainerConfigError", "container has runAsNonRoot and image will run as root"));
        }
        return Optional.empty();
    }

    static void container(
            ObjectNode state,
            Container container,
            PodRun.@Nullable ContainerRun real,
            PodRun run,
            Instant seenUntil,
            boolean podIsOver) {
        if (real == null) {
            if (podIsOver) {
                state.putObject("terminated")
                        .put("reason", "ContainerStatusUnknown")
                        .put("exitCode", 137)
                        .put("message", "The container could not be located when the pod was terminated");
                return;
            }
            Waiting waiting = imageTrouble(container, run.pulls)
                    .filter(w -> run.pulls > 0)
                    .orElse(new Waiting("ContainerCreating", ""));
            ObjectNode node = state.putObject("waiting").put("reason", waiting.reason());
            if (!waiting.message().isEmpty()) {
                node.put("message", waiting.message());
            }
            return;
        }
        Instant ended = real.ended;
        if (ended == null || ended.isAfter(seenUntil)) {
            state.putObject("running").put("startedAt", ApiServer.time(real.started));
            return;
        }
        ObjectNode terminated = state.putObject("terminated")
                .put("exitCode", real.code)
                .put("reason", real.reason)
                .put("startedAt", ApiServer.time(real.started))
                .put("finishedAt", ApiServer.time(ended));
        if (real.script.message() != null) {
            terminated.put("message", real.script.message());
        }
    }

    static boolean hasFinalPhase(Pod pod) {
        return pod.getStatus() != null && isFinal(pod.getStatus().getPhase());
    }

    static boolean hasFinalPhase(JsonNode pod) {
        return isFinal(pod.path("status").path("phase").asText());
    }

    private static boolean isFinal(@Nullable String phase) {
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    /** Sets one condition of a pod. */
    static void condition(ObjectNode pod, String type, String value, String reason, String message) {
        var conditions = pod.withObject("/status").withArray("conditions");
        for (int i = conditions.size() - 1; i >= 0; i--) {
            if (conditions.get(i).path("type").asText().equals(type)) {
                conditions.remove(i);
            }
        }
        ObjectNode condition = conditions.addObject().put("type", type).put("status", value);
        if (!reason.isEmpty()) {
            condition.put("reason", reason).put("message", message);
        }
    }
}

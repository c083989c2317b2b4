package io.c2d.k8s.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What containers do, found out as a real one would: a worker reads its task from the Secret that is mounted, stage-in writes
 * to the folder that is mounted, and an algorithm runs the file that its mounts show. A wrong mount therefore fails.
 */
final class Workloads {
    private static final String LAUNCHER = "/c2d/launch";
    /** Itself, its format, the message, the logs folder, and five numbers. */
    private static final int LAUNCHER_WORDS = 9;

    private static final String NO_FILE = "exit 127";

    private final ObjectStore store;
    private final String workerImage;
    /** The files of each volume, by its UID and their path. */
    private final Map<String, TreeMap<String, String>> volumes = new HashMap<>();

    private final Map<String, Script> workers = new HashMap<>();

    Workloads(ObjectStore store, String workerImage) {
        this.store = store;
        this.workerImage = workerImage;
    }

    /** How a step of ours ends from now on. */
    void worker(String what, int code, @Nullable String message) {
        workers.put(what, Script.ofWorker(code, message));
    }

    /** What the container does; nothing where its command can't be started. */
    Optional<Script> script(Pod pod, Container container) {
        if (container.getImage().equals(workerImage) && !container.getArgs().isEmpty()) {
            return Optional.of(worker(pod, container));
        }
        if (!container.getCommand().get(0).equals(LAUNCHER) || !hasLauncher(pod, container)) {
            return Optional.empty();
        }
        String program = container.getCommand().get(LAUNCHER_WORDS);
        if (program.equals("/bin/sh") || program.equals("sh")) {
            String last = container.getCommand().get(container.getCommand().size() - 1);
            boolean inline = container.getCommand().contains("-c");
            return Optional.of(Script.parse(inline ? last : file(pod, container, last)));
        }
        return Optional.empty();
    }

    /** It is in the worker's image; any other finds it where stage-in has laid it down, if that is mounted. */
    private boolean hasLauncher(Pod pod, Container container) {
        return container.getImage().equals(workerImage)
                || !file(pod, container, LAUNCHER).equals(NO_FILE);
    }

    private Script worker(Pod pod, Container container) {
        String what = container.getArgs().get(0);
        JsonNode task = task(pod, container);
        if (!task.path("step")
                .path("job")
                .asText()
                .equals(pod.getMetadata().getLabels().get("c2d.io/job"))) {
            return Script.ofWorker(1, "{\"format\":1,\"message\":\"another job's task\"}");
        }
        if (what.equals("stage-in")) {
            String code = task.at("/workflow/stages/0/algorithm/rawcode").asText();
            write(pod, container, "/data/transformations/algorithm", code);
            write(pod, container, "/data/bin/launch", "the launcher");
        }
        return workers.getOrDefault(what, Script.ofWorker(0, "{\"format\":1}"));
    }

    private JsonNode task(Pod pod, Container container) {
        String path = container.getArgs().get(1);
        VolumeMount mount = container.getVolumeMounts().stream()
                .filter(m -> path.startsWith(m.getMountPath() + "/"))
                .findFirst()
                .orElseThrow();
        Volume volume = volume(pod, mount);
        ObjectNode secret = store.find(
                        Kind.SECRET,
                        pod.getMetadata().getNamespace(),
                        volume.getSecret().getSecretName())
                .orElseThrow();
        String key = path.substring(mount.getMountPath().length() + 1);
        try {
            return ObjectStore.MAPPER.readTree(new String(
                    Base64.getDecoder().decode(secret.path("data").path(key).asText()), StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String file(Pod pod, Container container, String path) {
        VolumeMount mount = mount(container, path);
        TreeMap<String, String> files = volumes.getOrDefault(volumeUid(pod, mount), new TreeMap<>());
        String text = files.get(onVolume(mount, path));
        return text == null ? NO_FILE : text;
    }

    private void write(Pod pod, Container container, String path, String text) {
        VolumeMount mount = mount(container, path);
        if (Boolean.TRUE.equals(mount.getReadOnly())) {
            throw new IllegalStateException("read-only: " + path);
        }
        volumes.computeIfAbsent(volumeUid(pod, mount), uid -> new TreeMap<>()).put(onVolume(mount, path), text);
    }

    private static VolumeMount mount(Container container, String path) {
        return container.getVolumeMounts().stream()
                .filter(m -> path.startsWith(m.getMountPath() + "/"))
                .filter(m -> m.getSubPath() != null)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing is mounted at " + path));
    }

    private static String onVolume(VolumeMount mount, String path) {
        return mount.getSubPath() + path.substring(mount.getMountPath().length());
    }

    private static Volume volume(Pod pod, VolumeMount mount) {
        return pod.getSpec().getVolumes().stream()
                .filter(v -> v.getName().equals(mount.getName()))
                .findFirst()
                .orElseThrow();
    }

    private String volumeUid(Pod pod, VolumeMount mount) {
        String claim = volume(pod, mount).getPersistentVolumeClaim().getClaimName();
        return store.find(Kind.VOLUME_CLAIM, pod.getMetadata().getNamespace(), claim)
                .map(ApiServer::uid)
                .orElseThrow();
    }
}

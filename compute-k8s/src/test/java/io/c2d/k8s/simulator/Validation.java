package io.c2d.k8s.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a real server checks of an object before it takes it. */
public final class Validation {
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern LABEL_VALUE = Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
    private static final Pattern QUALIFIED =
            Pattern.compile("([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
    private static final int MAX_SECRET = 1 << 20;

    private Validation() {}

    /** Checks name, labels, finalizers and owners, and of a pod what its parts say of each other. */
    public static void check(Kind kind, ObjectNode object) {
        String name = object.path("metadata").path("name").asText();
        HasMetadata typed;
        try {
            typed = StrictModel.check(object, kind.model());
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(String.valueOf(e.getMessage()));
        }
        if (object.path("metadata").has("generateName")) {
            throw ApiError.badRequest("the simulator makes no names");
        }
        if (!isName(name)) {
            throw ApiError.invalid(kind, name, "metadata.name: a lowercase RFC 1123 subdomain");
        }
        labels(kind, name, object.path("metadata").path("labels"));
        object.path("metadata").path("finalizers").forEach(finalizer -> {
            if (!finalizer.asText().contains("/")
                    || !QUALIFIED.matcher(finalizer.asText()).matches()) {
                throw ApiError.invalid(
                        kind, name, "metadata.finalizers: name is neither a standard nor a qualified one");
            }
        });
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                if (owner.path(field).asText().isEmpty()) {
                    throw ApiError.invalid(kind, name, "metadata.ownerReferences." + field + ": required");
                }
            }
        }
        if (typed instanceof Pod pod) {
            pod(name, pod);
        }
        if (kind == Kind.SECRET && object.path("data").toString().length() * 3L / 4 > MAX_SECRET) {
            throw ApiError.invalid(kind, name, "data: Too long: may not be more than 1048576 bytes");
        }
    }

    /** Whether an object may have this name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches() && name.length() <= 253;
    }

    /** Whether there may be such a label. */
    public static boolean isLabel(String key, String value) {
        String name = key.substring(key.indexOf('/') + 1);
        return QUALIFIED.matcher(key).matches()
                && name.length() <= 63
                && LABEL_VALUE.matcher(value).matches()
                && value.length() <= 63;
    }

    private static void labels(Kind kind, String name, JsonNode labels) {
        labels.properties().forEach(e -> {
            String value = e.getValue().asText();
            if (!isLabel(e.getKey(), value)) {
                throw ApiError.invalid(kind, name, "metadata.labels: " + e.getKey() + "=" + value);
            }
        });
    }

    private static void pod(String name, Pod pod) {
        List<String> faults = new ArrayList<>();
        Set<String> volumes = new HashSet<>();
        for (Volume volume : pod.getSpec().getVolumes()) {
            if (!volumes.add(volume.getName())) {
                faults.add("spec.volumes: duplicate " + volume.getName());
            }
        }
        if (pod.getSpec().getContainers().isEmpty()) {
            faults.add("spec.containers: required");
        }
        Set<String> names = new HashSet<>();
        containers(pod).forEach(container -> {
            if (!names.add(container.getName())
                    || container.getImage() == null
                    || container.getImage().isEmpty()) {
                faults.add("spec.containers: names are unique, and each has an image");
            }
            if (!container.getImage().equals(container.getImage().strip())) {
                faults.add("spec.containers.image: must not have leading or trailing whitespace");
            }
            Set<String> paths = new HashSet<>();
            container.getVolumeMounts().forEach(mount -> {
                if (!volumes.contains(mount.getName())) {
                    faults.add("spec.containers.volumeMounts: not found " + mount.getName());
                }
                if (!paths.add(mount.getMountPath())) {
                    faults.add("spec.containers.volumeMounts.mountPath: must be unique");
                }
                String sub = mount.getSubPath();
                if (sub != null
                        && (sub.startsWith("/") || List.of(sub.split("/")).contains(".."))) {
                    faults.add("spec.containers.volumeMounts.subPath: must be relative and without '..'");
                }
            });
        });
        boolean gated = !pod.getSpec().getSchedulingGates().isEmpty();
        if (gated && pod.getSpec().getNodeName() != null) {
            faults.add("spec.nodeName: cannot be set while gated");
        }
        Long deadline = pod.getSpec().getActiveDeadlineSeconds();
        if (deadline != null && (deadline < 1 || deadline > Integer.MAX_VALUE)) {
            faults.add("spec.activeDeadlineSeconds: must be between 1 and 2147483647");
        }
        if (!faults.isEmpty()) {
            throw ApiError.invalid(Kind.POD, name, faults.toString());
        }
    }

    /** What the Pod Security level "restricted" asks for. */
    public static void restricted(Pod pod) {
        List<String> faults = new ArrayList<>();
        var spec = pod.getSpec();
        var podContext = spec.getSecurityContext();
        if (Boolean.TRUE.equals(spec.getHostNetwork())
                || Boolean.TRUE.equals(spec.getHostPID())
                || Boolean.TRUE.equals(spec.getHostIPC())) {
            faults.add("host namespaces");
        }
        spec.getVolumes().stream()
                .filter(v -> v.getPersistentVolumeClaim() == null
                        && v.getEmptyDir() == null
                        && v.getSecret() == null
                        && v.getConfigMap() == null)
                .forEach(v -> faults.add("restricted volume types"));
        containers(pod).forEach(container -> {
            SecurityContext context = container.getSecurityContext();
            boolean nonRoot = (context != null && Boolean.TRUE.equals(context.getRunAsNonRoot()))
                    || (podContext != null && Boolean.TRUE.equals(podContext.getRunAsNonRoot()));
            if (!nonRoot) {
                faults.add("runAsNonRoot != true");
            }
            if ((context != null && isRoot(context.getRunAsUser()))
                    || (podContext != null && isRoot(podContext.getRunAsUser()))) {
                faults.add("runAsUser=0");
            }
            if (context == null || !Boolean.FALSE.equals(context.getAllowPrivilegeEscalation())) {
                faults.add("allowPrivilegeEscalation != false");
            }
            if (context == null
                    || context.getCapabilities() == null
                    || !context.getCapabilities().getDrop().contains("ALL")
                    || !context.getCapabilities().getAdd().isEmpty()) {
                faults.add("unrestricted capabilities");
            }
            boolean seccomp = podContext != null
                    && podContext.getSeccompProfile() != null
                    && "RuntimeDefault".equals(podContext.getSeccompProfile().getType());
            if (!seccomp) {
                faults.add("seccompProfile");
            }
        });
        if (!faults.isEmpty()) {
            throw ApiError.forbidden(
                    Kind.POD, pod.getMetadata().getName(), "violates PodSecurity \"restricted:latest\": " + faults);
        }
    }

    private static boolean isRoot(@Nullable Long user) {
        return user != null && user == 0;
    }

    static Stream<Container> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
    }

    /** Whether an object has all these labels. */
    static boolean matches(ObjectNode object, Map<String, String> selector) {
        JsonNode labels = object.path("metadata").path("labels");
        return selector.entrySet().stream()
                .allMatch(e -> labels.path(e.getKey()).asText("\0").equals(e.getValue()));
    }
}

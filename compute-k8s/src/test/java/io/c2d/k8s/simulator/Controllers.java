package io.c2d.k8s.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The control plane's loops: scheduler, protection of volumes that are in use, garbage collection, pods of nodes gone. */
final class Controllers {
    private static final Duration TO_SCHEDULE = Duration.ofMillis(100);
    private static final Duration TO_COLLECT = Duration.ofMillis(200);
    private static final String PROTECTION = "kubernetes.io/pvc-protection";

    private final ApiServer api;
    private final ObjectStore store;
    private final Map<String, Instant> firstSeen = new HashMap<>();
    private BigDecimal cpus = BigDecimal.valueOf(64);
    private boolean collects = true;

    Controllers(ApiServer api, ObjectStore store) {
        this.api = api;
        this.store = store;
    }

    /** How much the biggest node has. */
    void cpus(int count) {
        cpus = BigDecimal.valueOf(count);
    }

    /** Whether garbage is collected; it may come late on a real cluster. */
    void collects(boolean yes) {
        collects = yes;
    }

    void tick(Instant now) {
        for (Pod pod : store.all(Kind.POD, Pod.class)) {
            Instant since = firstSeen.computeIfAbsent(pod.getMetadata().getUid(), uid -> now);
            boolean waits = pod.getSpec().getNodeName() == null
                    && pod.getMetadata().getDeletionTimestamp() == null
                    && pod.getSpec().getSchedulingGates().isEmpty();
            if (waits && !now.isBefore(since.plus(TO_SCHEDULE))) {
                schedule(pod);
            }
        }
        volumes();
        if (collects) {
            collectGarbage(now);
        }
    }

    private void schedule(Pod pod) {
        ObjectNode object = object(Kind.POD, pod);
        ObjectNode before = object.deepCopy();
        Optional<String> hindrance = hindrance(pod);
        if (hindrance.isPresent()) {
            PodStatuses.condition(object, "PodScheduled", "False", "Unschedulable", hindrance.get());
        } else {
            ((ObjectNode) object.get("spec")).put("nodeName", "node-1");
            PodStatuses.condition(object, "PodScheduled", "True", "", "");
        }
        if (!object.equals(before)) {
            store.change(Kind.POD, object);
        }
    }

    private Optional<String> hindrance(Pod pod) {
        for (String claim : claims(pod).toList()) {
            Optional<ObjectNode> found =
                    store.find(Kind.VOLUME_CLAIM, pod.getMetadata().getNamespace(), claim);
            if (found.isEmpty()) {
                return Optional.of("0/1 nodes are available: persistentvolumeclaim \"" + claim + "\" not found.");
            }
            if (ApiServer.isTerminating(found.get())) {
                return Optional.of(
                        "0/1 nodes are available: persistentvolumeclaim \"" + claim + "\" is being deleted.");
            }
            if (found.get().path("spec").path("storageClassName").asText().equals("none")) {
                return Optional.of("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.");
            }
        }
        BigDecimal asked = pod.getSpec().getContainers().stream()
                .map(c -> c.getResources().getRequests().get("cpu"))
                .filter(q -> q != null)
                .map(Quantity::getAmountInBytes)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return asked.compareTo(cpus) > 0
                ? Optional.of("0/1 nodes are available: 1 Insufficient cpu.")
                : Optional.empty();
    }

    private static Stream<String> claims(Pod pod) {
        return pod.getSpec().getVolumes().stream()
                .map(Volume::getPersistentVolumeClaim)
                .filter(claim -> claim != null)
                .map(claim -> claim.getClaimName());
    }

    /** Claims are bound at once; one that is deleted stays for as long as a pod that was given to a node uses it. */
    private void volumes() {
        Set<String> used = new HashSet<>();
        store.all(Kind.POD, Pod.class).stream()
                .filter(pod -> pod.getSpec().getNodeName() != null)
                .forEach(pod ->
                        claims(pod).forEach(claim -> used.add(pod.getMetadata().getNamespace() + "/" + claim)));
        for (PersistentVolumeClaim claim : store.all(Kind.VOLUME_CLAIM, PersistentVolumeClaim.class)) {
            ObjectNode object = object(Kind.VOLUME_CLAIM, claim);
            String key = claim.getMetadata().getNamespace() + "/"
                    + claim.getMetadata().getName();
            if (ApiServer.isTerminating(object) && !used.contains(key)) {
                remove((ArrayNode) object.path("metadata").path("finalizers"), PROTECTION);
                ObjectNode unused = api.settle(Kind.VOLUME_CLAIM, object);
            } else if (claim.getStatus().getPhase().equals("Pending")
                    && !"none".equals(claim.getSpec().getStorageClassName())) {
                ((ObjectNode) object.get("status")).put("phase", "Bound");
                ObjectNode unused = store.change(Kind.VOLUME_CLAIM, object);
            }
        }
    }

    private static void remove(ArrayNode array, String value) {
        for (int i = array.size() - 1; i >= 0; i--) {
            if (array.get(i).asText().equals(value)) {
                array.remove(i);
            }
        }
    }

    /** What hangs on an owner that is not there is deleted, in the background and a moment late. */
    private void collectGarbage(Instant now) {
        Set<String> living = new HashSet<>();
        for (Kind kind : Kind.values()) {
            store.all(kind, kind.model())
                    .forEach(o -> living.add(o.getMetadata().getUid()));
        }
        for (Kind kind : Kind.values()) {
            for (HasMetadata each : store.all(kind, kind.model())) {
                ObjectNode object = object(kind, each);
                JsonNode owners = object.path("metadata").path("ownerReferences");
                boolean orphan = !owners.isEmpty();
                for (JsonNode owner : owners) {
                    orphan &= !living.contains(owner.path("uid").asText());
                }
                if (orphan && !ApiServer.isTerminating(object)) {
                    Instant since = firstSeen.computeIfAbsent(
                            "garbage " + each.getMetadata().getUid(), uid -> now);
                    if (!now.isBefore(since.plus(TO_COLLECT))) {
                        ObjectNode background =
                                ObjectStore.MAPPER.createObjectNode().put("propagationPolicy", "Background");
                        ObjectNode unused = api.delete(
                                kind,
                                each.getMetadata().getNamespace(),
                                each.getMetadata().getName(),
                                background);
                    }
                }
            }
        }
    }

    private ObjectNode object(Kind kind, HasMetadata typed) {
        return store.find(
                        kind,
                        typed.getMetadata().getNamespace(),
                        typed.getMetadata().getName())
                .orElseThrow();
    }
}

package io.c2d.k8s.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What an API server makes of a request: the semantics that lenient mocks leave out. Names and models are checked; 409 comes
 * in both kinds; what is immutable stays; deletes heed UIDs, finalizers and grace, and must name a propagation policy; a patch
 * can't reach the status.
 */
final class ApiServer {
    private final ObjectStore store;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Set<String> namespaces = new HashSet<>();
    private @Nullable Refusal refusal;
    private int podQuota = Integer.MAX_VALUE;
    private int volumeQuota = Integer.MAX_VALUE;

    /** What an admission webhook or a schema says to pods of an image. */
    record Refusal(String image, int code, String reason, String message) {}

    ApiServer(ObjectStore store, InstantSource clock, RandomGenerator random) {
        this.store = store;
        this.clock = clock;
        this.random = random;
    }

    void namespace(String name) {
        namespaces.add(name);
    }

    void removeNamespace(String name) {
        namespaces.remove(name);
    }

    void quota(int pods, int volumes) {
        podQuota = pods;
        volumeQuota = volumes;
    }

    void refuse(@Nullable Refusal pods) {
        refusal = pods;
    }

    ObjectNode create(Kind kind, String namespace, ObjectNode body) {
        String name = body.path("metadata").path("name").asText();
        if (!namespaces.contains(namespace)) {
            throw new ApiError(404, "NotFound", "namespaces \"" + namespace + "\" not found");
        }
        if (!body.path("kind").asText().equals(kind.label())) {
            throw ApiError.badRequest("the object provided is unrecognized");
        }
        if (body.has("status") && !body.path("status").isEmpty()) {
            throw ApiError.badRequest("we never send a status");
        }
        ObjectNode object = body.deepCopy();
        if (kind == Kind.SECRET) {
            encodeStringData(object);
        }
        Validation.check(kind, object);
        store.find(kind, namespace, name).ifPresent(found -> {
            throw ApiError.alreadyExists(kind, name, isTerminating(found));
        });
        admit(kind, namespace, name, object);
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        metadata.put("namespace", namespace);
        metadata.put("uid", new UUID(random.nextLong(), random.nextLong()).toString());
        metadata.put("creationTimestamp", time(clock.instant()));
        defaults(kind, object);
        return store.add(kind, object);
    }

    private void admit(Kind kind, String namespace, String name, ObjectNode object) {
        if (kind == Kind.POD) {
            Validation.restricted(ObjectStore.typed(object, Pod.class));
            Refusal no = refusal;
            if (no != null && object.path("spec").toString().contains("\"" + no.image() + "\"")) {
                throw new ApiError(no.code(), no.reason(), no.message()).about(kind, name);
            }
            long running = store.list(kind, namespace, p -> !isOver(p)).size();
            if (running >= podQuota) {
                throw ApiError.forbidden(kind, name, "exceeded quota: pods, requested: pods=1, used: pods=" + running);
            }
        }
        if (kind == Kind.VOLUME_CLAIM && store.list(kind, namespace, v -> true).size() >= volumeQuota) {
            throw ApiError.forbidden(kind, name, "exceeded quota: volumes, requested: persistentvolumeclaims=1");
        }
    }

    private static boolean isOver(ObjectNode pod) {
        String phase = pod.path("status").path("phase").asText();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static void defaults(Kind kind, ObjectNode object) {
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        if (kind == Kind.POD) {
            ObjectNode spec = (ObjectNode) object.get("spec");
            if (!spec.has("terminationGracePeriodSeconds")) {
                spec.put("terminationGracePeriodSeconds", 30);
            }
            ObjectNode status = object.putObject("status").put("phase", "Pending");
            if (!spec.path("schedulingGates").isEmpty()) {
                status.putArray("conditions")
                        .addObject()
                        .put("type", "PodScheduled")
                        .put("status", "False")
                        .put("reason", "SchedulingGated")
                        .put("message", "Scheduling is blocked due to non-empty scheduling gates");
            }
        }
        if (kind == Kind.VOLUME_CLAIM) {
            metadata.withArray("finalizers").add("kubernetes.io/pvc-protection");
            object.putObject("status").put("phase", "Pending");
        }
    }

    private static void encodeStringData(ObjectNode secret) {
        ObjectNode data = secret.withObject("data");
        secret.path("stringData")
                .properties()
                .forEach(e -> data.put(
                        e.getKey(),
                        Base64.getEncoder().encodeToString(e.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        secret.remove("stringData");
    }

    ObjectNode get(Kind kind, String namespace, String name) {
        return store.find(kind, namespace, name).orElseThrow(() -> ApiError.notFound(kind, name));
    }

    ObjectNode list(Kind kind, String namespace, @Nullable String selector) {
        ObjectNode list = ObjectStore.MAPPER.createObjectNode();
        list.put("kind", kind.label() + "List").put("apiVersion", "v1");
        list.putObject("metadata").put("resourceVersion", Long.toString(store.version()));
        ArrayNode items = list.putArray("items");
        Map<String, String> labels = selector(selector);
        store.list(kind, namespace, o -> Validation.matches(o, labels)).forEach(items::add);
        return list;
    }

    /** Equalities alone: a set selector would be taken for something else by other mocks. */
    static ImmutableMap<String, String> selector(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return ImmutableMap.of();
        }
        return ImmutableMap.copyOf(Splitter.on(',')
                .withKeyValueSeparator(Splitter.on('=').limit(2))
                .split(text));
    }

    ObjectNode delete(Kind kind, String namespace, String name, JsonNode options) {
        ObjectNode object = get(kind, namespace, name);
        String uid = options.path("preconditions").path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(uid(object))) {
            throw ApiError.conflict(kind, name, "Precondition failed: UID in precondition: " + uid);
        }
        requirePolicy(options);
        return delete(kind, object, options);
    }

    ObjectNode deleteAll(Kind kind, String namespace, @Nullable String selector, JsonNode options) {
        if (selector == null || selector.isEmpty()) {
            throw ApiError.badRequest("we never delete a whole namespace");
        }
        requirePolicy(options);
        ObjectNode deleted = list(kind, namespace, selector);
        deleted.get("items").forEach(object -> {
            ObjectNode unused = delete(kind, (ObjectNode) object, options);
        });
        return deleted;
    }

    /** A real server has a default, which for some kinds orphans what hangs on the object. */
    private static void requirePolicy(JsonNode options) {
        if (!options.has("propagationPolicy")) {
            throw ApiError.badRequest("every delete says its propagationPolicy");
        }
        if (options.path("gracePeriodSeconds").asInt(1) == 0) {
            throw ApiError.badRequest("pods are never force-deleted");
        }
    }

    private ObjectNode delete(Kind kind, ObjectNode object, JsonNode options) {
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        if (kind == Kind.POD) {
            long grace = options.path("gracePeriodSeconds")
                    .asLong(object.path("spec")
                            .path("terminationGracePeriodSeconds")
                            .asLong());
            boolean atOnce = isOver(object) || !object.path("spec").has("nodeName");
            return terminate(kind, object, atOnce ? 0 : grace);
        }
        if (!metadata.path("finalizers").isEmpty()) {
            return terminate(kind, object, 0);
        }
        store.remove(kind, object);
        return ApiError.status(200, "", "");
    }

    /** Marks an object as being deleted; one that nothing holds goes. */
    ObjectNode terminate(Kind kind, ObjectNode object, long grace) {
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        if (!isTerminating(object)) {
            metadata.put("deletionTimestamp", time(clock.instant().plusSeconds(grace)));
            metadata.put("deletionGracePeriodSeconds", grace);
        } else if (grace < metadata.path("deletionGracePeriodSeconds").asLong()) {
            metadata.put("deletionGracePeriodSeconds", grace);
        } else if (!metadata.path("finalizers").isEmpty() || grace > 0) {
            return object;
        }
        return settle(kind, object);
    }

    /** Writes an object that changed, or lets it go where it is being deleted and nothing holds it any more. */
    ObjectNode settle(Kind kind, ObjectNode object) {
        JsonNode metadata = object.get("metadata");
        boolean gone = isTerminating(object)
                && metadata.path("finalizers").isEmpty()
                && metadata.path("deletionGracePeriodSeconds").asLong() == 0;
        if (gone) {
            store.remove(kind, object);
            return object;
        }
        return store.change(kind, object);
    }

    ObjectNode patch(Kind kind, String namespace, String name, JsonNode patch) {
        ObjectNode object = get(kind, namespace, name);
        JsonNode metadata = patch.path("metadata");
        if (metadata.has("uid") && !metadata.get("uid").asText().equals(uid(object))) {
            throw ApiError.conflict(kind, name, "Precondition failed: UID in precondition");
        }
        String version = metadata.path("resourceVersion").asText("");
        if (!version.isEmpty()
                && !version.equals(
                        object.path("metadata").path("resourceVersion").asText())) {
            throw ApiError.conflict(kind, name, "the object has been modified");
        }
        if (patch.has("spec") || patch.has("data")) {
            throw ApiError.invalid(kind, name, "spec: Forbidden: updates are not allowed");
        }
        ObjectNode patched = object.deepCopy();
        merge(patched, patch);
        // The main resource ignores the status.
        if (object.has("status")) {
            patched.set("status", object.get("status"));
        }
        return patched.equals(object) ? object : settle(kind, patched);
    }

    /** RFC 7386. */
    private static void merge(ObjectNode target, JsonNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            if (field.getValue().isNull()) {
                target.remove(field.getKey());
            } else if (field.getValue().isObject()) {
                merge(target.withObject("/" + field.getKey()), field.getValue());
            } else {
                target.set(field.getKey(), field.getValue());
            }
        }
    }

    static boolean isTerminating(JsonNode object) {
        return object.path("metadata").has("deletionTimestamp");
    }

    static String uid(JsonNode object) {
        return object.path("metadata").path("uid").asText();
    }

    /** Whole seconds, as in the API. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}

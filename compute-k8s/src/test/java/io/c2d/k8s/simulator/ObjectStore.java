package io.c2d.k8s.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The objects and the history of their changes, by one growing resource version. Everything in the simulator holds its lock
 * while it reads and writes.
 */
final class ObjectStore {
    /** What a watch is told. */
    record Event(long version, Kind kind, String type, ObjectNode object) {}

    /** Where a watch's events go. */
    interface Watcher {
        void accept(Event event);
    }

    static final ObjectMapper MAPPER = new ObjectMapper();

    private final Map<String, ObjectNode> objects = new TreeMap<>();
    private final List<Event> history = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private long version = 1_000;
    private long forgotten = 1_000;

    long version() {
        return version;
    }

    /** Forgets all history, as a server does that keeps only its newest: watches from before get 410. */
    void compact() {
        history.clear();
        version++;
        forgotten = version;
    }

    Optional<ObjectNode> find(Kind kind, String namespace, String name) {
        return Optional.ofNullable(objects.get(key(kind, namespace, name))).map(ObjectNode::deepCopy);
    }

    ImmutableList<ObjectNode> list(Kind kind, String namespace, Predicate<ObjectNode> wanted) {
        String prefix = kind + "/" + namespace + "/";
        return objects.entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix) && wanted.test(e.getValue()))
                .map(e -> e.getValue().deepCopy())
                .collect(ImmutableList.toImmutableList());
    }

    /** Everything of a kind, typed. */
    <T extends HasMetadata> ImmutableList<T> all(Kind kind, Class<T> type) {
        return objects.entrySet().stream()
                .filter(e -> e.getKey().startsWith(kind + "/"))
                .map(e -> typed(e.getValue(), type))
                .collect(ImmutableList.toImmutableList());
    }

    ObjectNode add(Kind kind, ObjectNode object) {
        return write(kind, object, "ADDED");
    }

    ObjectNode change(Kind kind, ObjectNode object) {
        return write(kind, object, "MODIFIED");
    }

    private ObjectNode write(Kind kind, ObjectNode object, String type) {
        ObjectNode stored = object.deepCopy();
        ObjectNode metadata = (ObjectNode) stored.get("metadata");
        metadata.put("resourceVersion", Long.toString(++version));
        objects.put(
                key(
                        kind,
                        metadata.get("namespace").asText(),
                        metadata.get("name").asText()),
                stored);
        tell(new Event(version, kind, type, stored.deepCopy()));
        return stored.deepCopy();
    }

    void remove(Kind kind, ObjectNode object) {
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        objects.remove(key(
                kind, metadata.get("namespace").asText(), metadata.get("name").asText()));
        ObjectNode last = object.deepCopy();
        ((ObjectNode) last.get("metadata")).put("resourceVersion", Long.toString(++version));
        tell(new Event(version, kind, "DELETED", last));
    }

    private void tell(Event event) {
        history.add(event);
        ImmutableList.copyOf(watchers).forEach(watcher -> watcher.accept(event));
    }

    /**
     * Begins a watch with what happened after a version; whether that is still known.
     */
    boolean watch(@Nullable Long after, Watcher watcher) {
        if (after != null && after < forgotten) {
            return false;
        }
        long from = after == null ? version : after;
        history.stream().filter(e -> e.version() > from).forEach(watcher::accept);
        watchers.add(watcher);
        return true;
    }

    void unwatch(Watcher watcher) {
        watchers.remove(watcher);
    }

    boolean isEmpty() {
        return objects.isEmpty();
    }

    ImmutableList<String> names() {
        return ImmutableList.copyOf(objects.keySet());
    }

    static <T> T typed(ObjectNode node, Class<T> type) {
        try {
            return MAPPER.treeToValue(node, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static ObjectNode tree(HasMetadata object) {
        return MAPPER.valueToTree(object);
    }

    private static String key(Kind kind, String namespace, String name) {
        return kind + "/" + namespace + "/" + name;
    }
}

package io.c2d.k8s;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/**
 * The identity of an anchor: what the row stores as {@code namespace/uid}, so that the objects of an attempt are found also
 * after its environment was moved to another namespace.
 *
 * @param namespace where the attempt's objects are
 * @param uid of the anchor, which no other object ever has
 */
record AnchorId(String namespace, String uid) {
    /** The identity of an anchor that is there. */
    static AnchorId of(HasMetadata anchor) {
        return new AnchorId(
                anchor.getMetadata().getNamespace(), anchor.getMetadata().getUid());
    }

    /** The identity that was stored, if it is one of this kind of cluster. */
    static Optional<AnchorId> parse(String stored) {
        int slash = stored.indexOf('/');
        return slash > 0 && slash < stored.length() - 1
                ? Optional.of(new AnchorId(stored.substring(0, slash), stored.substring(slash + 1)))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return namespace + "/" + uid;
    }
}

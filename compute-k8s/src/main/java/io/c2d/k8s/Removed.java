package io.c2d.k8s;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;

/**
 * What this process has deleted and been answered for. The watches tell of it a moment later, and till then nothing may be
 * built on what they still show. Bounded: what is forgotten is merely deleted once more. Thread-safe.
 */
final class Removed {
    private static final long MAX = 10_000;

    private final Cache<AnchorId, Boolean> anchors =
            CacheBuilder.newBuilder().maximumSize(MAX).build();
    private final Cache<AnchorId, Boolean> volumes =
            CacheBuilder.newBuilder().maximumSize(MAX).build();

    void anchor(AnchorId anchor) {
        anchors.put(anchor, true);
    }

    void volumeOf(AnchorId anchor) {
        volumes.put(anchor, true);
    }

    boolean isAnchorRemoved(AnchorId anchor) {
        return anchors.getIfPresent(anchor) != null;
    }

    boolean isVolumeRemoved(AnchorId anchor) {
        return volumes.getIfPresent(anchor) != null;
    }
}

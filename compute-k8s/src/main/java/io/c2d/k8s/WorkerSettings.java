package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.StepId;
import java.net.URI;
import java.time.Duration;

/**
 * How stage-in, filter and publish run: in pods of our own image.
 *
 * @param image the image of {@code compute-worker}, best by digest
 * @param cpus processors that are reserved for it, may be a fraction; up to one is used
 * @param memoryBytes main memory
 * @param downloads what stage-in may fetch
 * @param isolationPatience how long an algorithm waits for its network to be shut off before its pod is given up; zero
 *     where nobody looks
 * @param uploads where a try uploads what it stores
 */
public record WorkerSettings(
        String image, double cpus, long memoryBytes, Downloads downloads, Duration isolationPatience, Uploads uploads) {
    /** How long the cluster may take to enforce its policies on a new pod. */
    public static final Duration DEFAULT_ISOLATION_PATIENCE = Duration.ofSeconds(30);

    /** Checks the ranges. */
    public WorkerSettings {
        if (image.isBlank() || !(cpus > 0) || memoryBytes < (64 << 20)) {
            throw new IllegalArgumentException("a worker has an image, processors and at least 64 MiB");
        }
    }

    /** An image with a tenth of a processor and 256 MiB. */
    public static WorkerSettings of(String image, Uploads uploads) {
        return new WorkerSettings(image, 0.1, 256L << 20, Downloads.DEFAULTS, DEFAULT_ISOLATION_PATIENCE, uploads);
    }

    /**
     * What stage-in may fetch; all else is the worker's own.
     *
     * @param networks networks (CIDR) that would be refused otherwise: private ones and so on
     * @param maxFileBytes the largest file
     */
    public record Downloads(ImmutableList<String> networks, long maxFileBytes) {
        /** Public addresses alone, 10 GiB a file. */
        public static final Downloads DEFAULTS = new Downloads(ImmutableList.of(), 10L << 30);
    }

    /** Where a try uploads what it stores. Called at each start of a worker's pod; thread-safe. */
    @FunctionalInterface
    public interface Uploads {
        /** The target and token for one try and no other. */
        Upload forTry(StepId step);
    }

    /**
     * A place to upload to.
     *
     * @param target the try's artifacts
     * @param token the right to upload there; it is kept in a Secret
     */
    public record Upload(URI target, String token) {
        /** Leaves the token out. */
        @Override
        public String toString() {
            return "Upload[" + target + "]";
        }
    }
}

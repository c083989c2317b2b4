package io.c2d.examples;

import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import com.google.common.io.ByteStreams;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An adapter of one's own: results in memory, for as long as the process lives. Its test is the port's contract from
 * compute-testkit. Thread-safe.
 */
public final class InMemoryArtifactStore implements ArtifactStore {
    private record Key(StepId step, String path) {}

    private final int limit;
    private final Map<Key, byte[]> files = new HashMap<>();

    /**
     * An empty store.
     *
     * @param limit the most bytes that all its files have together; a further file is refused. Every upload under way may
     *     need as much again
     */
    public InMemoryArtifactStore(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("the limit is in bytes");
        }
        this.limit = limit;
    }

    // snippet:adapter
    @Override
    public Artifact put(StepId step, String path, Artifact.Role role, InputStream content) throws IOException {
        if (!Artifact.isSafePath(path)) {
            throw new IllegalArgumentException("an artifact's path stays below its folder");
        }
        // Read to the end first: a source that breaks leaves nothing behind, and nobody waits for a slow one.
        byte[] bytes = ByteStreams.limit(content, limit + 1L).readAllBytes();
        keep(new Key(step, path), bytes);
        return new Artifact(
                step,
                path,
                role,
                bytes.length,
                Hashing.sha256().hashBytes(bytes).toString());
    }

    @Override
    public synchronized Optional<InputStream> open(Artifact artifact, long from) {
        byte[] bytes = files.get(new Key(artifact.step(), artifact.path()));
        if (bytes == null) {
            return Optional.empty();
        }
        int start = (int) Math.min(from, bytes.length);
        return Optional.of(new ByteArrayInputStream(bytes, start, bytes.length - start));
    }

    @Override
    public synchronized ImmutableSet<Integer> attempts(JobId job) {
        return files.keySet().stream()
                .filter(key -> key.step().job().equals(job))
                .map(key -> key.step().attempt())
                .collect(ImmutableSet.toImmutableSet());
    }

    @Override
    public synchronized ImmutableSet<JobId> jobs() {
        return files.keySet().stream().map(key -> key.step().job()).collect(ImmutableSet.toImmutableSet());
    }

    @Override
    public synchronized void delete(JobId job, int attempt) {
        files.keySet()
                .removeIf(key -> key.step().job().equals(job) && key.step().attempt() == attempt);
    }
    // end

    private synchronized void keep(Key key, byte[] bytes) throws IOException {
        long others = 0;
        for (Map.Entry<Key, byte[]> file : files.entrySet()) {
            others += file.getKey().equals(key) ? 0 : file.getValue().length;
        }
        if (others + bytes.length > limit) {
            throw new IOException("no room in memory: artifacts have " + limit + " bytes at most");
        }
        files.put(key, bytes);
    }
}

package io.c2d.k8s;

import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** An artifact store in memory. */
final class MemoryArtifacts implements ArtifactStore {
    private record Key(StepId step, String path) {}

    private final Map<Key, byte[]> files = new ConcurrentHashMap<>();

    @Override
    public Artifact put(StepId step, String path, Artifact.Role role, InputStream content) throws IOException {
        byte[] bytes = content.readAllBytes();
        files.put(new Key(step, path), bytes);
        return new Artifact(
                step,
                path,
                role,
                bytes.length,
                Hashing.sha256().hashBytes(bytes).toString());
    }

    @Override
    public Optional<InputStream> open(Artifact artifact, long from) {
        return Optional.ofNullable(files.get(new Key(artifact.step(), artifact.path())))
                .map(bytes -> new ByteArrayInputStream(bytes, (int) from, bytes.length));
    }

    @Override
    public ImmutableSet<Integer> attempts(JobId job) {
        return files.keySet().stream()
                .filter(key -> key.step().job().equals(job))
                .map(key -> key.step().attempt())
                .collect(ImmutableSet.toImmutableSet());
    }

    @Override
    public ImmutableSet<JobId> jobs() {
        return files.keySet().stream().map(key -> key.step().job()).collect(ImmutableSet.toImmutableSet());
    }

    @Override
    public void delete(JobId job, int attempt) {
        files.keySet()
                .removeIf(key -> key.step().job().equals(job) && key.step().attempt() == attempt);
    }
}

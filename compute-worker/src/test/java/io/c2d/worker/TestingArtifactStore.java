package io.c2d.worker;

import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Keeps what is put in the order in which it came; fails at a path on wish. */
final class TestingArtifactStore implements ArtifactStore {
    final Map<String, String> texts = new LinkedHashMap<>();
    String failsAt = "";

    String text(String path) {
        return texts.getOrDefault(path, "");
    }

    @Override
    public Artifact put(StepId step, String path, Artifact.Role role, InputStream content) throws IOException {
        byte[] bytes = content.readAllBytes();
        if (path.equals(failsAt)) {
            throw new IOException("the disk is full at /srv/artifacts");
        }
        texts.put(path, new String(bytes, StandardCharsets.UTF_8));
        return new Artifact(
                step,
                path,
                role,
                bytes.length,
                Hashing.sha256().hashBytes(bytes).toString());
    }

    @Override
    public Optional<InputStream> open(Artifact artifact, long from) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ImmutableSet<Integer> attempts(JobId job) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ImmutableSet<JobId> jobs() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(JobId job, int attempt) {
        throw new UnsupportedOperationException();
    }
}

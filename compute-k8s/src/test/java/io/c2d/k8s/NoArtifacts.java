package io.c2d.k8s;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import java.io.InputStream;
import java.util.Optional;

/** An artifact store in which nothing is. */
final class NoArtifacts implements ArtifactStore {
    @Override
    public Artifact put(StepId step, String path, Artifact.Role role, InputStream content) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<InputStream> open(Artifact artifact, long from) {
        return Optional.empty();
    }

    @Override
    public ImmutableSet<Integer> attempts(JobId job) {
        return ImmutableSet.of();
    }

    @Override
    public ImmutableSet<JobId> jobs() {
        return ImmutableSet.of();
    }

    @Override
    public void delete(JobId job, int attempt) {}
}

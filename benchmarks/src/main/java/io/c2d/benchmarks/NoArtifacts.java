package io.c2d.benchmarks;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A store of results that holds none: the steps of these benchmarks make none. */
final class NoArtifacts implements ArtifactStore {
    @Override
    public Artifact put(StepId step, String path, Artifact.Role role, InputStream content) throws IOException {
        throw new IOException("nothing is kept here");
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

package io.c2d.testkit.world;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import io.c2d.testkit.SimulatedProcess;
import io.c2d.testkit.world.FaultRates.Port;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;

/** The artifact store as one process reaches it. */
final class ArtifactsView implements ArtifactStore {
    private final SimulatedArtifacts artifacts;
    private final SimulatedProcess process;
    private final Faults faults;

    ArtifactsView(SimulatedArtifacts artifacts, SimulatedProcess process, Faults faults) {
        this.artifacts = artifacts;
        this.process = process;
        this.faults = faults;
    }

    private <T> T call(String name, boolean writes, String detail, Supplier<T> work) throws IOException {
        // Deletes come from turns and from the sweeper, which holds a lock.
        Faults.Call kind = new Faults.Call(
                Port.ARTIFACTS, name, writes, false, 0.5, what -> new UncheckedIOException(new IOException(what)));
        try {
            return faults.make(process, kind, detail, work);
        } catch (UncheckedIOException e) {
            throw new IOException("simulated", e);
        }
    }

    @Override
    public Artifact put(StepId step, String path, Artifact.Role role, InputStream content) throws IOException {
        return artifacts.put(step, path, role, content);
    }

    @Override
    public Optional<InputStream> open(Artifact artifact, long from) throws IOException {
        return call("open", false, artifact.path(), () -> artifacts.open(artifact, from));
    }

    @Override
    public ImmutableSet<Integer> attempts(JobId job) throws IOException {
        return call("attempts", false, job.value(), () -> artifacts.attempts(job));
    }

    @Override
    public ImmutableSet<JobId> jobs() throws IOException {
        return call("jobs", false, "", artifacts::jobs);
    }

    @Override
    public void delete(JobId job, int attempt) throws IOException {
        call("delete artifacts", true, job + "/" + attempt, () -> {
            artifacts.delete(job, attempt);
            return true;
        });
    }
}

package io.c2d.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.memory.InMemoryJobStore;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.ArtifactStore;
import io.c2d.local.LocalCluster;
import io.c2d.testkit.ArtifactStoreContract;
import io.c2d.testkit.Samples;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what this store adds to it. */
final class InMemoryArtifactStoreTest extends ArtifactStoreContract {
    private static final int LIMIT = 1 << 20;

    private final StepId step = new StepId(Samples.jobId(new Random(3)), 1, 0, StepKind.PUBLISH, 1);

    @TempDir
    Path folder = Path.of("");

    @Override
    protected ArtifactStore openEmpty() {
        return new InMemoryArtifactStore(LIMIT);
    }

    private Artifact put(ArtifactStore store, String path, int size) throws IOException {
        return store.put(step, path, Artifact.Role.OUTPUT, new ByteArrayInputStream(new byte[size]));
    }

    @Test
    void allFilesTogetherKeepTheLimit() throws IOException {
        InMemoryArtifactStore store = new InMemoryArtifactStore(10);
        put(store, "a", 6);
        assertThatThrownBy(() -> put(store, "b", 5))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("10 bytes");
        assertThat(put(store, "b", 4).size()).isEqualTo(4);
    }

    @Test
    void aReplacedOrDeletedFileGivesItsRoomBack() throws IOException {
        InMemoryArtifactStore store = new InMemoryArtifactStore(10);
        put(store, "a", 10);
        assertThat(put(store, "a", 9).size()).isEqualTo(9);
        store.delete(step.job(), 1);
        assertThat(put(store, "b", 10).size()).isEqualTo(10);
    }

    @Test
    void aJobsOutputIsReadFromIt() throws Exception {
        ArtifactStore artifacts = store();
        try (LocalCluster cluster = LocalCluster.builder()
                        .folder(folder)
                        .artifacts(artifacts)
                        .sandbox("bubblewrap,namespaces")
                        .open();
                ComputeEngine engine = ComputeEngine.builder(
                                InMemoryJobStore.create(InstantSource.system(), "test"), cluster, artifacts)
                        .build()) {
            engine.start();
            JobId id = engine.submit(new Owner("me"), "a", Samples.shell("echo kept > $OUTPUTS/note"));
            Job job = engine.whenFinished(id).get(1, TimeUnit.MINUTES);
            assertThat(job.outcome()).contains(Outcome.SUCCEEDED);
            Artifact note = job.manifest().stream()
                    .filter(artifact -> artifact.path().equals("outputs/note"))
                    .findFirst()
                    .orElseThrow();
            try (InputStream in = artifacts.open(note, 0).orElseThrow()) {
                assertThat(in).hasContent("kept\n");
            }
        }
    }
}

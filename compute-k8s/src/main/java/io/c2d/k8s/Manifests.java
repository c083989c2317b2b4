package io.c2d.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.ClusterException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the list of what a try stored out of the artifact store, where the try has put it. Thread-safe. */
final class Manifests {
    /** Its path below the try. */
    static final String NAME = "manifest.json";

    private static final long MAX_BYTES = 32L << 20;

    private final ArtifactStore store;

    Manifests(ArtifactStore store) {
        this.store = store;
    }

    /**
     * What was stored.
     *
     * @throws ClusterException where the list can't be read now, or is not the one that was reported
     */
    ImmutableList<Artifact> read(StepId step, WorkerReport.Manifest reported) {
        Artifact list = new Artifact(step, NAME, Artifact.Role.PUBLISH_LOG, reported.size(), reported.sha256());
        try (InputStream content = store.open(list, 0)
                .orElseThrow(() -> new ClusterException("the list of what " + step.name() + " stored is not there"))) {
            byte[] bytes = content.readNBytes((int) Math.min(MAX_BYTES, reported.size()) + 1);
            boolean same = bytes.length == reported.size()
                    && Hashing.sha256().hashBytes(bytes).toString().equals(reported.sha256());
            if (!same) {
                throw new ClusterException("the list of what " + step.name() + " stored is another than was reported");
            }
            return parse(step, StrictJson.read(bytes));
        } catch (IOException e) {
            throw new ClusterException("the list of what " + step.name() + " stored can't be read now", e);
        } catch (ComputeException | IllegalArgumentException e) {
            if (e instanceof ClusterException failure) {
                throw failure;
            }
            throw new ClusterException("the list of what " + step.name() + " stored has no form that is known", e);
        }
    }

    private static ImmutableList<Artifact> parse(StepId step, JsonNode list) {
        ImmutableList.Builder<Artifact> artifacts = ImmutableList.builder();
        for (JsonNode each : list) {
            artifacts.add(new Artifact(
                    step,
                    each.required("path").textValue(),
                    Artifact.Role.valueOf(each.required("role").asText()),
                    each.required("size").longValue(),
                    each.required("sha256").asText()));
        }
        return artifacts.build();
    }
}

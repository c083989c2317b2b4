package io.c2d.core.engine;

import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.Environment;
import io.c2d.core.port.StepSpec;
import java.io.IOException;
import java.time.Duration;

/** Something to be done outside, after the decision was stored. Each can be repeated without harm. */
sealed interface ClusterAction {
    /** Does it. */
    void applyTo(ComputeCluster cluster, ArtifactStore artifacts);

    /** Makes the attempt's anchor. */
    record Prepare(AttemptRef attempt, Environment environment) implements ClusterAction {
        @Override
        public void applyTo(ComputeCluster cluster, ArtifactStore artifacts) {
            cluster.prepare(attempt, environment);
        }
    }

    /** Starts a try. */
    record Start(StepSpec spec) implements ClusterAction {
        @Override
        public void applyTo(ComputeCluster cluster, ArtifactStore artifacts) {
            cluster.start(spec);
        }
    }

    /** Ends a try, or occupies its name. */
    record Stop(StepId step, String anchor, Duration grace) implements ClusterAction {
        @Override
        public void applyTo(ComputeCluster cluster, ArtifactStore artifacts) {
            cluster.stop(step, anchor, grace);
        }
    }

    /** Removes an attempt from the cluster. */
    record Remove(AttemptRef attempt) implements ClusterAction {
        @Override
        public void applyTo(ComputeCluster cluster, ArtifactStore artifacts) {
            cluster.remove(attempt);
        }
    }

    /** Deletes an attempt's artifacts. */
    record DeleteArtifacts(JobId job, int attempt) implements ClusterAction {
        @Override
        public void applyTo(ComputeCluster cluster, ArtifactStore artifacts) {
            try {
                artifacts.delete(job, attempt);
            } catch (IOException e) {
                throw new ClusterException("the artifacts of attempt " + attempt + " can't be deleted now", e);
            }
        }
    }
}

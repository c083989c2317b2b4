package io.c2d.testkit;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.AlgorithmEnd;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import java.time.Instant;

/** An attempt in which every field is set, to see that a store keeps them all. */
final class SampleAttempts {
    private SampleAttempts() {}

    static Attempt rich(Job job, EngineId engine, Instant now) {
        StepId staging = new StepId(job.id(), 1, 0, StepKind.STAGE_IN, 1);
        StepId algorithm = new StepId(job.id(), 1, 0, StepKind.ALGORITHM, 2);
        StepId filter = new StepId(job.id(), 1, 0, StepKind.FILTER, 1);
        StepId publish = new StepId(job.id(), 1, 0, StepKind.PUBLISH, 3);
        Artifact artifact = new Artifact(publish, "outputs/a ü/ b.csv", Artifact.Role.OUTPUT, 12, "ab".repeat(32));
        return new Attempt(
                1,
                JobStatus.COMPLETED,
                now,
                "anchor-1",
                staging,
                new StepTry(publish, engine, now.minusSeconds(1), 0),
                now.minusSeconds(10),
                new AlgorithmEnd(Outcome.ALGORITHM_FAILED, 3, "exit 3", algorithm, filter, true),
                ImmutableList.of(artifact),
                now.minusSeconds(5),
                now,
                Outcome.ALGORITHM_FAILED,
                3,
                "exit 3; \"quoted\" \u2603");
    }
}

package io.c2d.k8s;

import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.StepSpec;
import java.time.Duration;

/** What is started in tests, of one job. */
final class Specs {
    static final JobId JOB = new JobId("0190a0b0c0d0e0f0a1b2c3d4e5f60718");
    static final Owner OWNER = new Owner("0x00000000000000000000000000000000000000Aa");
    static final EngineId ENGINE = new EngineId("engine-1");
    static final AnchorId ANCHOR = new AnchorId("jobs", "11111111-2222-3333-4444-555555555555");

    private Specs() {}

    static StepId step(StepKind kind, int tryNumber) {
        return new StepId(JOB, 1, 0, kind, tryNumber);
    }

    static Stage stage(String image, String entrypoint, int instances) {
        Stage one = WorkflowCodec.read("""
                {"stages":[{"index":0,
                "input":[{"id":"did:op:abc","index":0,"url":["http://data.example/1?key=s3cret","http://data.example/2"],
                    "sha256":["%s",null]}],
                "compute":{"Instances":1,"namespace":"default","maxtime":60},
                "algorithm":{"id":"did:op:def","rawcode":"echo $HOME\\n","container":
                    {"image":"%s","tag":"3.12","entrypoint":"%s"}},
                "output":{}}]}""".formatted("0".repeat(64), image, entrypoint))
                .stage(0);
        var compute = new io.c2d.core.model.ComputeRequirements(
                instances, "default", one.compute().maxTime());
        return new Stage(one.index(), one.inputs(), compute, one.algorithm(), one.output());
    }

    static StepSpec of(StepKind kind, KubernetesEnvironment where, Stage stage) {
        return new StepSpec(
                step(kind, 1),
                ANCHOR.toString(),
                ENGINE,
                OWNER,
                stage,
                where.environment(),
                Duration.ofMinutes(2),
                kind == StepKind.STAGE_IN ? null : step(StepKind.STAGE_IN, 2),
                kind == StepKind.FILTER || kind == StepKind.PUBLISH ? step(StepKind.ALGORITHM, 3) : null,
                kind == StepKind.PUBLISH ? step(StepKind.FILTER, 1) : null,
                true);
    }
}

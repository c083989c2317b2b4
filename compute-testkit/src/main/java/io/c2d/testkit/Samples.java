package io.c2d.testkit;

import com.fasterxml.jackson.databind.node.TextNode;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.SubmitRequest;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** Small well-formed values for tests. */
public final class Samples {
    private Samples() {}

    /** A workflow of one stage without inputs that runs a shell line. */
    public static Workflow shell(String script) {
        return shell(script, "sh", "1");
    }

    /** As {@link #shell(String)}, in an image of one's own that has a shell. */
    public static Workflow shell(String script, String image, String tag) {
        return WorkflowCodec.read("""
                {"stages":[{"index":0,"input":[],"compute":{"Instances":1,"namespace":"default","maxtime":3600},
                "algorithm":{"id":"","rawcode":%s,"container":{"image":"%s","tag":"%s","entrypoint":"sh $ALGO"}},
                "output":{}}]}""".formatted(TextNode.valueOf(script), image, tag));
    }

    /** An id from a random source. */
    public static JobId jobId(RandomGenerator random) {
        return JobId.create(Instant.EPOCH, random);
    }

    /** A submission of a workflow, without key and nonce. */
    public static SubmitRequest submission(JobId id, String owner, String agreement, Workflow workflow) {
        return new SubmitRequest(new Owner(owner), agreement, workflow, "default", null, id, null, null);
    }
}

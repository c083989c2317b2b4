package io.c2d.core.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.Stage;
import io.c2d.core.model.Workflow;

/**
 * Reads workflows (seed, "Create new job"). The document is kept as it came, whatever else it holds. Thread-safe.
 */
public final class WorkflowCodec {
    private WorkflowCodec() {}

    /**
     * Reads a workflow out of a request.
     *
     * @param node its value
     * @param pointer where it stands in the request
     * @throws ComputeException with every fault and its pointer
     */
    public static Workflow read(JsonNode node, String pointer) {
        Faults faults = new Faults();
        ImmutableList<Stage> stages = new WorkflowReader().stages(new JsonField(node, pointer, faults));
        faults.throwIfAny();
        String document = StrictJson.write(node);
        return new Workflow(document, CanonicalJson.sha256(document), stages);
    }

    /**
     * Reads a workflow that was stored with its hash, which is not made again.
     *
     * @throws ComputeException where it is no workflow any more
     */
    public static Workflow readStored(String document, String sha256) {
        Faults faults = new Faults();
        ImmutableList<Stage> stages = new WorkflowReader().stages(new JsonField(StrictJson.read(document), "", faults));
        faults.throwIfAny();
        return new Workflow(document, sha256, stages);
    }

    /** Reads a workflow that stands alone; pointers begin at its top. */
    public static Workflow read(String document) {
        return read(StrictJson.read(document), "");
    }
}

package io.c2d.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.access.SignedMessage;
import io.c2d.core.json.Faults;
import io.c2d.core.json.JobStatusCodec.Links;
import io.c2d.core.model.Job;

/** What the callers of one era say on the wire. The operations behind know nothing of it. Thread-safe. */
interface Dialect {
    /**
     * Reads a request.
     *
     * @param faults what is wrong with it is added here, so that the operation can add its own
     * @throws io.c2d.core.model.ComputeException where its body is broken, so that nothing can be read
     */
    ComputeCall parse(RawRequest raw, Faults faults);

    /** What the caller should have signed. */
    SignedMessage message(ComputeCall call);

    /** A job as the caller sees it. */
    JsonNode render(Job job, Links links, ComputeCall call);

    /** A job as anybody may see it. */
    JsonNode renderRedacted(Job job, ComputeCall call);
}

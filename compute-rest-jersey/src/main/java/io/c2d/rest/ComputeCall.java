package io.c2d.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.json.JobStatusCodec.Dates;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request as any dialect means it. Texts are the caller's own; {@code ""} where absent.
 *
 * @param raw where it came from
 * @param owner whose jobs
 * @param agreementId of which agreement
 * @param jobId which job; may have a form that no job of ours has
 * @param workflow what is to be done, {@code null} where absent
 * @param signature the caller's
 * @param nonce the caller's
 * @param removed whether tombstones are meant
 * @param after where a list begins, {@code null} for its top
 * @param limit the most that a list has
 * @param dates how instants are written
 */
record ComputeCall(
        RawRequest raw,
        String owner,
        String agreementId,
        String jobId,
        @Nullable JsonNode workflow,
        String signature,
        String nonce,
        boolean removed,
        @Nullable Long after,
        int limit,
        Dates dates) {

    Optional<Owner> namedOwner() {
        return owner.isEmpty() ? Optional.empty() : Optional.of(new Owner(owner));
    }

    Optional<String> agreement() {
        return agreementId.isEmpty() ? Optional.empty() : Optional.of(agreementId);
    }

    boolean namesJob() {
        return !jobId.isEmpty();
    }

    /** The job named; nothing where none is, or where the text can be no job's. */
    Optional<JobId> job() {
        return JobId.parse(jobId);
    }

    Optional<JsonNode> work() {
        return Optional.ofNullable(workflow);
    }

    /** Leaves everything but method and path out. */
    @Override
    public String toString() {
        return raw.toString();
    }
}

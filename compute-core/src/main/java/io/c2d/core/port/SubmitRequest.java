package io.c2d.core.port;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A checked {@code POST}: a new job or a restart, which of them only the store can tell.
 *
 * @param owner whose job
 * @param agreement the agreement, {@code null} only where a job is named
 * @param work what is to be done, {@code null} where a restart alone is meant
 * @param environment the environment of a new job
 * @param named the job to restart, {@code null} where none is named
 * @param newId the id of a new job
 * @param key the caller's idempotency key, {@code null} without one
 * @param nonce the signed request's nonce, {@code null} where requests are not signed
 * @param fullQueues the environments in which too many jobs wait already: nothing new is queued there, and repeats are answered all
 *     the same
 */
public record SubmitRequest(
        Owner owner,
        @Nullable String agreement,
        @Nullable Workflow work,
        String environment,
        @Nullable JobId named,
        JobId newId,
        @Nullable IdempotencyKey key,
        @Nullable NonceUse nonce,
        ImmutableSet<String> fullQueues) {

    /** Checks that something is meant. */
    public SubmitRequest {
        if (agreement == null && named == null) {
            throw new IllegalArgumentException("a submission names an agreement or a job");
        }
    }

    /** Where nothing is said of the queue, there is room in it. */
    public SubmitRequest(
            Owner owner,
            @Nullable String agreement,
            @Nullable Workflow work,
            String environment,
            @Nullable JobId named,
            JobId newId,
            @Nullable IdempotencyKey key,
            @Nullable NonceUse nonce) {
        this(owner, agreement, work, environment, named, newId, key, nonce, ImmutableSet.of());
    }

    /** The same, with what the queue's gauge says. */
    public SubmitRequest withFullQueues(ImmutableSet<String> environments) {
        return new SubmitRequest(owner, agreement, work, environment, named, newId, key, nonce, environments);
    }

    /** The agreement, unless a job is named instead. */
    public Optional<String> agreementId() {
        return Optional.ofNullable(agreement);
    }

    /** The workflow, unless a restart alone is meant. */
    public Optional<Workflow> workflow() {
        return Optional.ofNullable(work);
    }

    /** The job to restart, if named. */
    public Optional<JobId> restart() {
        return Optional.ofNullable(named);
    }

    /** The caller's key, if any. */
    public Optional<IdempotencyKey> idempotencyKey() {
        return Optional.ofNullable(key);
    }

    /** The nonce, if requests are signed. */
    public Optional<NonceUse> nonceUse() {
        return Optional.ofNullable(nonce);
    }
}

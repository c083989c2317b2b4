package io.c2d.client;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Fault;
import io.c2d.core.model.JobId;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The root of everything that a call can fail at. The message names method and path, never a query, signature or token.
 */
public class ComputeClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final transient Refusal refusal;

    /** What went wrong, for a {@code switch}. */
    public enum Kind {
        /** 400 and further faults of form (405, 413, 415, 421 …); {@link #details()} says where. */
        INVALID_REQUEST,
        /** 401: signature, nonce or token was not taken. */
        UNAUTHENTICATED,
        /** 403: the caller may not do this, or a link was altered or is expired. */
        FORBIDDEN,
        /** 404: no such job, or none that the caller may see. */
        NOT_FOUND,
        /** 409: the agreement has a running job, or the job cannot be restarted; {@link #jobId()} names it. */
        CONFLICT,
        /** 410: what the link led to was deleted or replaced. */
        GONE,
        /** 422: the idempotency key was used for another request. */
        KEY_REUSED,
        /** 429: too many requests, or a full queue. */
        TOO_MANY_REQUESTS,
        /** 5xx: the server can't do it now, or has a fault. */
        SERVER_FAILED,
        /** The answer is not what the API says: another server, or a proxy between. */
        UNEXPECTED_ANSWER,
        /** No answer: no connection, a broken one, or a time-out; see {@link ComputeUnreachableException}. */
        UNREACHABLE,
        /** The job did not finish in time; see {@link JobNotFinishedException}. */
        NOT_FINISHED,
        /** A local file could not be written. */
        LOCAL_FILE,
        /** The calling thread was interrupted; its flag is set again. */
        INTERRUPTED,
        /** The client was closed. */
        CLOSED
    }

    /**
     * What a server's refusal told.
     *
     * @param status the HTTP status
     * @param code the server's code, kebab-case
     * @param details where and what, for a malformed request
     * @param jobId the job concerned
     * @param retryAfter when to come again
     */
    record Refusal(
            @Nullable Integer status,
            @Nullable String code,
            ImmutableList<Fault> details,
            @Nullable JobId jobId,
            @Nullable Duration retryAfter) {
        static final Refusal NONE = new Refusal(null, null, ImmutableList.of(), null, null);

        static Refusal ofStatus(int status) {
            return new Refusal(status, null, ImmutableList.of(), null, null);
        }
    }

    ComputeClientException(Kind kind, String message) {
        this(kind, message, Refusal.NONE, null);
    }

    ComputeClientException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, Refusal.NONE, cause);
    }

    ComputeClientException(Kind kind, String message, Refusal refusal, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.refusal = refusal;
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }

    /** The answer's HTTP status, if there was an answer. */
    public OptionalInt httpStatus() {
        Integer status = refusal.status();
        return status == null ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** The server's own code, such as {@code agreement-running}, if it told one. */
    public Optional<String> code() {
        return Optional.ofNullable(refusal.code());
    }

    /** What is wrong with the request and where, as far as the server told. */
    public ImmutableList<Fault> details() {
        return refusal.details();
    }

    /** The job concerned: for 409 the one that is in the way. */
    public Optional<JobId> jobId() {
        return Optional.ofNullable(refusal.jobId());
    }

    /** How long the server asked to be left alone, if it did. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(refusal.retryAfter());
    }

    /** Whether the same call may well succeed later: what is tried again by itself within the limits. */
    public boolean isTransient() {
        int status = httpStatus().orElse(0);
        return status == 429 || status == 502 || status == 503 || status == 504;
    }
}

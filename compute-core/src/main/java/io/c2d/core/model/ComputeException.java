package io.c2d.core.model;

import com.google.common.collect.ImmutableList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The root of everything that the service refuses or fails at; the message is fit for the caller's eyes. */
public class ComputeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient ImmutableList<Fault> faults;
    private final transient @Nullable JobId job;

    /** A refusal with its kind and one sentence. */
    public ComputeException(ErrorCode code, String message) {
        this(code, message, ImmutableList.of(), null, null);
    }

    /** A refusal that concerns a job. */
    public ComputeException(ErrorCode code, String message, JobId job) {
        this(code, message, ImmutableList.of(), job, null);
    }

    /** A failure that concerns a job, with its cause. */
    public ComputeException(ErrorCode code, String message, JobId job, Throwable cause) {
        this(code, message, ImmutableList.of(), job, cause);
    }

    /** A failure with its cause. */
    public ComputeException(ErrorCode code, String message, Throwable cause) {
        this(code, message, ImmutableList.of(), null, cause);
    }

    private ComputeException(
            ErrorCode code,
            String message,
            ImmutableList<Fault> faults,
            @Nullable JobId job,
            @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.faults = faults;
        this.job = job;
    }

    /** A malformed request, with everything that is wrong with it. */
    public static ComputeException invalid(ImmutableList<Fault> faults) {
        String first =
                faults.isEmpty() ? "the request is malformed" : faults.get(0).message();
        String more = faults.size() > 1 ? " (and " + (faults.size() - 1) + " more)" : "";
        return new ComputeException(ErrorCode.INVALID_REQUEST, first + more, faults, null, null);
    }

    /** A malformed request with one fault. */
    public static ComputeException invalid(String pointer, String message) {
        return invalid(ImmutableList.of(new Fault(pointer, message)));
    }

    /** The message: one sentence, fit for the caller's eyes. */
    public String sentence() {
        String message = getMessage();
        return message == null ? code.wireName() : message;
    }

    /** The kind. */
    public ErrorCode code() {
        return code;
    }

    /** What is wrong with the request; empty unless it is malformed. */
    public ImmutableList<Fault> faults() {
        return faults;
    }

    /** The job concerned, if one is. */
    public Optional<JobId> job() {
        return Optional.ofNullable(job);
    }
}

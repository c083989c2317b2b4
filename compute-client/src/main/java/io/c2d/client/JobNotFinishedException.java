package io.c2d.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The time given to {@link ComputeClient#await} is over. The job goes on. */
public final class JobNotFinishedException extends ComputeClientException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable JobView lastSeen;

    JobNotFinishedException(String message, @Nullable JobView lastSeen, @Nullable Throwable lastFailure) {
        super(Kind.NOT_FINISHED, message, lastFailure);
        this.lastSeen = lastSeen;
    }

    /** How the job looked last; nothing where no look succeeded, and then the cause says why. */
    public Optional<JobView> lastSeen() {
        return Optional.ofNullable(lastSeen);
    }
}

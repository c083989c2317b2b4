package io.c2d.core.port;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StopRequest;
import io.c2d.core.model.Wishes;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A caller's stop or delete.
 *
 * @param jobs of which jobs
 * @param wish what
 * @param nonce the signed request's nonce, {@code null} where requests are not signed
 */
public record WishRequest(
        ImmutableList<JobId> jobs, Wish wish, @Nullable NonceUse nonce) {
    /** What callers may wish. */
    public enum Wish {
        /** The attempt is to end; an ended one is left alone. */
        STOP {
            @Override
            public Wishes applyTo(Job job, Instant now) {
                return job.isFinished() ? job.wishes() : job.wishes().withStop(StopRequest.CALLED, now);
            }
        },
        /** The job is to end and to go. */
        DELETE {
            @Override
            public Wishes applyTo(Job job, Instant now) {
                return STOP.applyTo(job, now).withDelete(now);
            }
        };

        /** The job's wishes with this one: equal to those before where it changes nothing. */
        public abstract Wishes applyTo(Job job, Instant now);
    }

    /** The nonce, if requests are signed. */
    public Optional<NonceUse> nonceUse() {
        return Optional.ofNullable(nonce);
    }
}

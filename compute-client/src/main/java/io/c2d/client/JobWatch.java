package io.c2d.client;

import com.google.common.base.Ticker;
import io.c2d.core.model.JobId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at one job until it is finished: often while things change, seldom while nothing does. One a call. */
final class JobWatch {
    private static final Duration FIRST_INTERVAL = Duration.ofMillis(200);
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(15);

    private final JobId job;
    private final Supplier<Optional<JobView>> look;
    private final Retries retries;
    private final Ticker ticker;
    private final Consumer<JobView> listener;
    private @Nullable JobView seen;
    private @Nullable ComputeClientException failure;

    /**
     * A watch.
     *
     * @param look asks the server once
     * @param listener is told of the first look and of each change of status, attempt or outcome
     */
    JobWatch(JobId job, Supplier<Optional<JobView>> look, Retries retries, Ticker ticker, Consumer<JobView> listener) {
        this.job = job;
        this.look = look;
        this.retries = retries;
        this.ticker = ticker;
        this.listener = listener;
    }

    /** Returns the finished job. */
    JobView await(Duration timeout) {
        String what = "await job " + job;
        long start = ticker.read();
        Duration interval = FIRST_INTERVAL;
        while (true) {
            boolean changed = look();
            if (seen != null && seen.isFinished()) {
                return seen;
            }
            interval = changed ? FIRST_INTERVAL : longer(interval);
            Duration left = timeout.minusNanos(ticker.read() - start);
            if (left.isNegative() || left.isZero()) {
                throw new JobNotFinishedException(
                        what + ": not finished within " + timeout.toMillis() + " ms" + lastSeen(), seen, failure);
            }
            retries.pause(what, pauseBefore(left, interval));
        }
    }

    /** One look; whether it saw a change. An outage is sat out: the job goes on meanwhile. */
    private boolean look() {
        JobView now;
        try {
            now = look.get()
                    .orElseThrow(() -> new ComputeClientException(
                            ComputeClientException.Kind.NOT_FOUND, "await job " + job + ": no such job"));
        } catch (ComputeClientException e) {
            if (!e.isTransient()) {
                throw e;
            }
            failure = e;
            return false;
        }
        failure = null;
        JobView before = seen;
        seen = now;
        boolean changed = before == null || !mark(before).equals(mark(now));
        if (changed) {
            listener.accept(now);
        }
        return changed;
    }

    private static String mark(JobView job) {
        return job.status() + "/" + job.attempt() + "/" + job.outcome() + "/" + job.isFinished() + "/" + job.removed();
    }

    private Duration pauseBefore(Duration left, Duration interval) {
        Duration asked = failure == null ? Duration.ZERO : failure.retryAfter().orElse(Duration.ZERO);
        Duration pause = asked.compareTo(interval) > 0 ? asked : interval;
        return pause.compareTo(left) < 0 ? pause : left;
    }

    private static Duration longer(Duration interval) {
        Duration next = interval.multipliedBy(3).dividedBy(2);
        return next.compareTo(LONGEST_INTERVAL) < 0 ? next : LONGEST_INTERVAL;
    }

    private String lastSeen() {
        return seen == null ? "" : "; status " + seen.status();
    }
}

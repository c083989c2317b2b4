package io.c2d.rest;

import io.c2d.core.access.AccessSettings;
import io.c2d.core.json.JobStatusCodec.Dates;
import java.time.Duration;

/**
 * How the API behaves.
 *
 * @param access who is trusted with what; its audience is the public URL, which links begin with
 * @param runningJobs what {@code GET /runningjobs} shows, where requests are signed
 * @param dates how instants are written unless a request says otherwise
 * @param maxBody the longest body that is read, in bytes
 * @param bodyTime the longest that a body may take to arrive, which bounds how long a slow client holds a thread
 * @param loopback whether the server listens on loopback alone: then the {@code Host} header must name loopback or the
 *     public URL's host, so that no web page reaches it under a name of its own
 */
public record RestSettings(
        AccessSettings access, RunningJobs runningJobs, Dates dates, int maxBody, Duration bodyTime, boolean loopback) {
    /** The longest body that is read unless set otherwise, in bytes. */
    public static final int DEFAULT_MAX_BODY = 1 << 20;

    /** What {@code GET /runningjobs} shows (setting {@code api.running-jobs}). */
    public enum RunningJobs {
        /** To anybody all running jobs, of each its id, status and dates. */
        REDACTED,
        /** To each caller those that it may see. */
        OWN,
        /** All of them, to admins alone. */
        ADMINS
    }

    /** Checks the ranges. */
    public RestSettings {
        if (maxBody < 1 || bodyTime.isNegative() || bodyTime.isZero()) {
            throw new IllegalArgumentException("a body has a length and a time above zero");
        }
    }

    /** The defaults: redacted running jobs, Unix dates, bodies of 1 MiB in 20 s, any {@code Host}. */
    public static RestSettings of(AccessSettings access) {
        return new RestSettings(
                access, RunningJobs.REDACTED, Dates.UNIX, DEFAULT_MAX_BODY, Duration.ofSeconds(20), false);
    }

    /** The same with another view of running jobs. */
    public RestSettings withRunningJobs(RunningJobs shown) {
        return new RestSettings(access, shown, dates, maxBody, bodyTime, loopback);
    }

    /** The same with another form of instants. */
    public RestSettings withDates(Dates form) {
        return new RestSettings(access, runningJobs, form, maxBody, bodyTime, loopback);
    }

    /** The same with other limits of a body. */
    public RestSettings withBody(int max, Duration time) {
        return new RestSettings(access, runningJobs, dates, max, time, loopback);
    }

    /** The same for a server that listens on loopback alone, or not. */
    public RestSettings withLoopback(boolean alone) {
        return new RestSettings(access, runningJobs, dates, maxBody, bodyTime, alone);
    }
}

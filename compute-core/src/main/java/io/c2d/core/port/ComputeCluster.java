package io.c2d.core.port;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Where steps run. All methods are idempotent, safe to call from several threads, and end within the adapter's time limit;
 * what can't be done now throws {@link ClusterException}, and its effect may come later.
 *
 * <p>Everything of an attempt hangs on its anchor. Names of tries are written once: a name once used stays used until the
 * attempt is removed.
 */
public interface ComputeCluster extends AutoCloseable {
    /**
     * Asks whether the cluster can be reached.
     *
     * @throws ClusterException where it can't
     */
    void check();

    /** What this adapter can do beyond the least; the contract test checks that it is true. */
    ImmutableSet<Ability> abilities();

    /** The environments that jobs may name; {@link Environment#DEFAULT} is among them. */
    ImmutableMap<String, Environment> environments();

    /**
     * Makes the attempt's anchor and volume unless they are there. Nothing may start under an anchor before its identity,
     * which {@link #observe} tells, is stored.
     */
    void prepare(AttemptRef attempt, Environment environment);

    /**
     * Starts a try unless its name is in use. Never makes an anchor or a volume: where the anchor of the given identity is
     * gone nothing starts.
     */
    void start(StepSpec spec);

    /** What there is of a job; with {@link Look#LIVE} from the cluster itself. */
    Observation observe(JobRef job, Look look);

    /**
     * Ends a try: SIGTERM, and SIGKILL after the grace. One that was never begun has its name occupied, so that it never
     * begins. A look tells when it has ended. Nothing happens where the anchor of that identity is gone.
     */
    void stop(StepId step, String anchor, Duration grace);

    /**
     * Removes everything of an attempt: the volume first (from then on nothing of it can start), then the steps, then the
     * anchor. May need to be called until a live look says that the attempt is absent.
     */
    void remove(AttemptRef attempt);

    /**
     * Every attempt of this installation of which anything is there, read from the cluster itself: what the sweeper looks
     * for orphans in. What bears no name of ours is left out.
     */
    ImmutableList<FoundAttempt> attempts();

    /** As {@link #remove(AttemptRef)}, of what was found: nothing happens where another identity has that name by now. */
    void remove(FoundAttempt found);

    /**
     * What a try printed so far, from a byte on; empty where there is nothing (yet).
     *
     * @throws IOException if it can't be read
     */
    InputStream logs(StepId step, String anchor, long from) throws IOException;

    /**
     * Tells of jobs that may look different now. A hint: it may be lost or doubled. The listener must return at once.
     *
     * @return ends the watch
     */
    Subscription watch(Consumer<JobId> listener);

    @Override
    void close();

    /** How an observation is made. */
    enum Look {
        /** From a cache, where there is one. */
        CACHED,
        /** From the cluster itself. */
        LIVE
    }

    /** What an adapter may be able to do. */
    enum Ability {
        /** Algorithm and filter outlive the process of the server. */
        OUTLIVES_SERVER,
        /** The algorithm has no network. */
        CUTS_NETWORK,
        /** The algorithm sees its folders at {@code /data}, and can write to few of them only. */
        HIDES_MACHINE,
        /** Memory, processes and processors are limited. */
        LIMITS_RESOURCES,
        /** Logs can be read while and after a step runs. */
        READS_LOGS
    }
}

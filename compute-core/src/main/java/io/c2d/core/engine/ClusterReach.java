package io.c2d.core.engine;

import com.google.common.base.Ticker;
import io.c2d.core.port.ComputeCluster;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the engine reaches its cluster. One that has not for a lease gives its jobs back: another engine may sit on the
 * other side of the cut. Thread-safe.
 */
final class ClusterReach {
    private static final Logger log = LoggerFactory.getLogger(ClusterReach.class);
    private static final long NEVER = -1;

    private final ComputeCluster cluster;
    private final Ticker ticker;
    private final Duration limit;
    private long failingSince = NEVER;

    ClusterReach(ComputeCluster cluster, Ticker ticker, Duration limit) {
        this.cluster = cluster;
        this.ticker = ticker;
        this.limit = limit;
    }

    /** A call was answered. */
    synchronized void succeeded() {
        failingSince = NEVER;
    }

    /** A call failed: for one job's sake, or because nothing is reached. */
    synchronized void failed() {
        if (failingSince == NEVER) {
            failingSince = ticker.read();
        }
    }

    /** Whether nothing has been reached for the limit; asks the cluster itself before it says so. */
    boolean isLost() {
        synchronized (this) {
            if (failingSince == NEVER || ticker.read() - failingSince < limit.toNanos()) {
                return false;
            }
        }
        try {
            cluster.check();
            succeeded();
            return false;
        } catch (RuntimeException e) {
            log.error("the cluster has not been reached for {} s: {}", limit.toSeconds(), e.getMessage());
            return true;
        }
    }
}

package io.c2d.core.engine;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import com.google.common.collect.Maps;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.JobId;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.Environment;
import io.c2d.core.port.FoundAttempt;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.KnownAttempts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of what is past its time, and of what no row speaks for. It looks outside first and reads the store after, so that
 * what was made in between is not taken for an orphan; an orphan must stay one for a grace; and where too much would go, the
 * store is doubted and nothing goes.
 *
 * <p>Results past their time go the way of a delete: the wish is stored, and the engine that claims the job carries it out.
 */
final class Sweeper {
    private static final Logger log = LoggerFactory.getLogger(Sweeper.class);
    private static final int BATCH = 500;

    /** So many batches in one sweep: more than comes in between two, and bounded. */
    private static final int BATCHES = 200;

    private static final int TOLD = 20;

    /** Of so few, any share may be orphans: a small installation has often nothing but one. */
    private static final int NO_ALARM = 10;

    private final JobStore store;
    private final ComputeCluster cluster;
    private final ArtifactStore artifacts;
    private final SweepSettings settings;
    private final Orphans<FoundAttempt> inCluster;
    private final Orphans<AttemptRef> inArtifacts;

    Sweeper(JobStore store, ComputeCluster cluster, ArtifactStore artifacts, SweepSettings settings) {
        this.store = store;
        this.cluster = cluster;
        this.artifacts = artifacts;
        this.settings = settings;
        this.inCluster = new Orphans<>(settings.grace());
        this.inArtifacts = new Orphans<>(settings.grace());
    }

    /**
     * Sweeps once.
     *
     * @throws ComputeException where a port can't be reached; the next sweep goes on
     */
    synchronized SweepReport sweep() {
        ImmutableSet<JobId> expired = settings.dryRun() ? ImmutableSet.of() : expire();
        int purged = settings.dryRun() ? 0 : purge();
        ImmutableList<FoundAttempt> found = cluster.attempts();
        ImmutableList<FoundAttempt> orphans = inCluster.due(orphansOf(found), store.now());
        ImmutableList<AttemptRef> kept = keptArtifacts();
        ImmutableList<AttemptRef> stray = inArtifacts.due(strayOf(kept), store.now());
        boolean alarm = tooMany(orphans.size(), found.size()) || tooMany(stray.size(), kept.size());
        boolean remove = !alarm && !settings.dryRun();
        int failed = 0;
        if (remove) {
            failed = removeEach(orphans, cluster::remove) + removeEach(stray, this::deleteArtifacts);
        }
        SweepReport report = new SweepReport(expired, purged, orphans, stray, alarm, remove, failed);
        tell(report);
        return report;
    }

    private ImmutableSet<JobId> expire() {
        ImmutableMap<String, Duration> retention =
                ImmutableMap.copyOf(Maps.transformValues(cluster.environments(), Environment::retention));
        ImmutableSet.Builder<JobId> expired = ImmutableSet.builder();
        for (int i = 0; i < BATCHES; i++) {
            ImmutableSet<JobId> batch = store.expire(retention, Environment.RETENTION, BATCH);
            expired.addAll(batch);
            if (batch.size() < BATCH) {
                break;
            }
        }
        return expired.build();
    }

    private int purge() {
        int purged = 0;
        for (int i = 0; i < BATCHES; i++) {
            int batch = store.purge(settings.tombstones(), BATCH);
            purged += batch;
            if (batch < BATCH) {
                break;
            }
        }
        return purged;
    }

    /** One that can't be removed stays for the next sweep, and those behind it go all the same. */
    private static <T> int removeEach(ImmutableList<T> each, Consumer<T> removal) {
        int failed = 0;
        for (T orphan : each) {
            try {
                removal.accept(orphan);
            } catch (RuntimeException e) {
                failed++;
                log.warn("{} can't be removed now: {}", orphan, e.getMessage());
            }
        }
        return failed;
    }

    private ImmutableMap<JobId, KnownAttempts> known(Stream<JobId> jobs) {
        ImmutableMap.Builder<JobId, KnownAttempts> known = ImmutableMap.builder();
        for (List<JobId> batch : Iterables.partition(jobs.collect(ImmutableSet.toImmutableSet()), BATCH)) {
            known.putAll(store.known(ImmutableSet.copyOf(batch)));
        }
        return known.buildOrThrow();
    }

    private ImmutableList<FoundAttempt> orphansOf(ImmutableList<FoundAttempt> found) {
        ImmutableMap<JobId, KnownAttempts> known =
                known(found.stream().map(each -> each.attempt().job()));
        return found.stream()
                .filter(each -> {
                    KnownAttempts row = known.get(each.attempt().job());
                    return row == null || !row.mayBeInCluster(each.attempt().attempt());
                })
                .collect(ImmutableList.toImmutableList());
    }

    private ImmutableList<AttemptRef> keptArtifacts() {
        try {
            ImmutableList.Builder<AttemptRef> kept = ImmutableList.builder();
            for (JobId job : artifacts.jobs()) {
                artifacts.attempts(job).forEach(attempt -> kept.add(new AttemptRef(job, attempt)));
            }
            return kept.build();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private ImmutableList<AttemptRef> strayOf(ImmutableList<AttemptRef> kept) {
        ImmutableMap<JobId, KnownAttempts> known = known(kept.stream().map(AttemptRef::job));
        return kept.stream()
                .filter(each -> {
                    KnownAttempts row = known.get(each.job());
                    return row == null || !row.mayHaveArtifacts(each.attempt());
                })
                .collect(ImmutableList.toImmutableList());
    }

    private void deleteArtifacts(AttemptRef attempt) {
        try {
            artifacts.delete(attempt.job(), attempt.attempt());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static ComputeException unreadable(IOException cause) {
        return new ClusterException("the artifact store can't be read now", cause);
    }

    private boolean tooMany(int orphans, int all) {
        return orphans > NO_ALARM && orphans > all * settings.maxShare();
    }

    private static void tell(SweepReport report) {
        int orphans = report.orphans().size() + report.artifacts().size();
        if (report.alarm()) {
            log.error(
                    "{} of what is kept has no job in the store, which is too much to be true: nothing was removed",
                    orphans);
        } else if (orphans > 0) {
            log.warn(
                    "{} orphans {}, of which {} could not be: {} {}",
                    orphans,
                    report.removed() ? "removed" : "found",
                    report.failed(),
                    Iterables.limit(report.orphans(), TOLD),
                    Iterables.limit(report.artifacts(), TOLD));
        }
        if (!report.expired().isEmpty() || report.purged() > 0) {
            log.info(
                    "{} jobs are past their retention, {} tombstones forgotten",
                    report.expired().size(),
                    report.purged());
        }
    }
}

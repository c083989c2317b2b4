package io.c2d.testkit.world;

import static io.c2d.testkit.world.Variant.OTHERS;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.c2d.core.engine.BrokenEngines;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.engine.EngineSettings;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.Environment;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.JobStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Groups 5 and 6: what goes wrong with artifacts and callers, and in operations. */
final class CallerVariants {
    private CallerVariants() {}

    static Stream<Variant> callers() {
        return Stream.of(
                Variant.artifacts("5 token per attempt only", new ArtifactRules() {
                    @Override
                    boolean mayBegin(Optional<Job> row, StepId step) {
                        return ofAttempt(row, step);
                    }

                    @Override
                    boolean mayEnd(Optional<Job> row, StepId step) {
                        return ofAttempt(row, step);
                    }
                }),
                Variant.artifacts("5 no check at the upload's end", new ArtifactRules() {
                    @Override
                    boolean mayEnd(Optional<Job> row, StepId step) {
                        return true;
                    }
                }),
                Variant.artifacts("5 delete by job alone", new ArtifactRules() {
                    @Override
                    boolean deletesOneAttempt() {
                        return false;
                    }
                }),
                Variant.readers("5 visible at upload", job -> job.attempt().artifacts()),
                Variant.view("5 nonce used up by a 503", (v, p) -> Broken.nonceUsedUpByFailure(v)),
                Variant.truth("5 repeated PUT carried out again", OTHERS, Broken::repeatsWishes),
                Variant.pair(
                        "5 agreement checked outside the transaction", OTHERS, BrokenCalls.AgreementAskedFirst::new));
    }

    static Stream<Variant> operations() {
        return Stream.of(
                Variant.cluster("6 no installation id", new ClusterRules() {
                    @Override
                    boolean listsOwnOnly() {
                        return false;
                    }
                }),
                Variant.view("6 sweeper reads the store first", (v, p) -> Broken.sweepsByOldRows(v, v, p)),
                Variant.engine("6 restart prepares early", OTHERS, (b, c, a, skew) -> BrokenEngines.preparesEarly(b)),
                Variant.engine("6 trouble never taken back", OTHERS, (b, c, a, skew) -> BrokenEngines.troubleStays(b)),
                Variant.engine("6 a wait untold", OTHERS, (b, c, a, skew) -> BrokenEngines.waitsUntold(b)),
                new Variant("6 retention without a fenced write", OTHERS, ExpiresAsCallersRestart::new),
                new Variant("6 heartbeat independent of progress", OTHERS, HungUnnoticed::new),
                new Variant("6 queue stop ignored when full", OTHERS, QueuedStopWaits::new));
    }

    private static boolean ofAttempt(Optional<Job> row, StepId step) {
        return row.map(job -> job.attempt().number() == step.attempt() && !job.isFinished())
                .orElse(false);
    }

    private static final class ExpiresAsCallersRestart extends Variant.Paired {
        ExpiresAsCallersRestart() {
            super(BrokenCalls.RetentionUnfenced::new);
        }

        @Override
        Duration retention(Duration drawn) {
            return Duration.ofSeconds(5);
        }
    }

    private static final class HungUnnoticed extends WorldOptions {
        @Override
        EngineSettings settings(EngineSettings drawn) {
            return StoreVariants.with(drawn, drawn.resync(), Duration.ofDays(9));
        }
    }

    private static final class QueuedStopWaits extends WorldOptions {
        private @Nullable JobStore truth;

        @Override
        JobStore store(InstantSource clock) {
            JobStore made = super.store(clock);
            truth = made;
            return made;
        }

        @Override
        void engine(ComputeEngine.Builder builder, ComputeCluster cluster, ArtifactStore artifacts, Duration skew) {
            BrokenEngines.queuedStopWaits(builder, job -> isFull(job, cluster));
        }

        /** Whether it would have to wait for room, by the limit of its environment or of its owner. */
        private boolean isFull(Job waiting, ComputeCluster cluster) {
            String name = waiting.submission().environment();
            Owner owner = waiting.submission().owner();
            JobQuery all = new JobQuery(null, null, null, JobQuery.State.RUNNING, null, JobQuery.MAX_LIMIT);
            ImmutableList<Job> running = requireNonNull(truth).query(all).jobs().stream()
                    .filter(job -> job.submission().environment().equals(name))
                    .filter(job -> job.status() != JobStatus.WARMING_UP)
                    .collect(ImmutableList.toImmutableList());
            long ofOwner = running.stream()
                    .filter(job -> job.submission().owner().sameAs(owner))
                    .count();
            Environment environment = cluster.environments().get(name);
            return environment != null
                    && (running.size() >= environment.quotas().maxJobs()
                            || ofOwner >= environment.quotas().maxJobsPerOwner());
        }
    }
}

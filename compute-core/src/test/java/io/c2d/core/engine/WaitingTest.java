package io.c2d.core.engine;

import static io.c2d.core.engine.Situations.ABSENT;
import static io.c2d.core.engine.Situations.ENGINE;
import static io.c2d.core.engine.Situations.NOW;
import static io.c2d.core.engine.Situations.PLAIN;
import static io.c2d.core.engine.Situations.RUNS;
import static io.c2d.core.engine.Situations.at;
import static io.c2d.core.engine.Situations.end;
import static io.c2d.core.engine.Situations.exit;
import static io.c2d.core.engine.Situations.next;
import static io.c2d.core.engine.Situations.seen;
import static io.c2d.core.engine.Situations.step;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.engine.Situations.Wish;
import io.c2d.core.model.AlgorithmEnd;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.Observation;
import io.c2d.core.port.Presence;
import io.c2d.core.port.StepSeen;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a job says while it waits or can't get on, and that it no longer says so once it does. */
final class WaitingTest {
    private static final String NO_IMAGE = "the image x can't be pulled";
    private static final Duration GIVE_UP = Duration.ofHours(1);

    private static StepSeen waits(StepSeen.State state) {
        return new StepSeen(state, null, new StepSeen.Wait("the image x can't be pulled", null));
    }

    private static Job waiting(StepSeen.State state) {
        return next(at(JobStatus.PROVISIONED, StepKind.ALGORITHM, 1, Wish.NONE), PLAIN, waits(state));
    }

    private static Situation cached(Job job, StepSeen step, Instant now) {
        Observation seen = new Observation(false, ImmutableMap.of(1, Presence.PRESENT), "anchor", step);
        return new Situation(job, seen, ImmutableSet.of(), PLAIN, ENGINE, now);
    }

    private static Job troubled(Job job, String what, Instant now) {
        return Decider.trouble(job, what, now, GIVE_UP)
                .transition()
                .orElseThrow()
                .next();
    }

    @Test
    void aStepThatWaitsSaysWhatForOnceAndFromACacheToo() {
        Job job = at(JobStatus.PROVISIONED, StepKind.ALGORITHM, 1, Wish.NONE);
        Decision decision = Decider.decide(cached(job, waits(StepSeen.State.PENDING), NOW));
        Job shown = decision.transition().orElseThrow().next();
        assertThat(shown.attempt())
                .isEqualTo(job.attempt().toBuilder().waits(NO_IMAGE).build());
        assertThat(decision.transition().orElseThrow().note()).isEqualTo("algorithm waits: " + NO_IMAGE);
        assertThat(decision.actions()).isEmpty();
        Decision again = Decider.decide(cached(shown, waits(StepSeen.State.PENDING), NOW));
        assertThat(again.transition()).isEmpty();
        assertThat(again.wakeAt())
                .isEqualTo(NOW.minusSeconds(5).plus(PLAIN.limits().scheduling()));
    }

    @Test
    void aDetailThatChangesIsNotWrittenAndOtherwiseTold() {
        Job job = at(JobStatus.PROVISIONED, StepKind.ALGORITHM, 1, Wish.NONE);
        StepSeen one = new StepSeen(StepSeen.State.PENDING, null, new StepSeen.Wait("no place", "0/1 nodes"));
        StepSeen two = new StepSeen(StepSeen.State.PENDING, null, new StepSeen.Wait("no place", "0/2 nodes"));
        StepSeen other = new StepSeen(StepSeen.State.PENDING, null, new StepSeen.Wait("no", "0/2 nodes"));
        Job shown = next(job, PLAIN, one);
        assertThat(shown.attempt().reason()).isEqualTo("no place: 0/1 nodes");
        assertThat(Decider.decide(cached(shown, two, NOW)).transition()).isEmpty();
        assertThat(next(shown, PLAIN, other).attempt().reason()).isEqualTo("no: 0/2 nodes");
    }

    @Test
    void aShortWaitIsNotWorthAWrite() {
        Job job = at(JobStatus.PROVISIONED, StepKind.ALGORITHM, 1, Wish.NONE);
        Decision decision = Decider.decide(cached(job, waits(StepSeen.State.PENDING), NOW.minusMillis(1)));
        assertThat(decision.transition()).isEmpty();
        assertThat(decision.wakeAt()).isEqualTo(NOW);
    }

    @Test
    void aStepThatBeginsNoLongerSaysThatItWaited() {
        Job staging = next(
                at(JobStatus.CONFIGURING_VOLUMES, StepKind.STAGE_IN, 1, Wish.NONE),
                PLAIN,
                waits(StepSeen.State.PENDING));
        assertThat(staging.attempt().reason()).isEqualTo(NO_IMAGE);
        assertThat(next(staging, PLAIN, RUNS).attempt().reason()).isNull();
        Job algorithm = next(waiting(StepSeen.State.PENDING), PLAIN, RUNS);
        assertThat(algorithm.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(algorithm.attempt().reason()).isNull();
    }

    @Test
    void aJobWhoseStepWaitedEndsWithoutAReason() {
        Job publishing = at(JobStatus.PUBLISHING, StepKind.PUBLISH, 1, Wish.NONE);
        Job waiting = next(publishing, PLAIN, waits(StepSeen.State.PENDING));
        Job ended = next(waiting, PLAIN, exit(0));
        assertThat(ended.outcome()).contains(Outcome.SUCCEEDED);
        assertThat(ended.attempt().reason()).isNull();
    }

    @Test
    void oneOfSeveralInstancesMayWaitWhileOthersRun() {
        Job running = at(JobStatus.RUNNING, StepKind.ALGORITHM, 1, Wish.NONE);
        Job shown = next(running, PLAIN, waits(StepSeen.State.RUNNING));
        assertThat(shown.attempt().reason()).isEqualTo(NO_IMAGE);
        assertThat(shown.attempt().troubleSince()).isNull();
        assertThat(shown.status()).isEqualTo(JobStatus.RUNNING);
    }

    @Test
    void whileResultsWaitTheFailureOfTheAlgorithmIsKeptForTheEnd() {
        AlgorithmEnd failed =
                new AlgorithmEnd(Outcome.ALGORITHM_FAILED, 3, "exit code 3", step(StepKind.ALGORITHM, 1), null, true);
        Job job = at(JobStatus.PUBLISHING, StepKind.PUBLISH, 1, Wish.NONE);
        Job publishing = job.withAttempt(job.attempt().toBuilder().end(failed).build());
        assertThat(Decider.decide(cached(publishing, RUNS, NOW)).transition()).isEmpty();
        Job waiting = next(publishing, PLAIN, waits(StepSeen.State.PENDING));
        assertThat(waiting.attempt().reason()).isEqualTo(NO_IMAGE);
        assertThat(next(waiting, PLAIN, RUNS).attempt().reason()).isEqualTo("exit code 3");
    }

    /** Two short troubles, hours apart, are not one long one. */
    @Test
    void aTroubleThatIsOverLeavesTheNextOneItsWholeTime() {
        Job running = at(JobStatus.RUNNING, StepKind.ALGORITHM, 1, Wish.NONE);
        Job first = troubled(running, "the cluster does not answer", NOW);
        assertThat(first.attempt().troubleSince()).isEqualTo(NOW);
        Job over = Decider.decide(cached(first, RUNS, NOW))
                .transition()
                .orElseThrow()
                .next();
        assertThat(over.attempt()).isEqualTo(running.attempt());
        Instant later = NOW.plus(GIVE_UP).plusSeconds(1);
        Job second = troubled(over, "the cluster does not answer", later);
        assertThat(second.isFinished()).isFalse();
        assertThat(second.attempt().troubleSince()).isEqualTo(later);
    }

    @Test
    void aTroubleOfStartingAStepLastsUntilTheStepIsThere() {
        Job job = at(JobStatus.PROVISIONED, StepKind.ALGORITHM, 1, Wish.NONE);
        Job refused = troubled(job, "the quota is used up", NOW);
        assertThat(Decider.decide(seen(refused, PLAIN, "anchor", ABSENT)).transition())
                .isEmpty();
        Job given = Decider.trouble(refused, "the quota is used up", NOW.plus(GIVE_UP), GIVE_UP)
                .transition()
                .orElseThrow()
                .next();
        assertThat(given.outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        StepSeen there = StepSeen.of(StepSeen.State.PENDING);
        Job started = next(refused, PLAIN, there);
        assertThat(started.attempt()).isEqualTo(job.attempt());
    }

    @Test
    void whatAStepWaitedForIsToldWhereItsLimitPasses() {
        Job job = at(JobStatus.PROVISIONED, StepKind.ALGORITHM, 1, Wish.NONE);
        StepSeen waits = StepSeen.pending("the image x can't be pulled");
        Observation seen = new Observation(true, ImmutableMap.of(1, Presence.PRESENT), "anchor", waits);
        Instant late = NOW.plus(PLAIN.limits().scheduling());
        Decision decision = Decider.decide(new Situation(job, seen, ImmutableSet.of(), PLAIN, ENGINE, late));
        AlgorithmEnd end = requireNonNull(
                decision.transition().orElseThrow().next().attempt().end());
        assertThat(end.reason()).isEqualTo("the algorithm was not running within 30 min: the image x can't be pulled");
    }
}

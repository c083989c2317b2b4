package io.c2d.core.engine;

import static io.c2d.core.engine.Situations.ABSENT;
import static io.c2d.core.engine.Situations.ENGINE;
import static io.c2d.core.engine.Situations.FILTERED;
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

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.engine.Situations.Wish;
import io.c2d.core.model.AlgorithmEnd;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StepKind;
import io.c2d.core.model.StepTry;
import io.c2d.core.model.StopRequest;
import io.c2d.core.port.Observation;
import io.c2d.core.port.Presence;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepEnd.Cause;
import io.c2d.core.port.StepSeen;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of a job's life as a table: where it is, what is seen, what is wished; what is stored and done. */
final class DeciderTest {
    /** status, step, try, wish, filter, seen: next status (0 stays), outcome, action. */
    static Stream<Arguments> rows() {
        JobStatus s1 = JobStatus.WARMING_UP;
        JobStatus s10 = JobStatus.STARTED;
        JobStatus s20 = JobStatus.CONFIGURING_VOLUMES;
        JobStatus s30 = JobStatus.PROVISIONED;
        JobStatus s40 = JobStatus.RUNNING;
        JobStatus s50 = JobStatus.FILTERING;
        JobStatus s60 = JobStatus.PUBLISHING;
        StepKind in = StepKind.STAGE_IN;
        StepKind al = StepKind.ALGORITHM;
        StepKind fi = StepKind.FILTER;
        StepKind pu = StepKind.PUBLISH;
        int last = PLAIN.maxTries();
        return Stream.of(
                row(s1, null, 1, Wish.NONE, false, null, 10, null, ""),
                row(s1, null, 1, Wish.STOP, false, null, 70, Outcome.STOPPED, ""),
                row(s1, null, 1, Wish.DELETE, false, null, 70, Outcome.STOPPED, ""),
                row(s10, null, 1, Wish.NONE, false, null, 20, null, "Prepare"),
                row(s10, null, 1, Wish.STOP, false, null, 70, Outcome.STOPPED, ""),
                row(s20, null, 1, Wish.NONE, false, null, 0, null, "Prepare"),
                row(s20, null, 1, Wish.STOP, false, null, 70, Outcome.STOPPED, ""),
                row(s20, in, 1, Wish.NONE, false, ABSENT, 0, null, "Start"),
                row(s20, in, 1, Wish.STOP, false, ABSENT, 0, null, "Stop"),
                row(s20, in, 1, Wish.NONE, false, RUNS, 0, null, ""),
                row(s20, in, 1, Wish.STOP, false, RUNS, 0, null, "Stop"),
                row(s20, in, 1, Wish.NONE, false, exit(0), 30, null, "Start"),
                row(s20, in, 1, Wish.STOP, false, exit(0), 70, Outcome.STOPPED, ""),
                row(s20, in, 1, Wish.NONE, false, exit(31), 31, Outcome.DATA_PROVISIONING_FAILED, ""),
                row(s20, in, 1, Wish.NONE, false, exit(32), 32, Outcome.ALGORITHM_PROVISIONING_FAILED, ""),
                row(s20, in, 1, Wish.NONE, false, end(Cause.DEADLINE), 31, Outcome.DATA_PROVISIONING_FAILED, ""),
                row(s20, in, 1, Wish.NONE, false, end(Cause.LOST), 20, null, "Start"),
                row(s20, in, last, Wish.NONE, false, end(Cause.LOST), 70, Outcome.INFRASTRUCTURE_FAILED, ""),
                row(s20, in, last, Wish.NONE, false, end(Cause.ABANDONED), 20, null, "Stop Start"),
                row(s20, in, last, Wish.STOP, false, end(Cause.ABANDONED), 70, Outcome.STOPPED, ""),
                row(s50, fi, last, Wish.NONE, true, end(Cause.ABANDONED), 50, null, "Stop Start"),
                row(s60, pu, last, Wish.NONE, false, end(Cause.ABANDONED), 60, null, "Stop Start"),
                row(s60, pu, last, Wish.DELETE, false, end(Cause.ABANDONED), 70, Outcome.STOPPED, ""),
                row(s30, al, 1, Wish.NONE, false, ABSENT, 0, null, "Start"),
                row(s30, al, 1, Wish.STOP, false, ABSENT, 0, null, "Stop"),
                row(s30, al, 1, Wish.STOP, false, end(Cause.NEVER_STARTED), 70, Outcome.STOPPED, ""),
                row(s30, al, 1, Wish.NONE, false, RUNS, 40, null, ""),
                row(s30, al, 1, Wish.NONE, false, exit(0), 40, null, ""),
                row(s30, al, 1, Wish.NONE, false, end(Cause.REFUSED), 70, Outcome.INFRASTRUCTURE_FAILED, ""),
                row(s40, al, 1, Wish.NONE, false, RUNS, 0, null, ""),
                row(s40, al, 1, Wish.STOP, false, RUNS, 0, null, "Stop"),
                row(s40, al, 1, Wish.NONE, false, exit(0), 60, null, "Start"),
                row(s40, al, 1, Wish.NONE, true, exit(0), 50, null, "Start"),
                row(s40, al, 1, Wish.NONE, false, exit(3), 60, null, "Start"),
                row(s40, al, 1, Wish.STOP, false, exit(0), 60, null, "Start"),
                row(s40, al, 1, Wish.MAXTIME, true, end(Cause.KILLED), 50, null, "Start"),
                row(s40, al, 1, Wish.DELETE, false, end(Cause.KILLED), 70, Outcome.STOPPED, ""),
                row(s40, al, 1, Wish.NONE, true, end(Cause.OUT_OF_MEMORY), 60, null, "Start"),
                row(s40, al, 1, Wish.NONE, false, end(Cause.DEADLINE), 60, null, "Start"),
                row(s40, al, 1, Wish.NONE, false, end(Cause.LOST), 40, null, "Start"),
                row(s40, al, 1, Wish.NONE, false, end(Cause.KILLED), 40, null, "Start"),
                row(s40, al, last, Wish.NONE, false, end(Cause.LOST), 70, Outcome.INFRASTRUCTURE_FAILED, ""),
                row(
                        s40,
                        al,
                        last,
                        Wish.NONE,
                        true,
                        StepSeen.ended(new StepEnd(Cause.KILLED, 137, null, ImmutableList.of())),
                        60,
                        null,
                        "Start"),
                row(s50, fi, 1, Wish.NONE, true, exit(0), 60, null, "Start"),
                row(s50, fi, 1, Wish.NONE, true, exit(1), 60, null, "Start"),
                row(s50, fi, 1, Wish.STOP, true, RUNS, 0, null, ""),
                row(s50, fi, 1, Wish.DELETE, true, RUNS, 0, null, "Stop"),
                row(s50, fi, 1, Wish.DELETE, true, end(Cause.KILLED), 70, Outcome.STOPPED, ""),
                row(s50, fi, 1, Wish.NONE, true, end(Cause.LOST), 50, null, "Start"),
                row(s60, pu, 1, Wish.NONE, false, exit(0), 70, Outcome.SUCCEEDED, ""),
                row(s60, pu, 1, Wish.STOP, false, exit(0), 70, Outcome.SUCCEEDED, ""),
                row(s60, pu, 1, Wish.DELETE, false, exit(0), 70, Outcome.STOPPED, ""),
                row(s60, pu, 1, Wish.NONE, false, exit(1), 60, null, "Start"),
                row(s60, pu, last, Wish.NONE, false, exit(1), 70, Outcome.PUBLISH_FAILED, ""),
                row(s60, pu, 1, Wish.NONE, false, end(Cause.DEADLINE), 70, Outcome.PUBLISH_FAILED, ""));
    }

    private static Arguments row(
            JobStatus status,
            @Nullable StepKind kind,
            int tryNumber,
            Wish wish,
            boolean filter,
            @Nullable StepSeen seen,
            int next,
            @Nullable Outcome outcome,
            String action) {
        return Arguments.of(status, kind, tryNumber, wish, filter, seen, next, outcome, action);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachSituationHasItsDecision(
            JobStatus status,
            @Nullable StepKind kind,
            int tryNumber,
            Wish wish,
            boolean filter,
            @Nullable StepSeen seen,
            int next,
            @Nullable Outcome outcome,
            String action) {
        Job job = at(status, kind, tryNumber, wish);
        Decision decision = Decider.decide(seen(job, filter ? FILTERED : PLAIN, kind == null ? null : "anchor", seen));
        assertThat(decision.transition().map(t -> t.next().status().code()).orElse(0))
                .isEqualTo(next);
        assertThat(decision.transition().flatMap(t -> t.next().outcome())).isEqualTo(Optional.ofNullable(outcome));
        decision.transition().ifPresent(t -> assertThat(t.expectedVersion()).isEqualTo(job.version()));
        assertThat(decision.actions())
                .extracting(a -> a.getClass().getSimpleName())
                .containsExactlyElementsOf(Splitter.on(' ').omitEmptyStrings().split(action));
        boolean finished = outcome != null;
        assertThat(finished || decision.wakeAt() != null)
                .as("there is a next look")
                .isTrue();
    }

    @Test
    void afterAStoredStopExit0IsNoSuccess() {
        Job stopped = next(at(JobStatus.RUNNING, StepKind.ALGORITHM, 1, Wish.STOP), PLAIN, exit(0));
        assertThat(requireNonNull(stopped.attempt().end()).outcome()).isEqualTo(Outcome.STOPPED);
        Job late = next(at(JobStatus.RUNNING, StepKind.ALGORITHM, 1, Wish.MAXTIME), PLAIN, exit(0));
        assertThat(requireNonNull(late.attempt().end()).outcome()).isEqualTo(Outcome.TIMED_OUT);
    }

    @Test
    void aFailedFilterPublishesLogsAlone() {
        Job job = next(at(JobStatus.FILTERING, StepKind.FILTER, 1, Wish.NONE), FILTERED, exit(1));
        AlgorithmEnd end = requireNonNull(job.attempt().end());
        assertThat(end.outcome()).isEqualTo(Outcome.FILTER_FAILED);
        assertThat(end.withOutputs()).isFalse();
        assertThat(requireNonNull(end.filter()).kind())
                .as("its log is published")
                .isEqualTo(StepKind.FILTER);
    }

    @Test
    void anAlgorithmKilledForItsMemoryPublishesItsLogAlone() {
        Job job = next(at(JobStatus.RUNNING, StepKind.ALGORITHM, 1, Wish.NONE), PLAIN, end(Cause.OUT_OF_MEMORY));
        AlgorithmEnd end = requireNonNull(job.attempt().end());
        assertThat(end.outcome()).isEqualTo(Outcome.ALGORITHM_FAILED);
        assertThat(end.withOutputs()).isFalse();
    }

    @Test
    void maxTimeIsStoredBeforeTheStopAndNeverEarly() {
        Job job = at(JobStatus.RUNNING, StepKind.ALGORITHM, 1, Wish.NONE);
        Situation early = seen(job, PLAIN, "anchor", RUNS);
        assertThat(Decider.decide(early).wakeAt()).isEqualTo(NOW.plusSeconds(95));
        Situation due = new Situation(job, early.seen(), ImmutableSet.of(), PLAIN, ENGINE, NOW.plusSeconds(95));
        Decision decision = Decider.decide(due);
        assertThat(decision.transition().orElseThrow().next().wishes().stop()).isEqualTo(StopRequest.MAXTIME);
        assertThat(decision.actions()).hasOnlyElementsOfType(ClusterAction.Stop.class);
    }

    @Test
    void anEndThatNobodySawIsNotBelievedFromACache() {
        Job job = at(JobStatus.RUNNING, StepKind.ALGORITHM, 1, Wish.NONE);
        Observation cached = new Observation(false, ImmutableMap.of(1, Presence.PRESENT), "anchor", exit(0));
        Situation s = new Situation(job, cached, ImmutableSet.of(), PLAIN, ENGINE, NOW);
        assertThat(Decider.decide(s)).isEqualTo(Decision.LOOK_LIVE);
    }

    @Test
    void anotherAnchorThanTheStoredOneEndsTheAttempt() {
        Job job = at(JobStatus.RUNNING, StepKind.ALGORITHM, 1, Wish.NONE);
        Decision decision = Decider.decide(seen(job, PLAIN, "another", RUNS));
        assertThat(decision.transition().orElseThrow().next().outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
    }

    @Test
    void anAnchorThatIsGoneEndsTheAttemptThoughPodsAreLeft() {
        Job job = at(JobStatus.RUNNING, StepKind.ALGORITHM, 1, Wish.NONE);
        ImmutableMap<Integer, Presence> left = ImmutableMap.of(1, Presence.PRESENT);
        Decision live = Decider.decide(
                new Situation(job, new Observation(true, left, null, RUNS), ImmutableSet.of(), PLAIN, ENGINE, NOW));
        assertThat(live.transition().orElseThrow().next().outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
        // A cache that does not show the anchor may lag behind.
        Decision cached = Decider.decide(
                new Situation(job, new Observation(false, left, null, RUNS), ImmutableSet.of(), PLAIN, ENGINE, NOW));
        assertThat(cached.transition()).isEmpty();
    }

    @Test
    void anEndThatCannotBeKnownIsGivenUpAfterItsLimit() {
        Job job = at(JobStatus.RUNNING, StepKind.ALGORITHM, 1, Wish.STOP);
        Duration limit = PLAIN.stopGrace().plus(PLAIN.limits().lost());
        Observation unknown = new Observation(
                true, ImmutableMap.of(1, Presence.UNKNOWN), "anchor", StepSeen.of(StepSeen.State.UNKNOWN));
        Decision before = Decider.decide(new Situation(
                job, unknown, ImmutableSet.of(), PLAIN, ENGINE, NOW.plus(limit).minusMillis(1)));
        assertThat(before.transition()).isEmpty();
        Decision after = Decider.decide(new Situation(job, unknown, ImmutableSet.of(), PLAIN, ENGINE, NOW.plus(limit)));
        assertThat(after.transition().orElseThrow().next().outcome()).contains(Outcome.INFRASTRUCTURE_FAILED);
    }

    @Test
    void aTryThatDiedWithItsEngineDoesNotCountAgainstTheNext() {
        Job job = at(JobStatus.PUBLISHING, StepKind.PUBLISH, 2, Wish.NONE);
        StepTry abandoned =
                requireNonNull(next(job, PLAIN, end(Cause.ABANDONED)).attempt().step());
        assertThat(abandoned.id().tryNumber()).isEqualTo(3);
        assertThat(abandoned.failures()).isEqualTo(1);
        StepTry lost =
                requireNonNull(next(job, PLAIN, end(Cause.LOST)).attempt().step());
        assertThat(lost.failures()).isEqualTo(2);
    }

    @Test
    void aStepThatNoEngineLivedToStartGetsItsTimeFromNowOn() {
        for (StepKind kind : StepKind.values()) {
            JobStatus status = switch (kind) {
                case STAGE_IN -> JobStatus.CONFIGURING_VOLUMES;
                case ALGORITHM -> JobStatus.PROVISIONED;
                case FILTER -> JobStatus.FILTERING;
                case PUBLISH -> JobStatus.PUBLISHING;
            };
            Job job = at(status, kind, 1, Wish.NONE);
            Situation s = seen(job, FILTERED, "anchor", ABSENT);
            Instant later = NOW.plus(Duration.ofDays(2));
            Decision decision =
                    Decider.decide(new Situation(job, s.seen(), ImmutableSet.of(), FILTERED, ENGINE, later, later));
            Job next = decision.transition().orElseThrow().next();
            assertThat(next.status()).isEqualTo(status);
            assertThat(next.attempt().step()).isEqualTo(new StepTry(step(kind, 1), ENGINE, later, 1));
            assertThat(decision.actions())
                    .extracting(a -> a.getClass().getSimpleName())
                    .containsExactly("Start");
        }
    }

    @Test
    void aTryThatDiedWithItsEngineIsNoOverrunHoweverLongNobodyLooked() {
        Job job = at(JobStatus.CONFIGURING_VOLUMES, StepKind.STAGE_IN, 1, Wish.NONE);
        Situation s = seen(job, PLAIN, "anchor", end(Cause.ABANDONED));
        Situation late = new Situation(job, s.seen(), ImmutableSet.of(), PLAIN, ENGINE, NOW.plus(Duration.ofDays(2)));
        assertThat(Decider.decide(late).transition().orElseThrow().next().outcome())
                .isEmpty();
    }

    @Test
    void aJobThatWaitedForTooLongEnds() {
        Job job = at(JobStatus.WARMING_UP, null, 1, Wish.NONE);
        Duration limit = PLAIN.limits().queueing();
        Situation s = seen(job, PLAIN, null, null);
        Situation early = new Situation(
                job,
                s.seen(),
                ImmutableSet.of(),
                PLAIN,
                ENGINE,
                NOW.minusSeconds(6).plus(limit));
        Situation late = new Situation(
                job,
                s.seen(),
                ImmutableSet.of(),
                PLAIN,
                ENGINE,
                NOW.minusSeconds(5).plus(limit));
        assertThat(Decider.decide(early).transition().orElseThrow().next().status())
                .isEqualTo(JobStatus.STARTED);
        assertThat(Decider.decide(late).transition().orElseThrow().next().outcome())
                .contains(Outcome.INFRASTRUCTURE_FAILED);
    }

    @Test
    void anEnvironmentThatIsGoneEndsAJobThatHasNotBegun() {
        Job job = at(JobStatus.WARMING_UP, null, 1, Wish.NONE);
        Situation s = new Situation(
                job,
                new Observation(true, ImmutableMap.of(1, Presence.ABSENT), null, null),
                ImmutableSet.of(),
                null,
                ENGINE,
                NOW);
        assertThat(Decider.decide(s).transition().orElseThrow().next().outcome())
                .contains(Outcome.INFRASTRUCTURE_FAILED);
    }
}

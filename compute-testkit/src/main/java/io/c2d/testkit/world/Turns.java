package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Holds the turns of engines to what DESIGN says beside the numbered rules: one job is never in two turns of one life at once,
 * and one row that can't be written does not keep the others of its group from being offered again, alone.
 */
final class Turns {
    private record Turn(EngineId engine, JobId job) {}

    private final Verdict verdict;
    private final Set<Turn> looking = new LinkedHashSet<>();
    private final Set<Turn> owed = new LinkedHashSet<>();

    Turns(Verdict verdict) {
        this.verdict = verdict;
    }

    /** A look begins. */
    void begin(EngineId engine, JobId job) {
        Turn turn = new Turn(engine, job);
        verdict.require(looking.add(turn), "one turn a job", () -> "two turns of " + job + " look at once");
        verdict.require(!owed.remove(turn), "poison spreads", () -> "a group's failure was taken for that of " + job);
    }

    /** A look has ended, however. */
    void end(EngineId engine, JobId job) {
        looking.remove(new Turn(engine, job));
    }

    /** Transitions are offered to the store. */
    void offered(EngineId engine, ImmutableList<JobId> jobs) {
        jobs.forEach(job -> owed.remove(new Turn(engine, job)));
    }

    /** A group failed for the sake of other rows than these. */
    void spared(EngineId engine, ImmutableList<JobId> healthy) {
        healthy.forEach(job -> owed.add(new Turn(engine, job)));
    }
}

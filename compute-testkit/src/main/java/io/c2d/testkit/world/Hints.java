package io.c2d.testkit.world;

import io.c2d.core.model.JobId;
import io.c2d.testkit.SimulatedProcess;
import io.c2d.testkit.SimulatedScheduler;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** What the ways between processes are like just now: how hints travel, and who reaches whom. */
class Hints {
    private final SimulatedScheduler scheduler;
    private final Dice dice;
    private final FaultRates rates;
    private final Set<SimulatedProcess> withoutCluster = new LinkedHashSet<>();
    private boolean storeOut;

    Hints(SimulatedScheduler scheduler, Dice dice, FaultRates rates) {
        this.scheduler = scheduler;
        this.dice = dice;
        this.rates = rates;
    }

    /** Sends a hint, which comes after what it tells of is to be seen, that is after a lag: it may be lost, late (so that a later one comes first), or told twice. */
    void tell(SimulatedProcess to, Duration lag, Consumer<JobId> listener, JobId job) {
        if (rates.strikes(rates.hintLost, dice)) {
            return;
        }
        Duration way = rates.strikes(rates.hintLate, dice) ? dice.millis(100, 20_000) : dice.millis(0, 20);
        scheduler.schedule(lag.plus(way), () -> to.execute(() -> listener.accept(job)));
        if (rates.strikes(rates.hintTwice, dice)) {
            scheduler.schedule(dice.millis(0, 5_000), () -> to.execute(() -> listener.accept(job)));
        }
    }

    boolean storeIsOut() {
        return storeOut;
    }

    void storeOut(boolean out) {
        storeOut = out;
    }

    boolean reachesCluster(SimulatedProcess process) {
        return !withoutCluster.contains(process);
    }

    void cutFromCluster(SimulatedProcess process, boolean cut) {
        if (cut) {
            withoutCluster.add(process);
        } else {
            withoutCluster.remove(process);
        }
    }
}

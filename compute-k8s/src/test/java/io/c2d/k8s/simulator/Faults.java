package io.c2d.k8s.simulator;

import java.util.Random;

/**
 * What goes wrong on the way to the API server, drawn from a seed. Not thread-safe: drawn under the simulator's lock.
 */
public class Faults {
    /** What goes wrong with a call. */
    enum Fault {
        NONE,
        /** 429, to come again soon. */
        TOO_MANY,
        /** 500 without effect. */
        TROUBLE,
        /** The connection breaks before the call was heard. */
        UNHEARD,
        /** The call had its effect, and its answer is lost. */
        ANSWER_LOST,
        /** A conflict that another try does not have. */
        CONFLICT
    }

    private final Random random;
    private final int percent;
    private final boolean watchesBreak;

    private final boolean losesAnswers;
    private boolean lostLast;

    private Faults(Random random, int percent, boolean watchesBreak, boolean losesAnswers) {
        this.random = random;
        this.percent = percent;
        this.watchesBreak = watchesBreak;
        this.losesAnswers = losesAnswers;
    }

    /** Nothing goes wrong. */
    public static Faults none() {
        return new Faults(new Random(0), 0, false, false);
    }

    /** So many of a hundred calls go wrong, and watches break and forget. */
    public static Faults seeded(long seed, int percent) {
        return new Faults(new Random(seed), percent, true, false);
    }

    /** The answer of every other write is lost. */
    public static Faults losingAnswers() {
        return new Faults(new Random(0), 0, false, true);
    }

    /** Nothing gets through. */
    public static Faults unreachable() {
        return new Faults(new Random(0), 100, false, false) {
            @Override
            Fault next(boolean writes) {
                return Fault.UNHEARD;
            }
        };
    }

    Fault next(boolean writes) {
        if (losesAnswers && writes) {
            lostLast = !lostLast;
            return lostLast ? Fault.ANSWER_LOST : Fault.NONE;
        }
        if (random.nextInt(100) >= percent) {
            return Fault.NONE;
        }
        Fault[] all = Fault.values();
        Fault drawn = all[1 + random.nextInt(all.length - 1)];
        return drawn == Fault.CONFLICT && !writes ? Fault.TROUBLE : drawn;
    }

    /** Whether a watch breaks after an event. */
    boolean breaksWatch() {
        return watchesBreak && random.nextInt(20) == 0;
    }

    /** Whether the history is forgotten at this event, so that watches from before get 410. */
    boolean forgets() {
        return watchesBreak && random.nextInt(40) == 0;
    }
}

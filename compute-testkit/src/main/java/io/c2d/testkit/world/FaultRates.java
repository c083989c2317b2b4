package io.c2d.testkit.world;

import java.util.EnumMap;
import java.util.Map;

/** How often each thing goes wrong in one world; each seed draws its own mix, with some faults off. */
final class FaultRates {
    /** What can happen to a call. */
    enum Fault {
        CRASH_BEFORE,
        CRASH_AFTER,
        FAIL_BEFORE,
        ANSWER_LOST,
        EFFECT_LATE,
        PAUSE_BEFORE,
        PAUSE_AFTER,
        SLOW_BEFORE,
        SLOW_AFTER
    }

    /** Whose calls. */
    enum Port {
        STORE,
        CLUSTER,
        ARTIFACTS
    }

    private static final Fault[] FAULTS = Fault.values();
    private static final double[] NONE = {};

    private final Map<Port, double[]> rates = new EnumMap<>(Port.class);

    /** The chance that a hint is lost, late, or told twice. */
    final double hintLost;

    final double hintLate;
    final double hintTwice;
    final double clockJump;
    final double nodeCut;
    final double nodeGone;
    final double eviction;
    final double outsideDelete;
    final double storeOutage;
    final double clusterOutage;
    final double kill;
    final double orderlyStop;
    final double poison;
    final double squatter;
    final double stepTrouble;

    /** The chance that a turn's call to the cluster never returns. */
    final double hang;

    private final Dice apart;
    private boolean on = true;

    private FaultRates(Dice dice, Dice apart) {
        this.apart = apart;
        for (Port port : Port.values()) {
            double[] mine = new double[FAULTS.length];
            for (int fault = 0; fault < FAULTS.length; fault++) {
                mine[fault] = some(dice, 0.5, 0.001, 0.04);
            }
            rates.put(port, mine);
        }
        hintLost = dice.chance(0.2) ? 1 : some(dice, 0.5, 0.02, 0.9);
        hintLate = some(dice, 0.5, 0.02, 0.5);
        hintTwice = some(dice, 0.3, 0.02, 0.5);
        clockJump = some(dice, 0.3, 0.002, 0.02);
        nodeCut = some(dice, 0.4, 0.002, 0.05);
        nodeGone = some(dice, 0.3, 0.1, 0.6);
        eviction = some(dice, 0.4, 0.002, 0.05);
        outsideDelete = some(dice, 0.4, 0.002, 0.05);
        storeOutage = some(dice, 0.4, 0.002, 0.02);
        clusterOutage = some(dice, 0.4, 0.002, 0.02);
        kill = some(dice, 0.5, 0.002, 0.05);
        orderlyStop = some(dice, 0.4, 0.002, 0.03);
        poison = some(dice, 0.2, 0.05, 0.5);
        squatter = some(dice, 0.3, 0.02, 0.3);
        stepTrouble = some(dice, 0.5, 0.02, 0.4);
        hang = some(apart, 0.2, 0.001, 0.02);
    }

    /**
     * Draws the mix of a world.
     *
     * @param apart a second source for what was added later: all else of a seed stays as it was
     */
    static FaultRates draw(Dice dice, Dice apart) {
        return new FaultRates(dice, apart);
    }

    private static double some(Dice dice, double howOften, double low, double high) {
        double rate = dice.rate(low, high);
        return dice.chance(howOften) ? rate : 0;
    }

    /** What goes wrong with this call, if anything does; a weight below 1 for calls that come each second anyway. */
    int drawFault(Port port, Dice dice, double weight) {
        double[] mine = rates.getOrDefault(port, NONE);
        double point = on ? dice.next() / weight : 1;
        for (int i = 0; i < mine.length; i++) {
            point -= mine[i];
            if (point < 0) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a call of a turn never returns. */
    boolean hangsNow() {
        return strikes(hang, apart);
    }

    static Fault fault(int index) {
        return FAULTS[index];
    }

    boolean isOn() {
        return on;
    }

    /** From now on nothing goes wrong any more. */
    void end() {
        on = false;
        rates.clear();
    }

    /** Whether something of this rate happens now. */
    boolean strikes(double rate, Dice dice) {
        return on && rate > 0 && dice.chance(rate);
    }
}

package io.c2d.testkit.world;

import io.c2d.testkit.NeverAnswered;
import io.c2d.testkit.ProcessDeath;
import io.c2d.testkit.SimulatedProcess;
import io.c2d.testkit.SimulatedScheduler;
import io.c2d.testkit.world.FaultRates.Fault;
import io.c2d.testkit.world.FaultRates.Port;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Cuts calls: before and after their effect, between effect and answer, and in time. A call that takes long runs everybody
 * else's tasks before it returns, so that what the caller does next is stale; where the whole process is paused, its own other
 * tasks wait as well, and where only the call is slow they go on, heartbeat included. Some calls of turns never return at all.
 */
final class Faults {
    /** How deep calls may block within each other. */
    private static final int DEPTH = 5;

    private final SimulatedScheduler scheduler;
    private final Dice dice;
    private final FaultRates rates;
    private final Trace trace;
    private final BooleanSupplier goesOn;
    private final Duration lease;
    private final Map<Fault, Long> injected = new EnumMap<>(Fault.class);
    private int depth;
    private long hung;

    Faults(
            SimulatedScheduler scheduler,
            Dice dice,
            FaultRates rates,
            Trace trace,
            Duration lease,
            BooleanSupplier goesOn) {
        this.scheduler = scheduler;
        this.dice = dice;
        this.rates = rates;
        this.trace = trace;
        this.lease = lease;
        this.goesOn = goesOn;
    }

    /**
     * A kind of call.
     *
     * @param port whose
     * @param name for the trace
     * @param writes whether it has an effect that can come late
     * @param mayBlock whether its caller holds no lock, so that other tasks of its process may run meanwhile
     * @param weight how likely faults are, 1 for calls of a turn
     * @param failure what its caller gets when it fails
     */
    record Call(
            Port port,
            String name,
            boolean writes,
            boolean mayBlock,
            double weight,
            Function<String, RuntimeException> failure) {}

    /** Makes the call for a process, with whatever goes wrong. */
    <T> T make(SimulatedProcess caller, Call call, String detail, Supplier<T> effect) {
        alive(caller);
        if (call.port() == Port.CLUSTER && call.mayBlock() && rates.hangsNow()) {
            hung++;
            trace.add(call.name() + " " + detail + " never returns");
            throw new NeverAnswered();
        }
        int drawn = rates.drawFault(call.port(), dice, call.weight());
        if (drawn < 0) {
            return effect.get();
        }
        Fault fault = possible(FaultRates.fault(drawn), call);
        injected.merge(fault, 1L, Long::sum);
        String what = call.name() + " " + detail + ": " + fault;
        trace.add(what);
        switch (fault) {
            case CRASH_BEFORE -> throw kill(caller);
            case FAIL_BEFORE -> throw call.failure().apply(what);
            case PAUSE_BEFORE, SLOW_BEFORE -> block(caller, fault == Fault.PAUSE_BEFORE);
            case EFFECT_LATE -> {
                scheduler.schedule(late(), () -> later(what, effect));
                throw call.failure().apply(what);
            }
            default -> {
                T result = effect.get();
                if (fault == Fault.CRASH_AFTER) {
                    throw kill(caller);
                }
                if (fault == Fault.ANSWER_LOST) {
                    throw call.failure().apply(what);
                }
                block(caller, fault == Fault.PAUSE_AFTER);
                return result;
            }
        }
        return effect.get();
    }

    private Fault possible(Fault fault, Call call) {
        return switch (fault) {
            case EFFECT_LATE -> call.writes() ? fault : Fault.FAIL_BEFORE;
            case SLOW_BEFORE -> call.mayBlock() ? fault : Fault.PAUSE_BEFORE;
            case SLOW_AFTER -> call.mayBlock() ? fault : Fault.PAUSE_AFTER;
            default -> fault;
        };
    }

    private void later(String what, Supplier<?> effect) {
        trace.add("late effect: " + what);
        try {
            Object unused = effect.get();
        } catch (RuntimeException refused) {
            trace.add("refused: " + refused.getMessage());
        }
    }

    private Duration late() {
        return dice.chance(0.5) ? dice.millis(100, 5_000) : dice.seconds(5, 90);
    }

    private ProcessDeath kill(SimulatedProcess caller) {
        caller.close();
        return new ProcessDeath();
    }

    private void block(SimulatedProcess caller, boolean wholeProcess) {
        if (depth >= DEPTH || caller.isPaused()) {
            return;
        }
        int most = (int) lease.toMillis() * 3;
        Duration time = dice.chance(0.6)
                ? dice.millis(10, (int) lease.toMillis() / 2)
                : dice.chance(0.8) ? dice.millis((int) lease.toMillis(), most) : dice.seconds(60, 600);
        depth++;
        if (wholeProcess) {
            caller.pause();
        }
        try {
            scheduler.runWhile(() -> goesOn.getAsBoolean() && rates.isOn() && caller.isAlive(), time);
        } finally {
            depth--;
            if (wholeProcess) {
                caller.resume();
            }
        }
        trace.add("goes on after " + time.toMillis() + " ms");
        alive(caller);
    }

    /** Lets a process stand still between two of its statements, if the dice say so. */
    void pause(SimulatedProcess caller) {
        if (rates.isOn() && dice.chance(0.2)) {
            block(caller, true);
        }
    }

    private void alive(SimulatedProcess caller) {
        if (!caller.isAlive() || !goesOn.getAsBoolean()) {
            throw new ProcessDeath();
        }
    }

    /** How many calls never returned. */
    long hung() {
        return hung;
    }

    Map<Fault, Long> injected() {
        return injected;
    }
}

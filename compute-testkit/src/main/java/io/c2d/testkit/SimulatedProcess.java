package io.c2d.testkit;

import com.google.common.base.Ticker;
import io.c2d.core.port.EngineScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The scheduler of one process of a simulated world. The process can be paused, which holds its tasks back until it goes on
 * (as SIGSTOP does), and killed, which drops them. Not thread-safe.
 */
public final class SimulatedProcess implements EngineScheduler {
    private final SimulatedScheduler world;
    private final List<Runnable> held = new ArrayList<>();
    private boolean alive = true;
    private boolean paused;

    SimulatedProcess(SimulatedScheduler world) {
        this.world = world;
    }

    @Override
    public void execute(Runnable task) {
        world.execute(() -> run(task));
    }

    @Override
    public void executeAhead(Runnable task) {
        execute(task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        boolean[] cancelled = {false};
        Timer timer = world.schedule(
                delay,
                () -> run(() -> {
                    if (!cancelled[0]) {
                        task.run();
                    }
                }));
        return () -> {
            cancelled[0] = true;
            timer.cancel();
        };
    }

    @Override
    public Ticker ticker() {
        return world.ticker();
    }

    private void run(Runnable task) {
        if (!alive) {
            return;
        }
        if (paused) {
            held.add(task);
            return;
        }
        try {
            task.run();
        } catch (ProcessDeath death) {
            alive = false;
        } catch (NeverAnswered hung) {
            // Its thread waits for ever; the others of the process get on.
            return;
        }
    }

    /** Holds all tasks back. */
    public void pause() {
        paused = true;
    }

    /** Goes on with what was held back, in its order. */
    public void resume() {
        paused = false;
        held.forEach(this::execute);
        held.clear();
    }

    /** Whether it is paused. */
    public boolean isPaused() {
        return paused;
    }

    /** Whether it has not been killed. */
    public boolean isAlive() {
        return alive;
    }

    /** Kills it. What it is in the midst of ends at its next call to a port. */
    @Override
    public void close() {
        alive = false;
        held.clear();
    }
}

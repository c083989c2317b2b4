package io.c2d.worker;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A signal that is given once: what runs under it ends within a second. Safe to use from several threads. */
public final class Cancellation {
    private final CountDownLatch given = new CountDownLatch(1);
    private final Set<Hook> hooks = new LinkedHashSet<>();

    /** A signal that has not been given. */
    public Cancellation() {}

    /** Gives the signal; the hooks run in this thread. Nothing happens the second time. */
    public void cancel() {
        Set<Hook> due;
        synchronized (hooks) {
            given.countDown();
            due = new LinkedHashSet<>(hooks);
            hooks.clear();
        }
        due.forEach(hook -> hook.action.run());
    }

    /** Whether the signal was given. */
    public boolean isCancelled() {
        return given.getCount() == 0;
    }

    /**
     * Waits for the signal.
     *
     * @return whether it was given within this time
     */
    public boolean await(Duration atMost) throws InterruptedException {
        return given.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** As {@link #await}, where nobody asks why it returned. */
    void elapse(Duration atMost) throws InterruptedException {
        boolean ignored = await(atMost);
    }

    /** Runs something at the signal, at once if it was given already, unless the hook is removed before. */
    Hook onCancel(Runnable action) {
        Hook hook = new Hook(action);
        synchronized (hooks) {
            if (!isCancelled()) {
                hooks.add(hook);
                return hook;
            }
        }
        action.run();
        return hook;
    }

    /** What is to be done at the signal. */
    final class Hook {
        private final Runnable action;

        private Hook(Runnable action) {
            this.action = action;
        }

        /** Takes it back. */
        void remove() {
            synchronized (hooks) {
                hooks.remove(this);
            }
        }
    }
}

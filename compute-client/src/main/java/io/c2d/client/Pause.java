package io.c2d.client;

import java.time.Duration;

/** How the client waits between tries and between looks at a job; tests give one that does not wait. Thread-safe. */
@FunctionalInterface
public interface Pause {
    /**
     * Returns after that time.
     *
     * @param length how long, not negative
     * @throws InterruptedException where the thread was interrupted meanwhile
     */
    void pause(Duration length) throws InterruptedException;
}

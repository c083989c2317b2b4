package io.c2d.client;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A pause in real time that closing the client ends. Thread-safe. */
final class ClosableWait implements Pause {
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public void pause(Duration length) throws InterruptedException {
        boolean early = closed.await(length.toNanos(), TimeUnit.NANOSECONDS);
        // Whoever called looks at isClosed; a pause that ended early says nothing else.
        assert !early || isClosed();
    }

    void close() {
        closed.countDown();
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }
}

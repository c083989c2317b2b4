package io.c2d.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;

/** What befalls one server, at random from a seed: killed, paused for longer than the lease, stopped; and started again. */
final class SoakTroubles implements Callable<Map<SoakTroubles.Kind, Integer>> {
    /** What may befall a server. */
    enum Kind {
        KILLED,
        PAUSED,
        STOPPED
    }

    private final SoakServer server;
    private final Random random;
    private final Duration lease;
    private final long end;
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

    /**
     * Troubles for a server.
     *
     * @param lease of its engine
     * @param end until when, by the process's monotonic clock
     */
    SoakTroubles(SoakServer server, Random random, Duration lease, long end) {
        this.server = server;
        this.random = random;
        this.lease = lease;
        this.end = end;
    }

    /** Returns how often it was what; the server runs then. */
    @Override
    public Map<Kind, Integer> call() throws Exception {
        while (true) {
            long quiet = between(Duration.ofSeconds(3), Duration.ofSeconds(15)).toNanos();
            if (System.nanoTime() + quiet > end) {
                Waiting.untilNanos(end);
                return counts;
            }
            Waiting.pass(Duration.ofNanos(quiet));
            if (!server.isAlive()) {
                throw new IllegalStateException("a server ended by itself; see its log");
            }
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            befall(kind);
            counts.merge(kind, 1, Integer::sum);
        }
    }

    private void befall(Kind kind) throws IOException, InterruptedException {
        switch (kind) {
            case KILLED -> {
                server.kill();
                restartLater();
            }
            case STOPPED -> {
                server.stop();
                restartLater();
            }
            case PAUSED -> {
                server.pause();
                try {
                    Waiting.pass(between(lease.plusSeconds(1), lease.multipliedBy(2)));
                } finally {
                    server.goOn();
                }
            }
        }
    }

    private void restartLater() throws IOException, InterruptedException {
        Waiting.pass(between(Duration.ZERO, Duration.ofSeconds(4)));
        server.restart();
    }

    private Duration between(Duration shortest, Duration longest) {
        return shortest.plusMillis(random.nextInt((int) longest.minus(shortest).toMillis()));
    }
}

package io.c2d.client;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes nonces (DESIGN, "Signatures"): the time in milliseconds, {@code -} and 16 letters and digits. Of these, twelve are
 * random, so that clients with one key do not collide, and four count, so that threads of one client never do.
 * Thread-safe, also where the generator is not.
 */
final class Nonces {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_DIGITS = 12;
    private static final int COUNTED_DIGITS = 4;
    private static final int COUNTS = 62 * 62 * 62 * 62;

    private final InstantSource clock;
    private final RandomGenerator random;
    private int count;

    Nonces(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    synchronized String next() {
        StringBuilder nonce = new StringBuilder(32).append(clock.millis()).append('-');
        for (int i = 0; i < RANDOM_DIGITS; i++) {
            nonce.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        count = (count + 1) % COUNTS;
        int rest = count;
        for (int i = 0; i < COUNTED_DIGITS; i++) {
            nonce.append(DIGITS.charAt(rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return nonce.toString();
    }

    /** A random UUID (RFC 9562, version 4) as an idempotency key. */
    synchronized String nextKey() {
        long high = (random.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
        long low = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    /** A number from 0 (included) to 1, for jitter. */
    synchronized double nextShare() {
        return random.nextDouble();
    }
}

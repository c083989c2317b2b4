package io.c2d.testkit.world;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** The one random source of a world. */
final class Dice {
    private final Random random;

    Dice(long seed) {
        this.random = new Random(seed);
    }

    RandomGenerator generator() {
        return random;
    }

    double next() {
        return random.nextDouble();
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** From low to high, both included. */
    int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    Duration millis(int low, int high) {
        return Duration.ofMillis(between(low, high));
    }

    Duration seconds(int low, int high) {
        return Duration.ofMillis(between(low * 1_000, high * 1_000));
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** A rate between the two, each order of magnitude as likely as the other. */
    double rate(double low, double high) {
        return low * Math.pow(high / low, random.nextDouble());
    }
}

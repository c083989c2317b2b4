package io.c2d.benchmarks;

import com.google.common.base.Preconditions;
import java.util.Arrays;

/** Sorted measurements of one kind. */
final class Figures {
    private final double[] sorted;

    private Figures(double[] sorted) {
        this.sorted = sorted;
    }

    static Figures of(double[] measured) {
        Preconditions.checkArgument(measured.length > 0, "nothing was measured");
        double[] copy = measured.clone();
        Arrays.sort(copy);
        return new Figures(copy);
    }

    /** Nanoseconds as milliseconds. */
    static Figures millis(long[] nanos) {
        return of(Arrays.stream(nanos).mapToDouble(n -> n / 1e6).toArray());
    }

    double min() {
        return sorted[0];
    }

    double max() {
        return sorted[sorted.length - 1];
    }

    double median() {
        return sorted.length % 2 == 1
                ? sorted[sorted.length / 2]
                : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    }

    /** The smallest measurement that this share of all, from 0 to 1, does not exceed. */
    double quantile(double share) {
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.max(0, rank - 1)];
    }

    /** Minimum, median and maximum as cells of a table. */
    String[] spread(String format) {
        return new String[] {
            Benchmark.text(format, min()), Benchmark.text(format, median()), Benchmark.text(format, max())
        };
    }
}

package io.c2d.benchmarks;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;

/** What the figures depend on and do not say themselves. */
final class Machine {
    private static final int SYNCS = 200;
    private static final int BLOCK = 8 << 10;

    private Machine() {}

    /** One line; the fsync is measured in that folder. */
    static String describe(Path folder) throws IOException {
        Runtime runtime = Runtime.getRuntime();
        String collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(" + "));
        return Benchmark.text(
                "%d cores, %s memory, %s %s, JDK %s, heap %d MiB, %s; fsync of 8 KiB: %s; %s",
                runtime.availableProcessors(),
                memory(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.runtime.version"),
                runtime.maxMemory() >> 20,
                collectors,
                fsync(folder),
                load());
    }

    /** How busy the machine is with everything: figures taken beside other work say little. */
    static String load() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return Benchmark.text("load of the last minute %.1f", load);
    }

    private static String memory() throws IOException {
        Path file = Path.of("/proc/meminfo");
        if (!Files.exists(file)) {
            return "unknown";
        }
        String total = Files.readAllLines(file).get(0).replaceAll("\\D", "");
        return Benchmark.text("%.1f GiB", Long.parseLong(total) / 1024.0 / 1024.0);
    }

    private static String fsync(Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "fsync", "");
        long[] nanos = new long[SYNCS];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            for (int i = 0; i < SYNCS; i++) {
                block.clear();
                long before = System.nanoTime();
                channel.write(block);
                channel.force(false);
                nanos[i] = System.nanoTime() - before;
            }
        } finally {
            Files.delete(file);
        }
        Figures figures = Figures.millis(nanos);
        return Benchmark.text("median %.2f ms, p99 %.2f ms", figures.median(), figures.quantile(0.99));
    }
}

package io.c2d.testkit.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of worlds, each another mix of faults. {@code -Dworld.seed=N} runs one of them again, {@code -Dworld.base=N}
 * begins elsewhere, {@code -Dworld.seeds=N} runs more.
 */
final class SimulatedWorldTest {
    private static final long SEEDS = Long.getLong("world.seeds", 2_000);
    private static final long BASE = Long.getLong("world.base", 1);

    @Test
    void everySeedHoldsEveryRule() {
        Long one = Long.getLong("world.seed");
        if (one != null) {
            SimulatedWorld.run(one).verify();
            return;
        }
        System.out.println(SEEDS + " worlds from base seed " + BASE);
        TreeMap<String, Long> counts = new TreeMap<>();
        for (long seed = BASE; seed < BASE + SEEDS; seed++) {
            WorldReport report = SimulatedWorld.run(seed);
            report.verify();
            report.counts().forEach((what, count) -> counts.merge(what, count, Long::sum));
        }
        System.out.println(counts);
        if (SEEDS < 2_000) {
            return;
        }
        // A world in which nothing went wrong, or nothing went well, proves nothing.
        for (FaultRates.Fault fault : FaultRates.Fault.values()) {
            assertThat(counts).containsKey("call: " + fault);
        }
        assertThat(counts)
                .containsKeys(
                        "kill",
                        "node cut off",
                        "call never returned",
                        "clock jump",
                        "store outage",
                        "try deleted",
                        "anchor deleted",
                        "eviction",
                        "squatter",
                        "poisoned row",
                        "ended: succeeded",
                        "ended: stopped",
                        "ended: timedOut",
                        "ended: filterFailed",
                        "ended: publishFailed",
                        "ended: infrastructureFailed");
    }

    /** Each found a fault of the engine when it was first run; the commit that mended it names it. */
    @ParameterizedTest
    @ValueSource(longs = {4_566, 4_962, 5_490, 7_452})
    void aSeedThatOnceBrokeARuleHolds(long seed) {
        SimulatedWorld.run(seed).verify();
    }

    /** The hash of a seed's every event is the same in a process of its own, with other salts of its hash tables. */
    @Test
    void aSeedIsTheSameRunInAnotherProcess() throws Exception {
        long[] seeds = {7, 8, 9};
        StringBuilder here = new StringBuilder();
        for (long seed : seeds) {
            here.append(seed)
                    .append(' ')
                    .append(SimulatedWorld.run(seed).hash())
                    .append('\n');
        }
        Process other = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Duser.language=en",
                        Hashes.class.getName(),
                        "7",
                        "8",
                        "9"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String there = new String(other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(other.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(there).isEqualTo(here.toString());
    }

    /** Prints the hashes of seeds. */
    static final class Hashes {
        private Hashes() {}

        public static void main(String[] seeds) {
            for (String seed : seeds) {
                System.out.print(
                        seed + " " + SimulatedWorld.run(Long.parseLong(seed)).hash() + "\n");
            }
        }
    }
}

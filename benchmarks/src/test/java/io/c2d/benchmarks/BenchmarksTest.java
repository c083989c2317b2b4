package io.c2d.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each benchmark runs to its end and prints its machine, its settings and its table; no figure is looked at. */
final class BenchmarksTest {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "lives, h2, writes a life",
        "lives, postgres, writes a life",
        "transitions, h2, commits/s",
        "submissions, postgres, ratio of medians",
        "latency, postgres, answered .. finished",
        "lists, h2, agreementId",
        "lists, postgres, agreementId",
        "inflight, postgres, heap after GC",
        "takeover, postgres, SIGKILL"
    })
    void eachPrintsItsTable(String name, String store, String inTable) {
        String printed = run(0, name, "--quick", "--store", store, "--folder", folder.toString());
        assertThat(printed)
                .containsPattern("machine +\\d+ cores")
                .contains("settings  ", "store     ", inTable, "after ");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anUnknownNameIsRefused() {
        assertThat(run(2, "nonsense")).isEmpty();
    }

    private static String run(int code, String... arguments) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int ended = Benchmarks.run(new PrintStream(printed, true, StandardCharsets.UTF_8), arguments);
        assertThat(ended).as(printed.toString(StandardCharsets.UTF_8)).isEqualTo(code);
        return printed.toString(StandardCharsets.UTF_8);
    }
}

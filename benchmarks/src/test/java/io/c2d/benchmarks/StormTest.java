package io.c2d.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real thing: two servers on one PostgreSQL and one data folder, killed, paused and stopped at random for two minutes. */
final class StormTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void everyAcceptedJobEndsAsItShouldAndNothingIsLeftOver() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int ended = Benchmarks.run(
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                "soak",
                "--minutes",
                "2",
                "--folder",
                folder.toString());
        String table = printed.toString(StandardCharsets.UTF_8);
        System.out.println(table);
        assertThat(ended).as(table).isZero();
        assertThat(table)
                .containsPattern("jobs accepted +[1-9]\\d{2}")
                .containsPattern("ended wrong +0\\b")
                .containsPattern("servers KILLED +[1-9]|servers PAUSED +[1-9]")
                .containsPattern("left: processes +0\\b");
    }
}

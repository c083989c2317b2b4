package io.c2d.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.c2d.testkit.Samples;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbedTheEngineTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void aJobRunsAndItsOutputIsRead() throws Exception {
        assertThat(EmbedTheEngine.run(folder, Samples.shell("expr 6 '*' 7 > $OUTPUTS/answer")))
                .isEqualTo("42\n");
    }

    @Test
    void aSecondRunOnTheSameFolderIsAnotherJob() throws Exception {
        assertThat(EmbedTheEngine.run(folder, Samples.shell("echo one > $OUTPUTS/a")))
                .isEqualTo("one\n");
        assertThat(EmbedTheEngine.run(folder, Samples.shell("echo two > $OUTPUTS/a")))
                .isEqualTo("two\n");
    }

    @Test
    void aJobThatLeavesNothingIsNamedWithItsReason() {
        assertThatThrownBy(() -> EmbedTheEngine.run(folder, Samples.shell("exit 3")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("no output: ")
                .hasMessage("no output: the algorithm exited with code 3");
    }

    @Test
    void theMainMethodPrintsTheAnswer() throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            EmbedTheEngine.main(new String[] {folder.toString()});
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).endsWith("6 times 7 is 42\n");
    }
}

package io.c2d.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recorded process id is believed only together with its start time and boot: by now it may be another process's. */
final class ProcessTreeTest {
    private static final int START_TIME = 19;

    @TempDir
    Path folder = Path.of("");

    private TryFolder tried = new TryFolder(Path.of(""));
    private Process process;
    private String boot = "";
    private long started;

    @BeforeEach
    void start() throws IOException {
        tried = new TryFolder(Files.createDirectories(folder.resolve("job/1-token/0-algorithm-1")));
        process = new ProcessBuilder("cat").start();
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        String fields = stat.substring(stat.lastIndexOf(')') + 2);
        started = Long.parseLong(Splitter.on(' ').splitToList(fields).get(START_TIME));
        boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    @AfterEach
    void end() throws Exception {
        process.destroyForcibly();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    private void record(String file, long startTime, String ofBoot) throws IOException {
        Files.writeString(tried.path().resolve(file), process.pid() + " " + startTime + " " + ofBoot + "\n");
    }

    /** What SIGKILL was sent to says no more, so nobody need wait to see whether it dies. */
    private void assertItAnswers() throws IOException {
        try (Writer in = process.outputWriter()) {
            in.write("still here\n");
        }
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("still here");
        }
    }

    @Test
    void theRecordedProcessIsKilled() throws Exception {
        record("process", started, boot);
        new ProcessTree(tried).killAll();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(new ProcessTree(tried).killAll()).isTrue();
    }

    @Test
    void aLaterProcessWithTheNumberOfTheRecordedOneLivesOn() throws Exception {
        record("process", started - 1, boot);
        record("supervisor", started - 1, boot);
        assertThat(new Sweeps(Runnable::run).destroy(tried)).isTrue();
        assertItAnswers();
    }

    @Test
    void aNumberRecordedBeforeTheMachineBeganAnewIsNobodys() throws Exception {
        record("process", started, "of-another-boot");
        record("supervisor", started, "of-another-boot");
        assertThat(new Sweeps(Runnable::run).destroy(tried)).isTrue();
        assertThat(new ProcessTree(tried).supervisor()).isEmpty();
        assertItAnswers();
    }
}

package io.c2d.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own, which has no {@code /data} and so publishes its own log alone. */
@Timeout(90)
class WorkerMainTest {
    private static final int SECONDS = 30;

    @TempDir
    Path folder;

    private TestingUploads server;

    @BeforeEach
    void start() throws IOException {
        server = new TestingUploads();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Process begin(String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerMain.class.getName());
        builder.command().addAll(List.of(arguments));
        return builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("printed").toFile())
                .start();
    }

    private String task(int format) throws IOException {
        return Files.writeString(folder.resolve("task.json"), """
                {"format": %d,
                 "step": {"job": "0123456789abcdef0123456789abcdef", "attempt": 2, "stage": 0, "kind": "publish", "try": 1},
                 "outputs": false, "filtered": false, "instances": 1, "logBytes": 1000, "maxOutputBytes": 1000,
                 "upload": {"target": "%s", "token": "5ec7e7"}}
                """.formatted(format, server.target()))
                .toString();
    }

    private static int ended(Process process) throws InterruptedException {
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as("has ended")
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aStepIsDoneAndItsExitCodeIsTheProcesss() throws Exception {
        assertThat(ended(begin("publish", task(1)))).isZero();
        assertThat(server.targets()).containsExactly("publish.log?role=PUBLISH_LOG", "manifest.json?role=PUBLISH_LOG");
        assertThat(ended(begin("publish", task(2)))).isEqualTo(1);
        assertThat(folder.resolve("printed")).content().doesNotContain("5ec7e7");
        assertThat(server.uploads).hasSize(2);
    }

    @Test
    void withoutItsArgumentsItSaysHowItIsUsed() throws Exception {
        assertThat(ended(begin("publish"))).isEqualTo(1);
        assertThat(folder.resolve("printed")).hasContent("usage: WorkerMain stage-in|copy-outputs|publish TASK-FILE");
    }

    @Test
    void sigtermEndsItWhileAServerIsSilent() throws Exception {
        server.answering(TestingUploads.SILENT);
        Process process = begin("publish", task(1));
        try {
            assertThat(server.silent.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            process.destroy();
            assertThat(ended(process)).isEqualTo(143);
            assertThat(server.targets()).containsExactly("publish.log?role=PUBLISH_LOG");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void sigtermEndsItWhileItWaitsForAServerThatIsAway() throws Exception {
        Integer[] busy = new Integer[100];
        Arrays.fill(busy, 503);
        server.answering(busy);
        Process process = begin("publish", task(1));
        try {
            while (server.uploads.size() < 3 && process.isAlive()) {
                LockSupport.parkNanos(1_000_000);
            }
            process.destroy();
            assertThat(ended(process)).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }
}

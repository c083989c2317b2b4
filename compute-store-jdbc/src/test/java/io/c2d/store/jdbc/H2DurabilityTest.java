package io.c2d.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.Environment;
import io.c2d.core.port.StoreUnavailableException;
import io.c2d.testkit.Samples;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class H2DurabilityTest {
    private static final int ACKNOWLEDGED = 300;

    @TempDir
    private Path folder = Path.of("");

    private final Random random = new Random(5);

    private Process startOther() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static JobId readId(BufferedReader lines) throws Exception {
        String line = lines.readLine();
        assertThat(line).isNotNull();
        return new JobId(line);
    }

    @Test
    void everyAcknowledgedJobOutlivesAKilledProcessAndItsLeasesDoNot() throws Exception {
        List<JobId> acknowledged = new ArrayList<>();
        Process other = startOther();
        try (BufferedReader lines = other.inputReader(StandardCharsets.UTF_8)) {
            while (acknowledged.size() < ACKNOWLEDGED) {
                acknowledged.add(readId(lines));
            }
            // By its handle: the process's own method also closes the stream, and with it what is still to be read.
            assertThat(other.toHandle().destroyForcibly()).isTrue();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JobId.parse(line).ifPresent(acknowledged::add);
            }
        }
        assertThat(other.waitFor()).isEqualTo(128 + 9);

        try (JdbcJobStore store = Stores.open(Stores.inFile(folder))) {
            for (JobId id : acknowledged) {
                assertThat(store.get(id).map(Job::version)).contains(2L);
                assertThat(store.history(id)).hasSize(1);
            }
            assertThat(store.renewLease(new EngineId("killed"), Duration.ofHours(1)))
                    .isEmpty();
            EngineId next = EngineId.create(random);
            store.openLease(next, Duration.ofMinutes(5));
            assertThat(store.claim(
                            next,
                            ImmutableMap.of(
                                    "default", Environment.defaults("default").withMaxJobs(1)),
                            100_000))
                    .containsAll(acknowledged);
        }
    }

    @Test
    void aFileThatAnotherProcessHasOpenIsRefused() throws Exception {
        Process other = startOther();
        try (BufferedReader lines = other.inputReader(StandardCharsets.UTF_8)) {
            readId(lines);
            assertRefused(Stores.inFile(folder));
            JdbcSettings shared = Stores.inFile(folder);
            assertRefused(new JdbcSettings(
                    shared.url(), shared.user(), shared.password(), shared.poolSize(), shared.timeLimit(), false));
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void aFileThatThisProcessHasOpenIsRefusedAndLeftAlone() {
        try (JdbcJobStore store = Stores.open(Stores.inFile(folder))) {
            EngineId engine = EngineId.create(random);
            store.openLease(engine, Duration.ofMinutes(5));
            assertRefused(Stores.inFile(folder));
            assertThat(store.renewLease(engine, Duration.ofMinutes(5))).isPresent();
        }
    }

    private void assertRefused(JdbcSettings settings) {
        assertThatThrownBy(() -> Stores.open(settings).close())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the database " + folder.resolve("jobs")
                        + " is in use: only one server at a time can open an H2 file;"
                        + " stop the other one, or give this one its own data.dir");
    }

    @Test
    void closingAndOpeningAgainKeepsEverythingButTheLeases() {
        EngineId engine = EngineId.create(random);
        JobId id;
        String installation;
        Job before;
        try (JdbcJobStore store = Stores.open(Stores.inFile(folder))) {
            store.openLease(engine, Duration.ofHours(1));
            id = store.submit(Samples.submission(Samples.jobId(random), "me", "one", Samples.shell("echo 1")))
                    .job()
                    .orElseThrow();
            assertThat(store.claim(
                            engine,
                            ImmutableMap.of(
                                    "default", Environment.defaults("default").withMaxJobs(1)),
                            10))
                    .containsExactly(id);
            before = store.get(id).orElseThrow();
            installation = store.installation();
        }
        try (JdbcJobStore store = JdbcJobStore.open(Stores.inFile(folder), new Random(999))) {
            assertThat(store.get(id)).contains(before);
            assertThat(store.installation()).isEqualTo(installation);
            assertThat(store.renewLease(engine, Duration.ofHours(1))).isEqualTo(Optional.empty());
        }
    }

    @Test
    void interruptedCallersDoNotCloseTheFileForOthers() throws Exception {
        try (JdbcJobStore store = Stores.open(Stores.inFile(folder))) {
            for (int round = 0; round < 20; round++) {
                JobId id = Samples.jobId(random);
                String agreement = "interrupted " + round;
                Thread caller = new Thread(() -> submitInterrupted(store, id, agreement));
                caller.start();
                caller.join();
                assertThat(store.submit(Samples.submission(
                                        Samples.jobId(random), "me", "after " + round, Samples.shell("echo 1")))
                                .isAccepted())
                        .isTrue();
            }
        }
    }

    private static void submitInterrupted(JdbcJobStore store, JobId id, String agreement) {
        Thread.currentThread().interrupt();
        try {
            store.submit(Samples.submission(id, "me", agreement, Samples.shell("echo 1")));
        } catch (StoreUnavailableException e) {
            // What an interrupted caller gets is its own affair.
        }
    }
}

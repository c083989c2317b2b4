package io.c2d.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.io.ByteStreams;
import io.c2d.client.JobView;
import io.c2d.core.model.JobId;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers in processes of their own that are killed, or asked to end, while jobs are in every phase. */
final class KillAndGoOnTest {
    private static final int MANY = 2_000;
    private static final String MANY_FILES =
            "i=0; while [ $i -lt " + MANY + " ]; do : > $OUTPUTS/f$i; i=$((i+1)); done";
    private static final String ONCE = "ls $OUTPUTS > /tmp/before; echo x >> $OUTPUTS/runs; cp /tmp/before $OUTPUTS";
    private static final String ALGORITHM = "0-algorithm-1";
    private static final String[] SETTINGS = {
        "environments.default.max-jobs=8",
        "environments.narrow.max-jobs=1",
        "environments.filtered.filter=sh /data/outputs/filter.sh",
        "stop.grace=500ms"
    };

    @TempDir
    Path folder = Path.of("");

    @Test
    void everyPhaseOutlivesAServerThatIsKilled() throws Exception {
        try (HeldData data = HeldData.serve()) {
            Jobs jobs;
            try (ServerProcess first = ServerProcess.start(folder, SETTINGS);
                    Caller caller = new Caller(first.address(), folder)) {
                jobs = Jobs.inEveryPhase(caller, data);
                first.kill();
                assertThat(stored(caller, jobs.publishing())).isLessThan(MANY);
                killTry(caller.attempt(jobs.lost()).resolve(ALGORITHM));
            }
            try (ServerProcess second = ServerProcess.start(folder, SETTINGS);
                    Caller caller = new Caller(second.address(), folder)) {
                jobs.assertNoneIsDoneThatDidNotRun(caller);
                jobs.goOn(caller, data);
                jobs.assertEnds(caller);
                Waiting.until("nothing is left on the cluster", () -> isEmpty(folder.resolve("work/jobs")));
                for (JobId job : jobs.all()) {
                    assertThat(TestingProcesses.naming(job.value())).isEmpty();
                }
            }
        }
    }

    /** One job a phase; {@code lost} is one whose algorithm dies with the server. */
    private record Jobs(JobId running, JobId lost, JobId queued, JobId staging, JobId filtering, JobId publishing) {
        static Jobs inEveryPhase(Caller caller, HeldData data) throws Exception {
            JobId running = caller.submit("running", Caller.held(ONCE, "exit 7").environment("narrow"));
            JobId lost = caller.submit("lost", Caller.held(ONCE, ""));
            JobId staging = caller.submit(
                    "staging",
                    Caller.shell("cp /data/inputs/aa/0 $OUTPUTS/copy").input("aa", data.url("held.csv")));
            JobId filtering = caller.submit(
                    "filtering",
                    Caller.shell("cat > $OUTPUTS/filter.sh <<'EOF'\n"
                                    + Caller.heldScript("echo f >> /data/outputs/filtered", "") + "\nEOF\n")
                            .environment("filtered"));
            caller.awaitStatus(running, 40);
            caller.awaitStatus(lost, 40);
            caller.awaitStatus(filtering, 50);
            Waiting.until(
                    "the filter ran",
                    () -> Files.exists(caller.attempt(filtering).resolve("0-filter-1/outputs/filtered")));
            Waiting.until("the download began", () -> data.heldRequests() > 0);
            JobId queued = caller.submit(
                    "queued", Caller.shell("echo x >> $OUTPUTS/runs").environment("narrow"));
            Waiting.until("both ran", () -> wrote(caller, running) && wrote(caller, lost));
            JobId publishing = caller.submit("publishing", Caller.shell(MANY_FILES));
            caller.awaitStatus(publishing, 60);
            assertThat(caller.view(queued).status()).isEqualTo(1);
            assertThat(caller.view(staging).status()).isEqualTo(20);
            return new Jobs(running, lost, queued, staging, filtering, publishing);
        }

        private static boolean wrote(Caller caller, JobId job) {
            return Files.exists(caller.attempt(job).resolve(ALGORITHM).resolve("outputs/before"));
        }

        ImmutableList<JobId> all() {
            return ImmutableList.of(running, lost, queued, staging, filtering, publishing);
        }

        void assertNoneIsDoneThatDidNotRun(Caller caller) throws Exception {
            Waiting.until(
                    "the lost one's second try ran",
                    () -> Files.exists(caller.attempt(lost).resolve("0-algorithm-2/outputs/before")));
            assertThat(caller.view(running).status()).isEqualTo(40);
            assertThat(caller.view(lost).status()).isEqualTo(40);
            assertThat(caller.view(queued).status()).isEqualTo(1);
            assertThat(caller.view(staging).status()).isEqualTo(20);
            assertThat(caller.view(filtering).status()).isEqualTo(50);
        }

        void goOn(Caller caller, HeldData data) throws Exception {
            caller.letGo(running, ALGORITHM);
            caller.letGo(lost, "0-algorithm-2");
            caller.letGo(filtering, "0-filter-1");
            data.release();
        }

        void assertEnds(Caller caller) throws IOException {
            JobView adopted = caller.finish(running);
            assertThat(adopted.outcome()).isEqualTo("algorithmFailed");
            assertThat(adopted.exitCode()).isEqualTo(7);
            assertThat(caller.output(adopted, "runs")).as("it ran once").isEqualTo("x\n");
            JobView again = succeeded(caller, lost);
            assertThat(caller.output(again, "runs")).as("in empty outputs").isEqualTo("x\n");
            assertThat(caller.output(again, "before")).isEmpty();
            assertThat(again.attempt()).as("a further try, not an attempt").isEqualTo(1);
            assertThat(caller.output(succeeded(caller, queued), "runs")).isEqualTo("x\n");
            assertThat(caller.output(succeeded(caller, staging), "copy")).isEqualTo(HeldData.CONTENT);
            assertThat(caller.output(succeeded(caller, filtering), "filtered"))
                    .as("the filter ran once")
                    .isEqualTo("f\n");
            assertThat(succeeded(caller, publishing).outputsUrl()).hasSize(MANY);
        }

        private static JobView succeeded(Caller caller, JobId id) {
            JobView job = caller.finish(id);
            assertThat(job.outcome()).as("%s: %s", job, job.reason()).isEqualTo("succeeded");
            assertThat(job.exitCode()).isZero();
            return job;
        }
    }

    /** How many of a job's outputs are in the artifact folder. */
    private static long stored(Caller caller, JobId job) throws IOException {
        Path outputs = caller.artifacts(job).resolve("1/0-publish-1/outputs");
        if (!Files.exists(outputs)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(outputs)) {
            return files.count();
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    /** Kills a try's supervisor and all of its processes, as a machine's end would. */
    private static void killTry(Path folder) throws Exception {
        ProcessHandle supervisor = recorded(folder.resolve("supervisor"));
        ProcessHandle sandbox = recorded(folder.resolve("process"));
        ImmutableList<ProcessHandle> inside = sandbox.descendants().collect(ImmutableList.toImmutableList());
        supervisor.destroyForcibly();
        sandbox.destroyForcibly();
        inside.forEach(ProcessHandle::destroyForcibly);
        Waiting.until("the supervisor is dead", () -> !supervisor.isAlive());
    }

    private static ProcessHandle recorded(Path file) throws IOException {
        String pid = Splitter.on(' ').splitToList(Files.readString(file)).get(0);
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    @Test
    void aServerThatIsAskedToEndFinishesItsAnswersAndLeavesItsJobs() throws Exception {
        JobId running;
        try (ServerProcess first = ServerProcess.start(folder, SETTINGS);
                Caller caller = new Caller(first.address(), folder)) {
            JobView large = caller.run("large", Caller.shell("head -c 30000000 /dev/zero > $OUTPUTS/large"));
            running = caller.submit("running", Caller.held(ONCE, "exit 7"));
            caller.awaitStatus(running, 40);
            try (InputStream answer = caller.client().open(large.outputsUrl().get(0))) {
                assertThat(answer.readNBytes(1_000)).hasSize(1_000);
                first.terminate();
                Waiting.until("no more connections are taken", () -> isRefused(first));
                assertThat(first.isAlive()).as("an answer is under way").isTrue();
                assertThat(ByteStreams.exhaust(answer)).isEqualTo(30_000_000 - 1_000);
            }
            assertThat(first.awaitEnd()).isEqualTo(128 + 15);
            assertThat(livingLeases()).as("the lease was given back").isZero();
            assertThat(recorded(caller.attempt(running).resolve(ALGORITHM).resolve("supervisor"))
                            .isAlive())
                    .isTrue();
        }
        try (ServerProcess second = ServerProcess.start(folder, SETTINGS);
                Caller caller = new Caller(second.address(), folder)) {
            assertThat(caller.view(running).status()).isEqualTo(40);
            caller.letGo(running, ALGORITHM);
            JobView job = caller.finish(running);
            assertThat(job.exitCode()).isEqualTo(7);
            assertThat(job.attempt()).isEqualTo(1);
            assertThat(caller.output(job, "runs")).isEqualTo("x\n");
        }
    }

    private static boolean isRefused(ServerProcess server) throws IOException {
        int port = server.address().getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        } catch (ConnectException e) {
            return true;
        }
    }

    private long livingLeases() throws SQLException {
        String url = "jdbc:h2:file:" + folder.toAbsolutePath().resolve("jobs");
        try (Connection connection = DriverManager.getConnection(url, "c2d", "");
                Statement statement = connection.createStatement();
                ResultSet count =
                        statement.executeQuery("select count(*) from engines where lease_until > current_timestamp")) {
            count.next();
            return count.getLong(1);
        }
    }
}

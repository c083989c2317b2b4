package io.c2d.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ObjectArrays;
import io.c2d.client.JobView;
import io.c2d.core.model.JobId;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one machine, with one PostgreSQL and one data folder. */
final class TwoServersTest {
    private static final String ONCE = "echo x >> $OUTPUTS/runs";
    private static final String[] MORE = {"environments.default.max-jobs=8", "stop.grace=500ms"};

    @TempDir
    Path folder = Path.of("");

    private final String[] settings = ObjectArrays.concat(TestingPostgres.settings(), MORE, String.class);
    private ServerProcess first;
    private ServerProcess second;

    @BeforeEach
    void start() {
        CompletableFuture<ServerProcess> beside = CompletableFuture.supplyAsync(this::startOne);
        first = startOne();
        second = beside.join();
    }

    private ServerProcess startOne() {
        try {
            return ServerProcess.start(folder, settings);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void end() {
        first.close();
        second.close();
    }

    private Caller at(ServerProcess server) {
        return new Caller(server.address(), folder);
    }

    /** Jobs that run until they are let go, some owned by each server. */
    private static ImmutableList<JobId> running(Caller one, Caller other, String name) throws Exception {
        ImmutableList.Builder<JobId> jobs = ImmutableList.builder();
        for (int i = 0; i < 4; i++) {
            Caller caller = i % 2 == 0 ? one : other;
            jobs.add(caller.submit(name + i, Caller.held(ONCE, "exit " + i)));
        }
        for (JobId job : jobs.build()) {
            one.awaitStatus(job, 40);
            Waiting.until("it ran", () -> Files.exists(one.attempt(job).resolve("0-algorithm-1/outputs/runs")));
        }
        return jobs.build();
    }

    private void endAll(Caller caller, ImmutableList<JobId> jobs) throws Exception {
        for (JobId job : jobs) {
            caller.letGo(job, "0-algorithm-1");
        }
        for (int i = 0; i < jobs.size(); i++) {
            JobView job = caller.finish(jobs.get(i));
            assertThat(job.exitCode()).as("%s", job).isEqualTo(i);
            assertThat(job.outcome()).isEqualTo(i == 0 ? "succeeded" : "algorithmFailed");
            assertThat(caller.output(job, "runs")).as("it ran once").isEqualTo("x\n");
        }
        Waiting.until("nothing is left on the cluster", this::isClusterEmpty);
    }

    private boolean isClusterEmpty() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("work/jobs"))) {
            return files.findAny().isEmpty();
        }
    }

    @Test
    void aKilledServersJobsGoOnAtTheOther() throws Exception {
        try (Caller one = at(first);
                Caller other = at(second)) {
            ImmutableList<JobId> jobs = running(one, other, "killed");
            first.kill();
            endAll(other, jobs);
            assertThat(TestingPostgres.livingEngines(settings)).isEqualTo(1);
        }
    }

    @Test
    void aServerThatEndsInOrderGivesItsJobsBackAtOnce() throws Exception {
        try (Caller one = at(first);
                Caller other = at(second)) {
            ImmutableList<JobId> jobs = running(one, other, "ended");
            first.terminate();
            assertThat(first.awaitEnd()).isEqualTo(128 + 15);
            assertThat(TestingPostgres.livingEngines(settings)).isEqualTo(1);
            endAll(other, jobs);
        }
    }

    @Test
    void aServerThatWasPausedForLongerThanItsLeaseDisturbsNobody() throws Exception {
        try (Caller one = at(first);
                Caller other = at(second)) {
            ImmutableList<JobId> jobs = running(one, other, "paused");
            first.signal("STOP");
            Waiting.until("its lease ran out", () -> TestingPostgres.livingEngines(settings) == 1);
            endAll(other, jobs);
            first.signal("CONT");
            Waiting.until("it begins anew", () -> TestingPostgres.livingEngines(settings) == 2);
            assertThat(other.run("later", Caller.shell(ONCE)).outcome()).isEqualTo("succeeded");
            assertThat(one.run("later still", Caller.shell(ONCE)).outcome()).isEqualTo("succeeded");
            for (int i = 0; i < jobs.size(); i++) {
                assertThat(one.view(jobs.get(i)).exitCode()).isEqualTo(i);
            }
        }
    }

    @Test
    void aWishAtOneServerReachesTheOthersJob() throws Exception {
        try (Caller one = at(first);
                Caller other = at(second)) {
            for (JobId job : running(one, other, "wished")) {
                one.client().stop(job);
                assertThat(other.finish(job).outcome()).isEqualTo("stopped");
            }
        }
    }

    @Test
    void aDatabaseThatHangsForLongerThanALeaseHangsNoCallerAndFailsNoJob() throws Exception {
        try (Caller one = at(first);
                Caller other = at(second)) {
            ImmutableList<JobId> jobs = running(one, other, "hung");
            TestingPostgres.signal("STOP");
            try {
                List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    answers.add(one.sendLater("GET", "/api/v1/compute?jobId=" + jobs.get(0)));
                }
                for (CompletableFuture<HttpResponse<String>> answer : answers) {
                    HttpResponse<String> response = answer.get(60, TimeUnit.SECONDS);
                    assertThat(response.statusCode()).isEqualTo(503);
                    assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
                }
                assertThat(one.send("GET", "/health/live", "").statusCode()).isEqualTo(200);
                Waiting.until(
                        "the leases ran out",
                        () -> one.send("GET", "/health/ready", "").body().contains("holds no lease"));
            } finally {
                TestingPostgres.signal("CONT");
            }
            endAll(other, jobs);
            assertThat(one.run("later", Caller.shell(ONCE)).outcome()).isEqualTo("succeeded");
        }
    }

    @Test
    void whatBreaksOffAllSessionsOfTheDatabaseFailsNoJob() throws Exception {
        try (Caller one = at(first);
                Caller other = at(second)) {
            ImmutableList<JobId> jobs = running(one, other, "cut");
            TestingPostgres.endSessions();
            endAll(other, jobs);
            assertThat(one.run("later", Caller.shell(ONCE)).outcome()).isEqualTo("succeeded");
        }
    }
}

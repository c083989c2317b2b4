package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.k8s.simulator.Calls.Call;
import io.c2d.k8s.simulator.Faults;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole jobs by the real engine. */
final class EngineOnKubernetesTest {
    /** The most calls of a job of three steps. */
    private static final int MOST_CALLS = 20;

    @AutoClose
    private final EngineWorld world = new EngineWorld();

    @Test
    void aJobSucceedsAndLeavesNothingBehind() {
        Job job = world.end(world.submit("sleep 2"));
        assertThat(job.outcome()).contains(Outcome.SUCCEEDED);
        world.pass(Duration.ofSeconds(5));
        assertThat(world.kubernetes().names()).isEmpty();
    }

    @Test
    void aJobOfThreeStepsTakesTwentyCallsAtMost() {
        world.kubernetes().calls().clear();
        Job job = world.end(world.submit("sleep 30"));
        assertThat(job.outcome()).contains(Outcome.SUCCEEDED);
        assertThat(callsOfJobs()).hasSizeLessThanOrEqualTo(MOST_CALLS);
    }

    /** Watches are the server's, and stay open for many jobs. */
    private List<String> callsOfJobs() {
        return world.kubernetes().calls().all().stream()
                .filter(call -> !call.verb().equals("watch"))
                .map(Call::toString)
                .toList();
    }

    @Test
    void noCallIsMadeWhileNothingChanges() {
        JobId id = world.submit("sleep 1000");
        world.await(() -> world.job(id).status() == JobStatus.RUNNING);
        world.pass(Duration.ofSeconds(5));
        world.kubernetes().calls().clear();
        world.pass(Duration.ofMinutes(2));
        assertThat(world.kubernetes().calls().all()).isEmpty();
    }

    @Test
    void aFailingAlgorithmIsNoSuccess() {
        Job job = world.end(world.submit("exit 3"));
        assertThat(job.outcome()).contains(Outcome.ALGORITHM_FAILED);
        assertThat(job.attempt().exitCode()).isEqualTo(3);
    }

    @Test
    void aDrainedAlgorithmIsTriedAgain() {
        JobId id = world.submit("trap 0\nsleep 20");
        world.await(() -> world.job(id).status() == JobStatus.RUNNING);
        String pod =
                Names.pod(Objects.requireNonNull(world.job(id).attempt().step()).id(), 0);
        world.kubernetes().drain(world.kubernetes().pod(pod).orElseThrow());
        assertThat(world.end(id).outcome()).contains(Outcome.SUCCEEDED);
        assertThat(world.kubernetes().started().stream().filter(c -> c.contains("algorithm")))
                .hasSize(2);
        world.pass(Duration.ofSeconds(5));
        assertThat(world.kubernetes().names()).isEmpty();
    }

    @Test
    void aStopOfARunningJobPublishesAndLeavesNothing() {
        JobId id = world.submit("sleep 1000");
        world.await(() -> world.job(id).status() == JobStatus.RUNNING);
        world.engine().stop(id);
        assertThat(world.end(id).outcome()).contains(Outcome.STOPPED);
        world.pass(Duration.ofSeconds(5));
        assertThat(world.kubernetes().names()).isEmpty();
    }

    @Test
    void jobsAreGivenBackWhereTheClusterIsNotReachedAlthoughTheCacheAnswers() {
        JobId ends = world.submit("sleep 5");
        JobId runs = world.submit("sleep 1000");
        world.await(() ->
                world.job(ends).status() == JobStatus.RUNNING && world.job(runs).status() == JobStatus.RUNNING);
        world.kubernetes().faults(Faults.unreachable());
        world.await(() -> !world.engine().attends(ends) && !world.engine().attends(runs));
        world.kubernetes().faults(Faults.none());
        assertThat(world.end(ends).outcome()).contains(Outcome.SUCCEEDED);
    }

    /** {@code -Dk8s.seeds=200} runs more, {@code -Dk8s.seed=7} runs one again. */
    static LongStream seeds() {
        Long one = Long.getLong("k8s.seed");
        return one != null ? LongStream.of(one) : LongStream.rangeClosed(1, Long.getLong("k8s.seeds", 10));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverTheNetworkDoesEachJobEndsRightAndRunsOnce(long seed) {
        world.kubernetes().faults(Faults.seeded(seed, 15));
        JobId good = world.submit("sleep 3");
        JobId bad = world.submit("exit 3");
        JobId stopped = world.submit("sleep 1000");
        world.await(() -> world.job(stopped).status() == JobStatus.RUNNING);
        world.engine().stop(stopped);
        assertThat(world.end(good).outcome()).as("seed %s", seed).contains(Outcome.SUCCEEDED);
        assertThat(world.end(bad).outcome()).as("seed %s", seed).contains(Outcome.ALGORITHM_FAILED);
        assertThat(world.end(stopped).outcome()).as("seed %s", seed).contains(Outcome.STOPPED);
        world.kubernetes().faults(Faults.none());
        world.pass(Duration.ofSeconds(5));
        assertThat(world.kubernetes().names()).as("seed %s", seed).isEmpty();
        List<String> names = new ArrayList<>();
        world.kubernetes().started().forEach(c -> names.add(c.substring(c.indexOf('/'))));
        assertThat(names).as("seed %s", seed).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whenServersDieAtAnyMomentEachJobEndsRightAndRunsOnce(long seed) {
        Random random = new Random(seed);
        world.kubernetes().faults(Faults.seeded(seed, 5));
        JobId good = world.submit("sleep 20");
        JobId bad = world.submit("exit 3");
        for (int i = 0; i < 3; i++) {
            world.pass(Duration.ofMillis(50L * random.nextInt(100)));
            world.crash();
        }
        assertThat(world.end(good).outcome()).as("seed %s", seed).contains(Outcome.SUCCEEDED);
        assertThat(world.end(bad).outcome()).as("seed %s", seed).contains(Outcome.ALGORITHM_FAILED);
        world.kubernetes().faults(Faults.none());
        world.pass(Duration.ofSeconds(5));
        assertThat(world.kubernetes().names()).as("seed %s", seed).isEmpty();
        List<String> names = new ArrayList<>();
        world.kubernetes().started().forEach(c -> names.add(c.substring(c.indexOf('/'))));
        assertThat(names).as("seed %s", seed).doesNotHaveDuplicates();
    }

    @Test
    void theRoleHasTheVerbsInUseAndNoOther() throws Exception {
        JobId good = world.submit("sleep 1");
        JobId stopped = world.submit("sleep 1000");
        world.await(() -> world.job(stopped).status() == JobStatus.RUNNING);
        Job running = world.job(stopped);
        try (InputStream log = world.logs(running)) {
            assertThat(log).isNotNull();
        }
        world.engine().stop(stopped);
        world.end(good);
        world.end(stopped);
        world.adoptEverything();
        assertThat(world.isolationFaults()).hasSize(1);
        Set<String> used = new TreeSet<>();
        for (Call call : world.kubernetes().calls().kinds()) {
            if (!call.resource().equals("version")) {
                used.add(call.toString());
            }
        }
        assertThat(granted()).isEqualTo(used);
    }

    private static Set<String> granted() throws Exception {
        Path file = Path.of("..", "deploy", "kubernetes", "environment", "role.yaml");
        Role role = Serialization.unmarshal(Files.readString(file), Role.class);
        Set<String> granted = new TreeSet<>();
        for (PolicyRule rule : role.getRules()) {
            boolean policies = rule.getResources().equals(List.of("networkpolicies"));
            assertThat(rule.getApiGroups()).containsExactly(policies ? "networking.k8s.io" : "");
            for (String resource : rule.getResources()) {
                rule.getVerbs().forEach(verb -> granted.add(verb + " " + resource));
            }
        }
        return granted;
    }
}

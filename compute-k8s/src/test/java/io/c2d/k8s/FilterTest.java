package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.c2d.core.model.Job;
import io.c2d.core.model.Outcome;
import io.c2d.core.port.Environment;
import org.junit.jupiter.api.Test;

/** An operator's filter, from its line to the job's outcome. */
final class FilterTest {
    private static KubernetesEnvironment filteredBy(String line) {
        return KubernetesEnvironment.in(
                Fixture.NAMESPACE,
                Environment.defaults("default").withLimits(Fixture.LIMITS).withFilter(line));
    }

    @Test
    void aFilterRunsBetweenTheAlgorithmAndPublish() {
        try (EngineWorld world = new EngineWorld(filteredBy("exit 0"))) {
            assertThat(world.end(world.submit("exit 0")).outcome()).contains(Outcome.SUCCEEDED);
            assertThat(world.kubernetes().started().stream()
                            .map(c -> c.replaceAll(".*-0-", "").replaceAll("-\\d/", "/")))
                    .containsExactly("stage-in/step", "algorithm/step", "filter/copy", "filter/step", "publish/step");
        }
    }

    @Test
    void aFilterThatFailsIsTold() {
        try (EngineWorld world = new EngineWorld(filteredBy("exit 4"))) {
            Job job = world.end(world.submit("exit 0"));
            assertThat(job.outcome()).contains(Outcome.FILTER_FAILED);
            assertThat(job.attempt().reason()).contains("4");
        }
    }

    @Test
    void aCopyThatFailsIsAFilterThatFails() {
        try (EngineWorld world = new EngineWorld(filteredBy("exit 0"))) {
            world.kubernetes().worker("copy-outputs", 5, "{\"format\":1,\"message\":\"too many files\"}");
            Job job = world.end(world.submit("exit 0"));
            assertThat(job.outcome()).contains(Outcome.FILTER_FAILED);
            assertThat(job.attempt().reason()).isEqualTo("too many files");
        }
    }
}

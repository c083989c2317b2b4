package io.c2d.client;

import static io.c2d.client.TestingServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AwaitTest extends ClientFixture {
    private TestingServer.Reply seen(int status, String more) {
        return json(200, "[" + view(JOB, status, more) + "]");
    }

    @Test
    void tellsEachChangeOnceAndReturnsTheFinishedJob() {
        server.replies(
                seen(1, ""),
                seen(40, ""),
                seen(40, ""),
                seen(40, ""),
                seen(70, ",\"dateFinished\":1700000000,\"outcome\":\"succeeded\""));
        List<Integer> told = new ArrayList<>();
        JobView done = client.await(JOB, Duration.ofHours(1), job -> told.add(job.status()));
        assertThat(done.isSuccessful()).isTrue();
        assertThat(told).containsExactly(1, 40, 70);
        assertThat(time.pauses())
                .containsExactly(
                        Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(300), Duration.ofMillis(450));
        assertThat(server.requests()).hasSize(5).allSatisfy(this::assertSigned);
    }

    @Test
    void looksLessAndLessOftenButAtLeastEveryFifteenSeconds() {
        server.replies(seen(40, ""));
        JobNotFinishedException e =
                catchThrowableOfType(JobNotFinishedException.class, () -> client.await(JOB, Duration.ofMinutes(10)));
        assertThat(e.lastSeen()).map(JobView::status).contains(40);
        assertThat(time.read()).isEqualTo(Duration.ofMinutes(10).toNanos());
        assertThat(time.pauses()).allSatisfy(p -> assertThat(p).isLessThanOrEqualTo(Duration.ofSeconds(15)));
        assertThat(server.requests()).hasSizeLessThan(60);
    }

    @Test
    void outagesAreSatOut() {
        server.replies(
                seen(40, ""),
                json(503, "", "Retry-After", "61"),
                json(502, ""),
                seen(70, ",\"dateFinished\":1700000000"));
        assertThat(client.await(JOB, Duration.ofHours(1)).status()).isEqualTo(70);
        assertThat(time.pauses()).contains(Duration.ofSeconds(61));
    }

    @Test
    void anOutageUntilTheEndIsTheCause() {
        server.replies(json(503, ""));
        JobNotFinishedException e =
                catchThrowableOfType(JobNotFinishedException.class, () -> client.await(JOB, Duration.ofSeconds(20)));
        assertThat(e.lastSeen()).isEmpty();
        assertThat(e).hasCauseInstanceOf(ComputeClientException.class);
    }

    @Test
    void aJobThatIsNotThereIsNotWaitedFor() {
        server.replies(json(200, "[]"));
        assertThatThrownBy(() -> client.await(JOB, Duration.ofHours(1)))
                .isInstanceOfSatisfying(
                        ComputeClientException.class,
                        e -> assertThat(e.kind()).isEqualTo(ComputeClientException.Kind.NOT_FOUND));
        assertThat(time.pauses()).isEmpty();
    }
}

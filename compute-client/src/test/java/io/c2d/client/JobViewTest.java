package io.c2d.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StopRequest;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobViewTest {
    private static final String ID = "019357f0a1b27c3d8e4f5a6b7c8d9e0f";

    private static JobView read(String more) {
        return new JobViewReader("GET /x", URI.create("http://127.0.0.1:1"))
                .readAll("[{\"jobId\":\"" + ID + "\",\"status\":70" + more + "}]")
                .get(0);
    }

    @Test
    void readsEveryField() {
        JobView job = read(",\"owner\":\"0x1111\",\"agreementId\":\"0x2222\",\"dateCreated\":1601514000,"
                + "\"dateFinished\":1601514001,\"statusText\":\"Job completed\","
                + "\"configlogUrl\":\"http://h/c?sig=1\",\"publishlogUrl\":\"http://h/p?sig=2\","
                + "\"algologUrl\":\"/a?sig=3\",\"outputsUrl\":[\"http://h/o/0?sig=4\",\"http://h/o/1?sig=5\"],"
                + "\"resultsDid\":\"did:op:1\",\"stopreq\":2,\"removed\":1,\"outcome\":\"timedOut\",\"exitCode\":137,"
                + "\"reason\":\"too long\",\"attempt\":2,\"stage\":0,\"colour\":{\"red\":1}");
        assertThat(job.owner()).isEqualTo("0x1111");
        assertThat(job.agreementId()).isEqualTo("0x2222");
        assertThat(job.dateCreated()).isEqualTo(Instant.parse("2020-10-01T01:00:00Z"));
        assertThat(job.finished()).contains(Instant.parse("2020-10-01T01:00:01Z"));
        assertThat(job.knownStatus()).contains(JobStatus.COMPLETED);
        assertThat(job.statusText()).isEqualTo("Job completed");
        assertThat(job.configureLog()).contains(URI.create("http://h/c?sig=1"));
        assertThat(job.publishLog()).contains(URI.create("http://h/p?sig=2"));
        assertThat(job.algorithmLog()).contains(URI.create("http://127.0.0.1:1/a?sig=3"));
        assertThat(job.outputsUrl())
                .containsExactly(URI.create("http://h/o/0?sig=4"), URI.create("http://h/o/1?sig=5"));
        assertThat(job.resultsDid()).isEqualTo("did:op:1");
        assertThat(job.knownStopRequest()).contains(StopRequest.MAXTIME);
        assertThat(job.removed()).isTrue();
        assertThat(job.knownOutcome()).contains(Outcome.TIMED_OUT);
        assertThat(job.exitCode()).isEqualTo(137);
        assertThat(job.reason()).isEqualTo("too long");
        assertThat(job.attempt()).isEqualTo(2);
        assertThat(job.stage()).isEqualTo(0);
        assertThat(job.further()).containsOnlyKeys("colour");
        assertThat(job.isFinished()).isTrue();
        assertThat(job.isSuccessful()).isFalse();
        assertThat(job.toString()).doesNotContain("sig");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "1601514000|2020-10-01T01:00:00Z",
                "\"1601514000\"|2020-10-01T01:00:00Z",
                "1601514000.25|2020-10-01T01:00:00.250Z",
                "\"1601514000.123456789012\"|2020-10-01T01:00:00.123456789Z",
                "1.601514e9|2020-10-01T01:00:00Z",
                "\"2020-10-01T01:00:00Z\"|2020-10-01T01:00:00Z",
                "\"2020-10-01T03:00:00.5+02:00\"|2020-10-01T01:00:00.500Z",
                "0|1970-01-01T00:00:00Z",
            })
    void readsDatesInEveryForm(String wire, Instant expected) {
        assertThat(read(",\"dateCreated\":" + wire).dateCreated()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\""})
    void noDateIsNoDate(String wire) {
        assertThat(read(",\"dateFinished\":" + wire).finished()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e300", "1e-300", "true", "\"yesterday\"", "\"2020-10-01\"", "\"99999999999999\""})
    void whatIsNoDateIsAnUnexpectedAnswer(String wire) {
        assertThatThrownBy(() -> read(",\"dateCreated\":" + wire))
                .isInstanceOfSatisfying(
                        ComputeClientException.class,
                        e -> assertThat(e.kind()).isEqualTo(ComputeClientException.Kind.UNEXPECTED_ANSWER));
    }

    @Test
    void unknownNumbersAndNamesAreKept() {
        JobView job = new JobViewReader("GET /x", URI.create("http://h"))
                .readAll("[{\"jobId\":\"" + ID + "\",\"status\":77,\"outcome\":\"evaporated\",\"stopreq\":9}]")
                .get(0);
        assertThat(job.status()).isEqualTo(77);
        assertThat(job.knownStatus()).isEmpty();
        assertThat(job.outcome()).isEqualTo("evaporated");
        assertThat(job.knownOutcome()).isEmpty();
        assertThat(job.stopreq()).isEqualTo(9);
        assertThat(job.isFinished()).isFalse();
    }

    @Test
    void failedProvisioningIsAnEndToo() {
        JobView job = new JobViewReader("GET /x", URI.create("http://h"))
                .readAll("[{\"jobId\":\"" + ID + "\",\"status\":31}]")
                .get(0);
        assertThat(job.isFinished()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[1]", "[{}]", "[{\"jobId\":\"3333\",\"status\":1}]", "<html>", ""})
    void anythingElseIsAnUnexpectedAnswer(String body) {
        JobViewReader reader = new JobViewReader("GET /x", URI.create("http://h"));
        assertThatThrownBy(() -> reader.readAll(body))
                .isInstanceOf(ComputeClientException.class)
                .hasMessageStartingWith("GET /x: ");
    }
}

package io.c2d.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.c2d.core.json.JobStatusCodec.Dates;
import io.c2d.core.json.JobStatusCodec.Links;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StopRequest;
import io.c2d.core.model.Submission;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JobStatusCodecTest {
    private static final Instant CREATED = Instant.parse("2020-10-01T01:00:00.999Z");

    private static Job job() {
        String workflow = """
                {"stages":[{"input":[],"algorithm":{"rawcode":"x","container":{"image":"sh","entrypoint":"sh"}}}]}""";
        return Job.create(
                new JobId("ab".repeat(16)),
                new Submission(new Owner("0x22"), "111", WorkflowCodec.read(workflow), "default", CREATED));
    }

    @Test
    void everyFieldOfTheSeedIsThereFromTheBeginning() {
        assertThat(JobStatusCodec.write(job(), Links.NONE, Dates.UNIX).toString())
                .isEqualTo("{\"owner\":\"0x22\",\"agreementId\":\"111\",\"jobId\":\"" + "ab".repeat(16)
                        + "\",\"dateCreated\":1601514000,\"dateFinished\":null,\"status\":1,"
                        + "\"statusText\":\"Warming up\",\"configlogUrl\":null,\"publishlogUrl\":null,"
                        + "\"algologUrl\":null,\"outputsUrl\":[],\"resultsDid\":\"\",\"stopreq\":0,\"removed\":0,"
                        + "\"outcome\":null,\"exitCode\":null,\"reason\":null,\"attempt\":1,\"stage\":0}");
    }

    @Test
    void aFinishedJobTellsHowItWentAndWhereItsResultsAre() {
        Instant end = CREATED.plusSeconds(10);
        Job job = job();
        Attempt ended = job.attempt().toBuilder()
                .finish(JobStatus.COMPLETED, Outcome.STOPPED, "stopped by its owner", end)
                .build();
        Job stopped = job.with(ended, job.wishes().withStop(StopRequest.CALLED, end));
        assertThat(JobStatusCodec.write(stopped, new Links("c", "p", "a", ImmutableList.of("o1", "o2")), Dates.ISO)
                        .toString())
                .contains(
                        "\"dateCreated\":\"2020-10-01T01:00:00Z\",\"dateFinished\":\"2020-10-01T01:00:10Z\"",
                        "\"status\":70,\"statusText\":\"Job completed\",\"configlogUrl\":\"c\",\"publishlogUrl\":\"p\","
                                + "\"algologUrl\":\"a\",\"outputsUrl\":[\"o1\",\"o2\"],\"resultsDid\":\"\",\"stopreq\":1",
                        "\"outcome\":\"stopped\",\"exitCode\":null,\"reason\":\"stopped by its owner\"");
    }

    @Test
    void theRedactedFormKeepsTheFieldsAndHidesWhoseItIs() {
        assertThat(JobStatusCodec.writeRedacted(job(), Dates.UNIX).toString())
                .startsWith("{\"owner\":null,\"agreementId\":null,\"jobId\":\"" + "ab".repeat(16)
                        + "\",\"dateCreated\":1601514000,\"dateFinished\":null,\"status\":1,"
                        + "\"statusText\":\"Warming up\"")
                .doesNotContain("0x22", "111");
    }
}

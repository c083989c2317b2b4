package io.c2d.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.JobId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads status objects: strictly in what names the job, its phase and dates, leniently in everything else. */
final class JobViewReader {
    private static final ImmutableSet<String> KNOWN = ImmutableSet.of(
            "owner",
            "agreementId",
            "jobId",
            "dateCreated",
            "dateFinished",
            "status",
            "statusText",
            "configlogUrl",
            "publishlogUrl",
            "algologUrl",
            "outputsUrl",
            "resultsDid",
            "stopreq",
            "removed",
            "outcome",
            "exitCode",
            "reason",
            "attempt",
            "stage");

    private final String what;
    private final URI base;

    /**
     * A reader of one answer.
     *
     * @param what the request, for messages
     * @param base what relative links are relative to
     */
    JobViewReader(String what, URI base) {
        this.what = what;
        this.base = base;
    }

    ImmutableList<JobView> readAll(String body) {
        JsonNode array = json(body, what);
        if (!array.isArray()) {
            throw unexpected("the answer is no array of status objects", null);
        }
        ImmutableList.Builder<JobView> jobs = ImmutableList.builder();
        for (JsonNode job : array) {
            jobs.add(read(job));
        }
        return jobs.build();
    }

    /** The answer's JSON; what the parser says about a broken one may quote it and is left out. */
    static JsonNode json(String body, String what) {
        try {
            return StrictJson.read(body);
        } catch (ComputeException e) {
            throw new ComputeClientException(
                    ComputeClientException.Kind.UNEXPECTED_ANSWER, what + ": the answer is not JSON as the API has it");
        }
    }

    private JobView read(JsonNode job) {
        if (!job.isObject()) {
            throw unexpected("a status object is an object", null);
        }
        try {
            return new JobView(
                    text(job, "owner"),
                    text(job, "agreementId"),
                    jobId(job),
                    WireDate.read(job.path("dateCreated")),
                    WireDate.read(job.path("dateFinished")),
                    status(job),
                    orEmpty(text(job, "statusText")),
                    link(job.path("configlogUrl")),
                    link(job.path("publishlogUrl")),
                    link(job.path("algologUrl")),
                    links(job.path("outputsUrl")),
                    orEmpty(text(job, "resultsDid")),
                    orZero(integer(job, "stopreq")),
                    flag(job, "removed"),
                    text(job, "outcome"),
                    integer(job, "exitCode"),
                    text(job, "reason"),
                    integer(job, "attempt"),
                    integer(job, "stage"),
                    further(job));
        } catch (IllegalArgumentException e) {
            throw unexpected(String.valueOf(e.getMessage()), e);
        }
    }

    private static JobId jobId(JsonNode job) {
        return Optional.ofNullable(text(job, "jobId"))
                .flatMap(JobId::parse)
                .orElseThrow(() -> new IllegalArgumentException("a status object has a jobId of 32 hex digits"));
    }

    private static int status(JsonNode job) {
        Integer status = integer(job, "status");
        if (status == null) {
            throw new IllegalArgumentException("a status object has a status, a number");
        }
        return status;
    }

    private static @Nullable String text(JsonNode job, String name) {
        JsonNode value = job.path(name);
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }

    private static @Nullable Integer integer(JsonNode job, String name) {
        JsonNode value = job.path(name);
        if (value.isIntegralNumber() && value.canConvertToInt()) {
            return value.intValue();
        }
        if (value.isTextual() && value.textValue().matches("-?[0-9]{1,9}")) {
            return Integer.valueOf(value.textValue());
        }
        return null;
    }

    private static boolean flag(JsonNode job, String name) {
        return job.path(name).asBoolean() || orZero(integer(job, name)) == 1;
    }

    private ImmutableList<URI> links(JsonNode array) {
        ImmutableList.Builder<URI> links = ImmutableList.builder();
        for (JsonNode element : array) {
            URI link = link(element);
            if (link != null) {
                links.add(link);
            }
        }
        return links.build();
    }

    private @Nullable URI link(JsonNode node) {
        if (!node.isTextual() || node.textValue().isEmpty()) {
            return null;
        }
        try {
            return base.resolve(new URI(node.textValue()));
        } catch (URISyntaxException e) {
            // Neither the text nor the cause: both hold the link.
            throw new IllegalArgumentException("a link in the status object is no URL", null);
        }
    }

    private static ImmutableMap<String, JsonNode> further(JsonNode job) {
        ImmutableMap.Builder<String, JsonNode> further = ImmutableMap.builder();
        for (Map.Entry<String, JsonNode> field : job.properties()) {
            if (!KNOWN.contains(field.getKey())) {
                further.put(field);
            }
        }
        return further.buildOrThrow();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    private ComputeClientException unexpected(String sentence, @Nullable Throwable cause) {
        return new ComputeClientException(ComputeClientException.Kind.UNEXPECTED_ANSWER, what + ": " + sentence, cause);
    }
}

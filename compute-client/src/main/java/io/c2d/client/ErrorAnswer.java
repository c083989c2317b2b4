package io.c2d.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.google.common.collect.ImmutableList;
import io.c2d.client.ComputeClientException.Kind;
import io.c2d.client.ComputeClientException.Refusal;
import io.c2d.core.model.Fault;
import io.c2d.core.model.JobId;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what an answer of 4xx or 5xx says (DESIGN section 7, "Errors"); one without a body of ours gets its status alone. */
final class ErrorAnswer {
    private static final int MAX_SENTENCE = 500;
    private static final int MAX_DETAILS = 100;
    private static final long MAX_RETRY_SECONDS = 366L * 24 * 3_600;

    private final InstantSource clock;

    /**
     * A reader.
     *
     * @param clock what a {@code Retry-After} with a date is counted from
     */
    ErrorAnswer(InstantSource clock) {
        this.clock = clock;
    }

    /** The exception that an answer means. */
    ComputeClientException read(String what, Transport.Answer answer) {
        JsonNode body = json(what, answer);
        String code = text(body.path("code"));
        String sentence = text(body.path("error"));
        String message = what + ": " + answer.status()
                + (code == null ? "" : " " + code)
                + (sentence == null ? "" : ": " + sentence);
        Refusal refusal = new Refusal(
                answer.status(),
                code,
                details(body.path("details")),
                jobId(body),
                retryAfter(answer.headers()).orElse(null));
        return new ComputeClientException(kind(answer.status()), message, refusal, null);
    }

    private static Kind kind(int status) {
        return switch (status) {
            case 401 -> Kind.UNAUTHENTICATED;
            case 403 -> Kind.FORBIDDEN;
            case 404 -> Kind.NOT_FOUND;
            case 409 -> Kind.CONFLICT;
            case 410 -> Kind.GONE;
            case 422 -> Kind.KEY_REUSED;
            case 429 -> Kind.TOO_MANY_REQUESTS;
            default ->
                status >= 500 ? Kind.SERVER_FAILED : status >= 400 ? Kind.INVALID_REQUEST : Kind.UNEXPECTED_ANSWER;
        };
    }

    private static JsonNode json(String what, Transport.Answer answer) {
        try {
            return JobViewReader.json(answer.body(), what);
        } catch (ComputeClientException notOurs) {
            return MissingNode.getInstance();
        }
    }

    private static ImmutableList<Fault> details(JsonNode array) {
        ImmutableList.Builder<Fault> details = ImmutableList.builder();
        for (int i = 0; i < Math.min(array.size(), MAX_DETAILS); i++) {
            String pointer = array.path(i).path("pointer").asText("");
            String message = text(array.path(i).path("message"));
            details.add(new Fault(pointer, message == null ? "" : message));
        }
        return details.build();
    }

    private static @Nullable JobId jobId(JsonNode body) {
        return JobId.parse(body.path("jobId").asText("")).orElse(null);
    }

    /** A text in one line, not too long for a log. */
    private static @Nullable String text(JsonNode node) {
        if (!node.isTextual() || node.textValue().isEmpty()) {
            return null;
        }
        String line = node.textValue().replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= MAX_SENTENCE ? line : line.substring(0, MAX_SENTENCE) + "…";
    }

    /** RFC 9110, 10.2.3: seconds or a date. */
    private Optional<Duration> retryAfter(HttpHeaders headers) {
        String value = headers.firstValue("Retry-After").orElse("").strip();
        if (value.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Math.min(Long.parseLong(value), MAX_RETRY_SECONDS)));
        }
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            ZonedDateTime at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration length = Duration.between(clock.instant(), at);
            return Optional.of(length.isNegative() ? Duration.ZERO : length);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}

package io.c2d.core.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Attempt;
import io.c2d.core.model.Job;
import io.c2d.core.model.Outcome;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The status object (seed, "Status object"). Every field of the seed is always there: unknown is {@code null},
 * {@code outputsUrl} {@code []}, {@code resultsDid} {@code ""}; {@code outcome}, {@code exitCode}, {@code reason},
 * {@code attempt} and {@code stage} are ours. Thread-safe.
 */
public final class JobStatusCodec {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JobStatusCodec() {}

    /** How instants are written. */
    public enum Dates {
        /** Whole Unix seconds, as the seed's list of fields says. */
        UNIX,
        /** ISO-8601 in UTC, whole seconds, as the seed's example has it. */
        ISO
    }

    /**
     * What a caller may fetch; absolute URLs.
     *
     * @param configlog stage-in's log, {@code null} where it may not or there is none
     * @param publishlog filter's and publish's log, likewise
     * @param algolog the algorithm's log, likewise
     * @param outputs the algorithm's outputs, in the manifest's order
     */
    public record Links(
            @Nullable String configlog,
            @Nullable String publishlog,
            @Nullable String algolog,
            ImmutableList<String> outputs) {
        /** Nothing. */
        public static final Links NONE = new Links(null, null, null, ImmutableList.of());
    }

    /** The whole object. */
    public static ObjectNode write(Job job, Links links, Dates dates) {
        Attempt attempt = job.attempt();
        ObjectNode node = NODES.objectNode();
        node.put("owner", job.submission().owner().text());
        node.put("agreementId", job.submission().agreementId());
        node.put("jobId", job.id().value());
        date(node, "dateCreated", job.submission().created(), dates);
        date(node, "dateFinished", attempt.finished(), dates);
        node.put("status", job.status().code());
        node.put("statusText", job.status().text());
        node.put("configlogUrl", links.configlog());
        node.put("publishlogUrl", links.publishlog());
        node.put("algologUrl", links.algolog());
        links.outputs().forEach(node.putArray("outputsUrl")::add);
        node.put("resultsDid", "");
        node.put("stopreq", job.wishes().stop().code());
        node.put("removed", job.removed() ? 1 : 0);
        node.put("outcome", job.outcome().map(Outcome::wireName).orElse(null));
        node.put("exitCode", attempt.exitCode());
        node.put("reason", attempt.reason());
        node.put("attempt", attempt.number());
        node.put("stage", 0);
        return node;
    }

    /** What anybody may know of a running job: its id, status and dates; of everything else that it is hidden. */
    public static ObjectNode writeRedacted(Job job, Dates dates) {
        ObjectNode whole = write(job, Links.NONE, dates);
        for (String hidden : ImmutableList.of(
                "owner", "agreementId", "stopreq", "removed", "outcome", "exitCode", "reason", "attempt", "stage")) {
            whole.putNull(hidden);
        }
        return whole;
    }

    private static void date(ObjectNode node, String name, @Nullable Instant instant, Dates dates) {
        if (instant == null) {
            node.putNull(name);
        } else if (dates == Dates.ISO) {
            node.put(name, instant.truncatedTo(ChronoUnit.SECONDS).toString());
        } else {
            node.put(name, instant.getEpochSecond());
        }
    }
}

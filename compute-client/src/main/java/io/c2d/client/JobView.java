package io.c2d.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.StopRequest;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job as the server shows it (seed, "Status object", and what DESIGN section 3 adds). Numbers and names that this version
 * does not know are kept as they came. Links carry a secret: they show in no {@link #toString}. Immutable.
 *
 * @param owner whose job it is; {@code null} where the list is redacted
 * @param agreementId its agreement; {@code null} where the list is redacted
 * @param jobId the job
 * @param dateCreated when it was stored, if told
 * @param dateFinished when it ended; {@code null} while it runs
 * @param status the number of its phase
 * @param statusText the phase in words
 * @param configlogUrl a link to stage-in's log, for admins
 * @param publishlogUrl a link to the log of filter and publish, for admins
 * @param algologUrl a link to what the algorithm printed
 * @param outputsUrl links to its outputs, ordered by path; each valid for a limited time
 * @param resultsDid the DID of the registered results, {@code ""} without
 * @param stopreq 0 none, 1 stop was called, 2 {@code maxtime} exceeded
 * @param removed whether its objects, artifacts and links are gone
 * @param outcome the name of how it went; {@code null} while it runs
 * @param exitCode the algorithm's, if it ended by itself
 * @param reason one sentence on why it is, or ended, as it is
 * @param attempt 1 and up by each restart, if told
 * @param stage the stage that it is at, if told
 * @param further the fields that this version does not know
 */
public record JobView(
        @Nullable String owner,
        @Nullable String agreementId,
        JobId jobId,
        @Nullable Instant dateCreated,
        @Nullable Instant dateFinished,
        int status,
        String statusText,
        @Nullable URI configlogUrl,
        @Nullable URI publishlogUrl,
        @Nullable URI algologUrl,
        ImmutableList<URI> outputsUrl,
        String resultsDid,
        int stopreq,
        boolean removed,
        @Nullable String outcome,
        @Nullable Integer exitCode,
        @Nullable String reason,
        @Nullable Integer attempt,
        @Nullable Integer stage,
        ImmutableMap<String, JsonNode> further) {

    /** Whether the job, or its present attempt, has ended. A status that is not known here says nothing. */
    public boolean isFinished() {
        return dateFinished != null || knownStatus().map(JobStatus::isTerminal).orElse(false);
    }

    /** Whether it ended well; {@code false} while it runs. */
    public boolean isSuccessful() {
        return isFinished() && knownOutcome().equals(Optional.of(Outcome.SUCCEEDED));
    }

    /** The phase, if this version knows it. */
    public Optional<JobStatus> knownStatus() {
        return JobStatus.ofCode(status);
    }

    /** How it went, if it ended and this version knows the name. */
    public Optional<Outcome> knownOutcome() {
        return outcome == null ? Optional.empty() : Outcome.ofWireName(outcome);
    }

    /** Who asked for its end, if this version knows the number. */
    public Optional<StopRequest> knownStopRequest() {
        return StopRequest.ofCode(stopreq);
    }

    /** The link to what the algorithm printed, if there is one for this caller. */
    public Optional<URI> algorithmLog() {
        return Optional.ofNullable(algologUrl);
    }

    /** The link to stage-in's log, if the caller is an admin. */
    public Optional<URI> configureLog() {
        return Optional.ofNullable(configlogUrl);
    }

    /** The link to the log of filter and publish, if the caller is an admin. */
    public Optional<URI> publishLog() {
        return Optional.ofNullable(publishlogUrl);
    }

    /** When it ended, if it did. */
    public Optional<Instant> finished() {
        return Optional.ofNullable(dateFinished);
    }

    /** Leaves links and unknown fields out. */
    @Override
    public String toString() {
        return "JobView[" + jobId + ", " + status + " " + statusText
                + (outcome == null ? "" : ", " + outcome)
                + (attempt == null ? "" : ", attempt " + attempt) + "]";
    }
}

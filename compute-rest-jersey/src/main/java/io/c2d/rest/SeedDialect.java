package io.c2d.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.access.SignedMessage;
import io.c2d.core.json.CanonicalJson;
import io.c2d.core.json.Faults;
import io.c2d.core.json.JobStatusCodec;
import io.c2d.core.json.JobStatusCodec.Dates;
import io.c2d.core.json.JobStatusCodec.Links;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.Job;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Submission;
import io.c2d.core.port.JobQuery;

/** The seed's own dialect: its parameter names and status object, and the nine signed lines. */
final class SeedDialect implements Dialect {
    private static final int MAX_SIGNATURE = 1_024;
    private static final int MAX_NONCE = 64;

    private final RestSettings settings;

    SeedDialect(RestSettings settings) {
        this.settings = settings;
    }

    @Override
    public ComputeCall parse(RawRequest raw, Faults faults) {
        Parameters parameters = Parameters.read(raw, faults);
        String owner = parameters.text(Owner.MAX_LENGTH, "owner");
        boolean signed = settings.access().isSigned();
        if (signed && !owner.isEmpty() && !Owner.isAddress(owner)) {
            parameters.fault("owner", "where requests are signed an owner is an address: 0x and 40 hex digits");
        }
        long after = parameters.number("after", 0, Long.MAX_VALUE, -1);
        return new ComputeCall(
                raw,
                owner,
                parameters.text(Submission.MAX_AGREEMENT_LENGTH, "serviceAgreementId", "agreementId"),
                parameters.text(255, "jobId"),
                parameters.object("workflow"),
                // Not looked at where nobody signs: then it may have any form.
                signed ? parameters.text(MAX_SIGNATURE, "signature") : "",
                signed ? parameters.token(MAX_NONCE, "nonce") : "",
                parameters.flag("removed"),
                after < 0 ? null : Long.valueOf(after),
                (int) parameters.number("limit", 1, JobQuery.MAX_LIMIT, JobQuery.MAX_LIMIT),
                dates(parameters));
    }

    private Dates dates(Parameters parameters) {
        String text = parameters.text(10, "dates");
        return switch (text) {
            case "" -> settings.dates();
            case "iso" -> Dates.ISO;
            case "unix" -> Dates.UNIX;
            default -> {
                parameters.fault("dates", "dates is iso or unix");
                yield settings.dates();
            }
        };
    }

    @Override
    public SignedMessage message(ComputeCall call) {
        return new SignedMessage(
                settings.access().audience(),
                call.raw().method(),
                call.raw().path(),
                call.owner(),
                call.agreementId(),
                call.jobId(),
                call.work().map(w -> CanonicalJson.sha256(StrictJson.write(w))).orElse(""),
                call.nonce());
    }

    @Override
    public JsonNode render(Job job, Links links, ComputeCall call) {
        return JobStatusCodec.write(job, links, call.dates());
    }

    @Override
    public JsonNode renderRedacted(Job job, ComputeCall call) {
        return JobStatusCodec.writeRedacted(job, call.dates());
    }
}

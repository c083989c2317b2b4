package io.c2d.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.hash.Hashing;
import io.c2d.core.access.Identity;
import io.c2d.core.json.Faults;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.Fault;
import io.c2d.core.model.Job;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.Environment;
import io.c2d.core.port.IdempotencyKey;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The {@code POST}: checks form, then signature; key and agreement are the store's to check, in one transaction. */
final class Submissions {
    private static final Duration KEEP_KEYS = Duration.ofHours(24);
    private static final String NAMESPACE = "/workflow/stages/0/compute/namespace";

    private final Api api;

    Submissions(Api api) {
        this.api = api;
    }

    /** Accepts the submission, or throws why not. */
    SubmitResult submit(ComputeCall call, Faults faults, @Nullable String key) {
        Optional<Workflow> workflow = checkForm(call, faults, key);
        Identity identity = api.identify(call);
        Owner owner = owner(call, identity);
        if (call.namesJob() && call.job().isEmpty()) {
            throw refusal(SubmitResult.of(SubmitResult.Kind.NOT_FOUND));
        }
        SubmitRequest request = new SubmitRequest(
                owner,
                call.agreement().orElse(null),
                workflow.orElse(null),
                environment(workflow).name(),
                call.job().orElse(null),
                api.engine().newJobId(),
                key == null ? null : new IdempotencyKey(key, hash(call, owner, workflow), KEEP_KEYS),
                identity.nonceUse().orElse(null));
        SubmitResult result = api.engine().submit(request);
        if (!result.isAccepted()) {
            throw refusal(result);
        }
        return result;
    }

    private Optional<Workflow> checkForm(ComputeCall call, Faults faults, @Nullable String key) {
        if (call.agreement().isEmpty() && !call.namesJob()) {
            faults.add("/agreementId", "agreementId is missing (or jobId, to restart a job)");
        }
        if (!api.settings().access().isSigned() && call.owner().isEmpty()) {
            faults.add("/owner", "owner is missing");
        }
        if (key != null && (key.isEmpty() || key.length() > IdempotencyKey.MAX_LENGTH)) {
            faults.add("", "the header Idempotency-Key has 1 to " + IdempotencyKey.MAX_LENGTH + " characters");
        }
        Optional<Workflow> workflow = call.work().flatMap(node -> workflow(node, faults));
        faults.throwIfAny();
        return workflow;
    }

    private Optional<Workflow> workflow(JsonNode node, Faults faults) {
        try {
            Workflow workflow = WorkflowCodec.read(node, "/workflow");
            environment(Optional.of(workflow)).requireRoomFor(workflow, "/workflow/stages");
            return Optional.of(workflow);
        } catch (ComputeException e) {
            if (e.code() != ErrorCode.INVALID_REQUEST) {
                throw e;
            }
            for (Fault fault : e.faults()) {
                faults.add(fault.pointer(), fault.message());
            }
            return Optional.empty();
        }
    }

    private Environment environment(Optional<Workflow> workflow) {
        return api.engine()
                .environment(workflow.map(w -> w.stage(0).compute().namespace()).orElse(null), NAMESPACE);
    }

    private Owner owner(ComputeCall call, Identity identity) {
        Owner owner = call.namedOwner()
                .or(() -> identity.caller().principal())
                .orElseThrow(() -> ComputeException.invalid("/owner", "owner is missing; an admin names one"));
        if (!api.rules().mayActFor(identity.caller(), owner)) {
            throw notTheOwners(readsNamed(call, identity));
        }
        return owner;
    }

    private boolean readsNamed(ComputeCall call, Identity identity) {
        Optional<Job> job = call.job().flatMap(api.engine()::get);
        return job.isPresent() && api.rules().mayRead(identity.caller(), job.get());
    }

    /** A changed message yields another signer, so this is what most broken signatures look like. */
    static ComputeException notTheOwners(boolean reader) {
        return reader
                ? new ComputeException(ErrorCode.NOT_ALLOWED, "a reader may read the job's results and nothing else")
                : new ComputeException(ErrorCode.SIGNATURE_INVALID, "the signature is not the owner's");
    }

    /** Without signature and nonce, which a repeat may make anew. */
    private static String hash(ComputeCall call, Owner owner, Optional<Workflow> workflow) {
        String text = String.join(
                "\n",
                call.raw().method(),
                owner.key(),
                call.agreementId(),
                call.jobId(),
                workflow.map(Workflow::sha256).orElse(""));
        return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
    }

    private static ComputeException refusal(SubmitResult result) {
        return switch (result.kind()) {
            case AGREEMENT_RUNNING -> conflict(ErrorCode.AGREEMENT_RUNNING, "the agreement has a running job", result);
            case NOT_RESTARTABLE ->
                conflict(
                        ErrorCode.NOT_RESTARTABLE,
                        "only a job that was stopped or timed out, and is not deleted, restarts, with its own workflow",
                        result);
            case NOT_FOUND -> new ComputeException(ErrorCode.NOT_FOUND, "there is no such job");
            case NOTHING_TO_RESTART ->
                ComputeException.invalid(
                        "/workflow", "workflow is missing, and the agreement has no job that could restart");
            case KEY_REUSED ->
                new ComputeException(
                        ErrorCode.IDEMPOTENCY_KEY_REUSED, "the Idempotency-Key was used for another request");
            case QUEUE_FULL ->
                new ComputeException(ErrorCode.QUEUE_FULL, "too many jobs wait already; try again later");
            case NONCE_REUSED -> nonceReused();
            case CREATED, RESTARTED -> throw new IllegalStateException("accepted");
        };
    }

    private static ComputeException conflict(ErrorCode code, String sentence, SubmitResult result) {
        return new ComputeException(code, sentence, result.job().orElseThrow());
    }

    static ComputeException nonceReused() {
        return new ComputeException(ErrorCode.NONCE_INVALID, "the nonce was used for another request");
    }
}

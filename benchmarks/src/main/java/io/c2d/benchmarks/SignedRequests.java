package io.c2d.benchmarks;

import io.c2d.core.access.AccessRules;
import io.c2d.core.access.AccessSettings;
import io.c2d.core.access.Authenticator;
import io.c2d.core.access.Identity;
import io.c2d.core.access.SignedMessage;
import io.c2d.core.access.SignedRequest;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.Environment;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.signing.EthereumSignatureVerifier;
import io.c2d.signing.EthereumSigner;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Submissions as callers sign them, and what the API does with one before and up to its storing. Thread-safe. */
final class SignedRequests {
    private static final String AUDIENCE = "https://compute.example";
    private static final String PATH = "/api/v1/compute";
    private static final int SIGNERS = 20;

    /** Wide, since all requests of a round are signed before it begins. */
    private static final Duration WINDOW = Duration.ofHours(6);

    private final ComputeEngine engine;
    private final AccessRules rules =
            new AccessRules(AccessSettings.strict(AUDIENCE).withNonceWindow(WINDOW));
    private final Authenticator authenticator = new Authenticator(rules, new EthereumSignatureVerifier());
    private final List<EthereumSigner> signers;
    private final AtomicInteger numbers = new AtomicInteger();

    SignedRequests(ComputeEngine engine) {
        this.engine = engine;
        SecureRandom random = new SecureRandom();
        this.signers = Stream.generate(() -> EthereumSigner.create(random))
                .limit(SIGNERS)
                .toList();
    }

    /**
     * What comes over the wire.
     *
     * @param owner an address
     * @param agreement its agreement
     * @param nonce used once
     * @param signature over all of it and the workflow
     */
    record Prepared(String owner, String agreement, String nonce, String signature) {
        @Override
        public String toString() {
            return "Prepared[" + agreement + "]";
        }
    }

    /** Signs so many; this is the callers' work and takes longer than the rest. */
    List<Prepared> prepare(int count) {
        int first = numbers.getAndAdd(count);
        long now = engine.now().toEpochMilli();
        return IntStream.range(first, first + count)
                .parallel()
                .mapToObj(number -> {
                    EthereumSigner signer = signers.get(number % SIGNERS);
                    String agreement = "agreement-" + number;
                    String nonce = now + "-" + number;
                    SignedMessage message = message(signer.address(), agreement, SampleWork.WORKFLOW.sha256(), nonce);
                    return new Prepared(signer.address(), agreement, nonce, signer.sign(message.text()));
                })
                .toList();
    }

    /** Reads, verifies, judges and stores one, in the API's order. */
    void submit(Prepared request) {
        SubmitResult result = engine.submit(check(request));
        if (result.kind() != SubmitResult.Kind.CREATED) {
            throw new IllegalStateException("a submission was answered " + result.kind());
        }
    }

    /** All of it but the storing. */
    SubmitRequest check(Prepared request) {
        Workflow workflow = WorkflowCodec.read(SampleWork.DOCUMENT);
        SignedMessage message = message(request.owner(), request.agreement(), workflow.sha256(), request.nonce());
        Identity identity = authenticator.identify(new SignedRequest(message, request.signature(), null), engine.now());
        Owner owner = new Owner(request.owner());
        if (!rules.mayActFor(identity.caller(), owner)) {
            throw new IllegalStateException("the signature is not the owner's");
        }
        Environment environment = engine.environment(workflow.stage(0).compute().namespace(), "");
        return new SubmitRequest(
                owner,
                request.agreement(),
                workflow,
                environment.name(),
                null,
                engine.newJobId(),
                null,
                identity.nonceUse().orElse(null));
    }

    private static SignedMessage message(String owner, String agreement, String workflow, String nonce) {
        return new SignedMessage(AUDIENCE, "POST", PATH, owner, agreement, "", workflow, nonce);
    }
}

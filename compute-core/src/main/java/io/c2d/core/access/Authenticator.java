package io.c2d.core.access;

import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.Owner;
import io.c2d.core.port.NonceUse;
import io.c2d.core.port.SignatureVerifier;
import java.time.Instant;
import java.util.Optional;

/**
 * Finds out who made a request: token first, then signature and nonce. Whether the nonce is fresh only the store can tell,
 * in the transaction of the request's effect. Thread-safe.
 */
public final class Authenticator {
    private final AccessRules rules;
    private final SignatureVerifier verifier;

    /**
     * With the rules that say what a signer counts as.
     *
     * @param verifier recovers signers
     */
    public Authenticator(AccessRules rules, SignatureVerifier verifier) {
        this.rules = rules;
        this.verifier = verifier;
    }

    /**
     * Who made the request.
     *
     * @param now the store's time
     * @throws ComputeException {@code SIGNATURE_INVALID} or {@code NONCE_INVALID} where that is not proved,
     *     {@code INVALID_REQUEST} where the nonce has no form
     */
    public Identity identify(SignedRequest request, Instant now) {
        if (request.bearerToken().isPresent()) {
            if (!rules.settings().isAdminToken(request.bearerToken().get())) {
                throw new ComputeException(ErrorCode.SIGNATURE_INVALID, "the bearer token is not an admin's");
            }
            return new Identity(new Caller.Admin(), null);
        }
        if (!rules.settings().isSigned()) {
            return new Identity(new Caller.Unsigned(), null);
        }
        String signature = request.signature()
                .orElseThrow(() -> new ComputeException(ErrorCode.SIGNATURE_INVALID, "the request is not signed"));
        Nonce nonce = nonce(request.message().nonce());
        Optional<String> signer = verifier.recover(request.message().text(), signature);
        if (signer.isEmpty()) {
            throw new ComputeException(ErrorCode.SIGNATURE_INVALID, "the signature is malformed");
        }
        if (!nonce.isWithin(rules.settings().nonceWindow(), now)) {
            throw new ComputeException(
                    ErrorCode.NONCE_INVALID,
                    "the nonce's time is more than "
                            + rules.settings().nonceWindow().toSeconds() + " s from the server's, which is "
                            + now.toEpochMilli() + " ms");
        }
        Owner address = new Owner(signer.get());
        return new Identity(
                rules.callerOf(address, request.named()),
                new NonceUse(
                        address.key(),
                        nonce.text(),
                        request.message().sha256(),
                        nonce.forgetAfter(rules.settings().nonceWindow())));
    }

    private static Nonce nonce(String text) {
        if (text.isEmpty()) {
            throw new ComputeException(ErrorCode.NONCE_INVALID, "a signed request has a nonce");
        }
        return Nonce.parse(text)
                .orElseThrow(
                        () -> ComputeException.invalid(
                                "/nonce",
                                "a nonce is the Unix time in milliseconds, optionally with '-' and up to 16 letters or digits"));
    }
}

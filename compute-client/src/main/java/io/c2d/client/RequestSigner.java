package io.c2d.client;

import com.google.common.collect.ImmutableMap;
import io.c2d.core.access.SignedMessage;
import io.c2d.core.model.Owner;
import io.c2d.signing.EthereumSigner;
import org.jspecify.annotations.Nullable;

/** Adds to a request who asks: owner, nonce and signature; without a key the owner alone. Immutable and thread-safe. */
final class RequestSigner {
    private final String audience;
    private final @Nullable EthereumSigner signer;
    private final @Nullable Owner owner;
    private final Nonces nonces;

    RequestSigner(String audience, @Nullable EthereumSigner signer, @Nullable Owner owner, Nonces nonces) {
        this.audience = audience;
        this.signer = signer;
        this.owner = owner;
        this.nonces = nonces;
    }

    /**
     * What a request is about.
     *
     * @param owner the owner to name, {@code null} to name none
     * @param agreementId {@code ""} for none
     * @param jobId {@code ""} for none
     * @param workflow its hash, {@code ""} for none
     */
    record Subject(@Nullable String owner, String agreementId, String jobId, String workflow) {}

    /**
     * The owner that a request names where the caller of this call has not said: the one set, else the signer's address.
     * Where the request names a job, the signer's address is left out, for an owner named is also a filter, and a reader or
     * an admin asks for jobs that are not their own.
     */
    @Nullable
    String owner(boolean namesJob) {
        if (owner != null) {
            return owner.text();
        }
        return signer == null || namesJob ? null : signer.address();
    }

    /** The parameters to add. */
    ImmutableMap<String, String> credentials(String method, String path, Subject subject) {
        ImmutableMap.Builder<String, String> parameters = ImmutableMap.builder();
        if (subject.owner() != null) {
            parameters.put("owner", subject.owner());
        }
        if (signer != null) {
            String nonce = nonces.next();
            SignedMessage message = new SignedMessage(
                    audience,
                    method,
                    path,
                    subject.owner() == null ? "" : subject.owner(),
                    subject.agreementId(),
                    subject.jobId(),
                    subject.workflow(),
                    nonce);
            parameters.put("nonce", nonce).put("signature", signer.sign(message.text()));
        }
        return parameters.buildOrThrow();
    }
}

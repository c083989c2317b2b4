package io.c2d.client;

/**
 * The text that a caller signs (DESIGN, "Signatures", <em>strict</em>): nine lines. What is missing is {@code ""}.
 *
 * @param audience the server's public URL, without a slash at its end
 * @param method the HTTP method, in capitals
 * @param path as requested, without query
 * @param owner the owner named; {@code ""} means the signer
 * @param agreementId the agreement named
 * @param jobId the job named
 * @param workflow the workflow's {@code sha256()}
 * @param nonce see {@link Nonces}
 */
record SignedText(
        String audience,
        String method,
        String path,
        String owner,
        String agreementId,
        String jobId,
        String workflow,
        String nonce) {
    /** Refuses control characters: with one, a value could pass for several lines. */
    SignedText {
        for (String value : new String[] {audience, method, path, owner, agreementId, jobId, workflow, nonce}) {
            if (value.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("a signed value may not contain control characters");
            }
        }
    }

    /** The text: lines joined by a newline, none at the end. */
    String text() {
        return String.join(
                "\n",
                "compute-to-data v1",
                "audience: " + audience,
                "method: " + method,
                "path: " + path,
                "owner: " + owner,
                "agreementId: " + agreementId,
                "jobId: " + jobId,
                "workflow: " + workflow,
                "nonce: " + nonce);
    }
}

package io.c2d.core.access;

import com.google.common.hash.Hashing;
import io.c2d.core.json.Faults;
import io.c2d.core.model.ComputeException;
import java.nio.charset.StandardCharsets;

/**
 * What a caller signs under <em>strict</em> (DESIGN, "Signatures"): nine lines that say for which server, what, whose and
 * when. Values are the caller's own text with its letter case; what is missing is {@code ""}.
 *
 * @param audience the server's public URL
 * @param method the HTTP method, in capitals
 * @param path as requested, without query
 * @param owner the owner named; {@code ""} means the signer
 * @param agreementId the agreement named
 * @param jobId the job named
 * @param workflow the SHA-256 of the workflow's RFC 8785 canonical form, 64 lower-case hex digits
 * @param nonce see {@link Nonce}
 */
public record SignedMessage(
        String audience,
        String method,
        String path,
        String owner,
        String agreementId,
        String jobId,
        String workflow,
        String nonce) {
    private static final String TITLE = "compute-to-data v1";

    /**
     * Refuses control characters, with which one value could pass for several lines.
     *
     * @throws ComputeException with a pointer to each value that has one
     */
    public SignedMessage {
        Faults faults = new Faults();
        refuseControls("audience", audience, faults);
        refuseControls("method", method, faults);
        refuseControls("path", path, faults);
        refuseControls("owner", owner, faults);
        refuseControls("agreementId", agreementId, faults);
        refuseControls("jobId", jobId, faults);
        refuseControls("workflow", workflow, faults);
        refuseControls("nonce", nonce, faults);
        faults.throwIfAny();
    }

    /** The text that is signed: nine lines joined by a newline, none at the end. */
    public String text() {
        return String.join(
                "\n",
                TITLE,
                "audience: " + audience,
                "method: " + method,
                "path: " + path,
                "owner: " + owner,
                "agreementId: " + agreementId,
                "jobId: " + jobId,
                "workflow: " + workflow,
                "nonce: " + nonce);
    }

    /** The SHA-256 of the text's UTF-8 in hex: tells an exact repeat from another request with the same nonce. */
    public String sha256() {
        return Hashing.sha256().hashString(text(), StandardCharsets.UTF_8).toString();
    }

    /** Whether a text has a control character (Unicode category Cc). */
    public static boolean hasControls(String value) {
        return value.chars().anyMatch(Character::isISOControl);
    }

    private static void refuseControls(String name, String value, Faults faults) {
        if (hasControls(value)) {
            faults.add(Faults.pointer("", name), name + " may not contain control characters");
        }
    }
}

package io.c2d.core.model;

import java.time.Instant;

/**
 * What never changes in a job's life.
 *
 * @param owner whose job it is
 * @param agreementId the agreement that it runs under, 1 to 255 characters
 * @param workflow what is to be done
 * @param environment the environment that it runs in, already looked up
 * @param created when it was stored, by the store's clock
 */
public record Submission(Owner owner, String agreementId, Workflow workflow, String environment, Instant created) {
    /** The longest agreement id that is taken, in characters. */
    public static final int MAX_AGREEMENT_LENGTH = 255;

    /** Checks the agreement id's length. */
    public Submission {
        if (agreementId.isEmpty() || agreementId.length() > MAX_AGREEMENT_LENGTH) {
            throw new IllegalArgumentException("an agreement id has 1 to " + MAX_AGREEMENT_LENGTH + " characters");
        }
    }
}

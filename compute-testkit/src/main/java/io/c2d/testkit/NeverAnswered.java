package io.c2d.testkit;

/**
 * Takes the place of a call that never returns: the task that made it is gone for good, with what it had promised to do after,
 * and its process lives on. An error, so that no code catches it.
 */
public final class NeverAnswered extends Error {
    private static final long serialVersionUID = 1L;

    /** With neither message nor trace: nobody gets to see it. */
    public NeverAnswered() {
        super("the call never returned", null, false, false);
    }
}

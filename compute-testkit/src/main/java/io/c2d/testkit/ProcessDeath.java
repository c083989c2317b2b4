package io.c2d.testkit;

/** Unwinds what a simulated process was in the midst of when it was killed; an error, so that no code of its own lives on. */
public final class ProcessDeath extends Error {
    private static final long serialVersionUID = 1L;

    /** With neither message nor trace: it is no fault of anybody's. */
    public ProcessDeath() {
        super("the process was killed", null, false, false);
    }
}

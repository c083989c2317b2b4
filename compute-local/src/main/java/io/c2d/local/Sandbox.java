package io.c2d.local;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * How an algorithm is shut off from the machine. One is chosen at start; see {@link Sandboxes}. The supervisor is the same
 * for all: it runs the script {@code run}, and in the end {@code sweep}. Thread-safe.
 */
interface Sandbox {
    /** Its name in the setting {@code local.sandbox}. */
    String label();

    /** Whether it hides the machine and cuts the network, so that untrusted code may run in it. */
    boolean isolates();

    /** Which limits hold in it. */
    EnforcedLimits limits();

    /**
     * Gets what a program needs before it can begin. Ends with why it can never begin, in one sentence for the caller, or with
     * nothing; with an exception where this machine failed and another call may not.
     */
    CompletionStage<Optional<String>> prepare(Program program);

    /** The script that runs the program in the foreground and exits with the program's own code; for a try's folder made. */
    String run(Program program) throws IOException;

    /**
     * The script that ends what the program left behind, wherever it is; exits with 0 when nothing is left. It may run more
     * than once, also after a restart of the server with other settings.
     */
    String sweep(Program program);
}

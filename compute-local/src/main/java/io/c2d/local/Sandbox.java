package io.c2d.local;

import com.google.common.collect.ImmutableList;

/** How an algorithm is shut off from the machine. Chosen at start; see {@link Sandboxes}. */
interface Sandbox {
    /** Its name in the setting {@code local.sandbox}. */
    String label();

    /** Whether it hides the machine and cuts the network, so that untrusted code may run in it. */
    boolean isolates();

    /** The words before the sandbox's own script: the namespaces that it is born into. */
    ImmutableList<String> launcher(boolean asRoot);

    /** Whether the algorithm sees its folders at {@code /data}, or where they really are. */
    default boolean mapsFolders() {
        return isolates();
    }
}

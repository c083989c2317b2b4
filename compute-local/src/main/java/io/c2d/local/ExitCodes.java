package io.c2d.local;

import io.c2d.core.model.StepKind;
import org.jspecify.annotations.Nullable;

/** What a shell's exit codes say (POSIX, Shell Command Language 2.8.2). */
final class ExitCodes {
    private ExitCodes() {}

    /** One sentence for the caller; nothing for an exit with 0. */
    static @Nullable String sentence(StepKind kind, int code) {
        String who = "the " + kind.label();
        if (code == 0) {
            return null;
        }
        if (code == 126) {
            return who + " exited with code 126: a program of the entrypoint can't be executed";
        }
        if (code == 127) {
            return who + " exited with code 127: interpreter missing, a program of the entrypoint is not there";
        }
        if (code > 128 && code < 128 + 65) {
            return who + " ended by signal " + (code - 128);
        }
        return who + " exited with code " + code;
    }
}

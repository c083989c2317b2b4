package io.c2d.k8s;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.util.regex.Pattern;

/**
 * How a workflow's entrypoint becomes a command. A line of plain words is run as it is: the algorithm is process 1 itself,
 * gets its signals, and needs no shell in its image. Any other line is one for a shell.
 */
final class Entrypoint {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./ \\t-]+");
    private static final Splitter WORDS =
            Splitter.on(Pattern.compile("[ \\t]+")).omitEmptyStrings();

    private Entrypoint() {}

    /** The command of an entrypoint; {@code $ALGO} stands for the algorithm's file. */
    static ImmutableList<String> command(String entrypoint, String algorithm) {
        String line = entrypoint.replace("$ALGO", algorithm).strip();
        // NAME=value in front is a shell's.
        boolean assigns = line.matches("[A-Za-z_][A-Za-z0-9_]*=.*");
        return PLAIN.matcher(line).matches() && !assigns
                ? ImmutableList.copyOf(WORDS.split(line))
                : ImmutableList.of("/bin/sh", "-c", literal(line));
    }

    /** Text of a pod's command or environment as it is: the kubelet expands {@code $(NAME)}, and takes {@code $$} for one. */
    static String literal(String text) {
        return text.replace("$", "$$");
    }
}

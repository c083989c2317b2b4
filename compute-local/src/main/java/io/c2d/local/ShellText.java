package io.c2d.local;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Text of POSIX shell scripts, whatever is in the words. */
final class ShellText {
    /** Where programs are looked for: nobody's own setting. */
    static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private ShellText() {}

    /** One word. */
    static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** A command's words. */
    static String words(List<String> words) {
        return words.stream().map(ShellText::quote).collect(Collectors.joining(" "));
    }

    /**
     * Lines that set the environment of all that follows. No command line ever holds a value: those of others can be read by
     * everybody on the machine, environments can't.
     */
    static String exports(Map<String, String> variables) {
        return variables.entrySet().stream()
                .map(variable -> "export " + variable.getKey() + "=" + quote(variable.getValue()) + "\n")
                .collect(Collectors.joining());
    }
}

package io.c2d.local;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What Docker and Podman say when something fails, as one sentence. */
final class EngineMessages {
    private static final int MAX = 300;

    private EngineMessages() {}

    /** The line that tells the error; the last one where none does. */
    static String sentence(String errors) {
        List<String> lines = Splitter.on('\n').trimResults().omitEmptyStrings().splitToList(errors);
        String told = lines.stream()
                .filter(line -> line.startsWith("Error") || line.startsWith("docker: "))
                .findFirst()
                .orElse(lines.isEmpty() ? "it says nothing" : lines.get(lines.size() - 1));
        String plain = CharMatcher.javaIsoControl()
                .replaceFrom(told, ' ')
                .replaceFirst("^docker: ", "")
                .replaceFirst("^Error( response from daemon)?: ", "");
        return plain.length() <= MAX ? plain : plain.substring(0, MAX) + "…";
    }

    /**
     * Why an image could not be pulled, for whoever named it: by kinds, since the words of the network would tell a caller
     * about hosts and ports that only this machine reaches.
     */
    static String notPulled(String errors) {
        String all = errors.toLowerCase(Locale.ROOT);
        if (hasAny(all, "manifest unknown", "name unknown", "not found", "no such image", "does not exist")) {
            return "its registry has no such image";
        }
        if (hasAny(all, "unauthorized", "denied", "authentication required")) {
            return "its registry does not give it to this server";
        }
        if (hasAny(
                all, "dial tcp", "no such host", "timeout", "tls", "x509", "http response to https", "unreachable")) {
            return "its registry can't be reached";
        }
        if (hasAny(all, "no space left")) {
            return "there is no room for it";
        }
        return "see the server's log";
    }

    private static boolean hasAny(String text, String... parts) {
        return Arrays.stream(parts).anyMatch(text::contains);
    }

    /** Why a container was never started. */
    static String notStarted(String errors) {
        String told = sentence(errors);
        boolean noShell = told.contains("\"sh\"") && (told.contains("not found") || told.contains("no such file"));
        return "the container could not be started: " + (noShell ? "its image has no sh" : told);
    }
}

package io.c2d.local;

import com.google.common.base.Splitter;
import io.c2d.core.model.Sentence;
import io.c2d.core.port.PullFailure;
import java.util.List;

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
        String plain = told.replaceFirst("^docker: ", "").replaceFirst("^Error( response from daemon)?: ", "");
        return Sentence.of(plain, MAX);
    }

    /** Why an image could not be pulled, for whoever named it. */
    static String notPulled(String errors) {
        return PullFailure.kind(errors).orElse("see the server's log");
    }

    /** Why a container was never started. */
    static String notStarted(String errors) {
        String told = sentence(errors);
        boolean noShell = told.contains("\"sh\"") && (told.contains("not found") || told.contains("no such file"));
        return "the container could not be started: " + (noShell ? "its image has no sh" : told);
    }
}

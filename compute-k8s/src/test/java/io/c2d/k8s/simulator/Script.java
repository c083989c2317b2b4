package io.c2d.k8s.simulator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a container does, from lines of a script: {@code sleep N}, {@code exit N}, {@code echo TEXT}, {@code trap N} (exits N
 * on SIGTERM), {@code oom} and {@code oomchild N} (killed for memory, itself or a child). Other lines do nothing.
 *
 * @param time how long it runs
 * @param code its exit code then
 * @param reason what the kubelet calls it
 * @param message its termination message
 * @param output what it prints
 * @param onTerm its exit code on SIGTERM, {@code null} where it does not heed it
 */
record Script(
        Duration time,
        int code,
        String reason,
        @Nullable String message,
        String output,
        @Nullable Integer onTerm) {

    /** A step of ours that ends after a fifth of a second. */
    static Script ofWorker(int code, @Nullable String message) {
        return new Script(Duration.ofMillis(200), code, code == 0 ? "Completed" : "Error", message, "", null);
    }

    static Script parse(String text) {
        Duration time = Duration.ofMillis(100);
        int code = 0;
        @Nullable String reason = null;
        @Nullable Integer onTerm = null;
        StringBuilder output = new StringBuilder();
        for (String line : text.lines().toList()) {
            String[] words = line.strip().split(" ", 2);
            String rest = words.length == 2 ? words[1] : "";
            switch (words[0]) {
                case "sleep" -> time = time.plusSeconds(Long.parseLong(rest));
                case "echo" -> output.append(rest).append('\n');
                case "trap" -> onTerm = Integer.valueOf(rest);
                case "oom" -> {
                    reason = "OOMKilled";
                    code = 137;
                }
                case "oomchild" -> {
                    reason = "OOMKilled";
                    code = Integer.parseInt(rest);
                }
                case "exit" -> code = Integer.parseInt(rest);
                default -> {}
            }
            if (words[0].equals("exit") || reason != null) {
                break;
            }
        }
        String said = reason != null ? reason : code == 0 ? "Completed" : "Error";
        return new Script(time, code, said, null, output.toString(), onTerm);
    }
}

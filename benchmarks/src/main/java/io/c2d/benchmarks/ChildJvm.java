package io.c2d.benchmarks;

import com.google.common.collect.ImmutableList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that runs one of our hidden commands, or another main class, and talks on its stdout. */
final class ChildJvm implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;

    private final Process process;
    private final BufferedReader lines;

    private ChildJvm(Process process) {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts one with this process's class path; what it logs is on our stderr. */
    static ChildJvm start(List<String> options, String mainClass, List<String> arguments) throws IOException {
        return start(options, mainClass, arguments, ProcessBuilder.Redirect.INHERIT);
    }

    /** As above, with its stderr somewhere else. */
    static ChildJvm start(
            List<String> options, String mainClass, List<String> arguments, ProcessBuilder.Redirect errors)
            throws IOException {
        ImmutableList<String> command = ImmutableList.<String>builder()
                .add(Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .addAll(options)
                .add("-cp", System.getProperty("java.class.path"), mainClass)
                .addAll(arguments)
                .build();
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors);
        builder.environment().keySet().removeIf(name -> name.startsWith("C2D_"));
        return new ChildJvm(builder.start());
    }

    /** The next line that it prints. */
    String line() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IOException("the process ended without a word");
        }
        return line;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL; returns at once. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGTERM; returns at once. */
    void terminate() {
        process.destroy();
    }

    /** SIGSTOP or SIGCONT, by its name without SIG. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            kill();
            throw new IllegalStateException("a process did not end within " + LIMIT_SECONDS + " s");
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        lines.close();
    }
}

package io.c2d.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.common.collect.ImmutableList;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Compiles {@code launch.c} as the image's build does, and runs it with a folder for its logs. */
final class TestingLauncher implements AutoCloseable {
    /** Words before the program's own, such as another program that runs it. */
    static final ImmutableList<String> DIRECTLY = ImmutableList.of();

    private static final long SECONDS = 30;
    private static final long PAUSE_NANOS = 1_000_000;

    final Path logs;
    private final Path program;
    private final Path folder;
    private final Path output;
    private final Path message;
    private final List<Process> begun = new ArrayList<>();
    long head = 1_000;
    long tail = 1_000;
    long shown = 100_000;
    long patience;
    long fileSize = 1 << 20;
    String host = "";
    int port;

    TestingLauncher(Path program, Path folder) throws IOException {
        this.program = program;
        this.folder = folder;
        this.logs = Files.createDirectory(folder.resolve("logs"));
        this.output = folder.resolve("output");
        this.message = Files.createFile(folder.resolve("message"));
    }

    /** The program; a test that needs it is skipped where there is no compiler. */
    static Path compile(Path folder, String... flags) throws IOException, InterruptedException {
        boolean compiler = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "gcc")));
        assumeThat(compiler)
                .as("NOT TESTED: launch.c, since there is no gcc on the PATH")
                .isTrue();
        Path program = folder.resolve("launch");
        Path source = Path.of("src/main/c/launch.c").toAbsolutePath();
        TestingFolder.shell(
                folder,
                "gcc -static -O2 -s -Wall -Wextra -Wshadow -Werror " + String.join(" ", flags) + " -o '" + program
                        + "' '" + source + "'");
        return program;
    }

    Process begin(String... command) throws IOException {
        return beginIn(DIRECTLY, command);
    }

    Process beginIn(ImmutableList<String> before, String... command) throws IOException {
        List<String> words = new ArrayList<>(before);
        Stream.of(program, 1, message, logs, head, tail, shown, patience, fileSize)
                .map(String::valueOf)
                .forEach(words::add);
        words.addAll(List.of(command));
        return beginWords(words);
    }

    Process beginWords(List<String> words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().remove("KUBERNETES_SERVICE_HOST");
        builder.environment().remove("KUBERNETES_SERVICE_PORT");
        if (!host.isEmpty()) {
            builder.environment().put("KUBERNETES_SERVICE_HOST", host);
            builder.environment().put("KUBERNETES_SERVICE_PORT", Integer.toString(port));
        }
        Process process = builder.start();
        begun.add(process);
        return process;
    }

    int run(String... command) throws IOException, InterruptedException {
        return ended(begin(command));
    }

    int shell(String script) throws IOException, InterruptedException {
        return run("sh", "-c", script);
    }

    /** The termination message. */
    String message() throws IOException {
        return Files.readString(message);
    }

    /** Without the logs' folder and all that follows it. */
    int runWords(String... words) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(program.toString()));
        all.addAll(List.of(words));
        return ended(beginWords(all));
    }

    static int ended(Process process) throws InterruptedException {
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("has ended").isTrue();
        return process.exitValue();
    }

    /** Waits until the log says something. */
    void awaitLog(Process process, String words) throws IOException {
        while (process.isAlive() && !log("algorithm.log").contains(words)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        assertThat(log("algorithm.log")).contains(words);
    }

    String log(String name) throws IOException {
        Path file = logs.resolve(name);
        return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    }

    String log() throws IOException {
        return log("algorithm.log");
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    ImmutableList<String> files() throws IOException {
        try (Stream<Path> all = Files.list(logs)) {
            return all.map(file -> file.getFileName().toString()).sorted().collect(ImmutableList.toImmutableList());
        }
    }

    @Override
    public void close() {
        begun.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }
}

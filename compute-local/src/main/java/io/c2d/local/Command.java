package io.c2d.local;

import com.google.common.collect.ImmutableList;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One call of a program of this machine that ends by itself, with an environment of its own. No thread waits for it. */
final class Command {
    /** The exit codes of {@code timeout}: the limit ended it, by SIGTERM or by SIGKILL. */
    private static final ImmutableList<Integer> TIMED_OUT = ImmutableList.of(124, 137);

    private static final String GRACE_SECONDS = "5";
    private static final int MAX_SAID = 64 << 10;

    private Command() {}

    /**
     * How it ended.
     *
     * @param code its exit code
     * @param out what it wrote to stdout, the first 64 KiB
     * @param errors what it wrote to stderr, the first 64 KiB
     */
    record Result(int code, String out, String errors) {
        boolean isSuccess() {
            return code == 0;
        }

        boolean isTimeout() {
            return TIMED_OUT.contains(code);
        }
    }

    /**
     * Starts it. It ends at its limit although this process is gone.
     *
     * @param scratch where it may write what it says
     * @throws IOException if there is no such program, or no place to write
     */
    static CompletableFuture<Result> start(
            List<String> words, Map<String, String> environment, Duration limit, Path scratch) throws IOException {
        Path out = Files.createTempFile(scratch, "out", null);
        Path errors = Files.createTempFile(scratch, "err", null);
        ImmutableList<String> bounded = ImmutableList.<String>builder()
                .add("timeout", "-k", GRACE_SECONDS, Long.toString(Math.max(1, limit.toSeconds())))
                .addAll(words)
                .build();
        ProcessBuilder builder = new ProcessBuilder(bounded)
                .directory(new File("/"))
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", ShellText.PATH);
        builder.environment().putAll(environment);
        return builder.start().onExit().thenApply(ended -> {
            try {
                return new Result(ended.exitValue(), head(out), head(errors));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static String head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_SAID), StandardCharsets.UTF_8);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}

package io.c2d.server;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processes of this machine, by what their command lines and environments say. */
final class TestingProcesses {
    private static final Path PROC = Path.of("/proc");

    private TestingProcesses() {}

    /** Those that name a text, such as a job's id; zombies say nothing. */
    static ImmutableList<ProcessHandle> naming(String text) throws IOException {
        ImmutableList.Builder<ProcessHandle> found = ImmutableList.builder();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (read(process.resolve("cmdline")).contains(text)
                        || read(process.resolve("environ")).contains(text)) {
                    ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                            .ifPresent(found::add);
                }
            }
        }
        return found.build();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // Another user's, or just gone.
            return "";
        }
    }
}

package io.c2d.benchmarks;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What should be gone: working folders of jobs, artifacts of deleted ones, processes that work in the data folder. */
final class SoakLeftovers {
    private final Path data;

    SoakLeftovers(Path data) {
        this.data = data;
    }

    /** Names of the jobs of which a working folder is left. */
    ImmutableList<String> workingFolders() throws IOException {
        return names(data.resolve("work/jobs"));
    }

    /** The jobs of which artifacts are left, of those given. */
    ImmutableList<String> artifacts(List<SoakJob> deleted) throws IOException {
        ImmutableList<String> kept = names(data.resolve("artifacts"));
        return deleted.stream()
                .map(job -> job.id().value())
                .filter(kept::contains)
                .collect(ImmutableList.toImmutableList());
    }

    /** The processes that name a folder of a job in their command line or environment. */
    ImmutableList<String> processes() throws IOException {
        String jobs = data.resolve("work/jobs").toString();
        ImmutableList.Builder<String> found = ImmutableList.builder();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (read(process.resolve("cmdline")).contains(jobs)
                        || read(process.resolve("environ")).contains(jobs)) {
                    found.add(process.getFileName().toString());
                }
            }
        }
        return found.build();
    }

    private static ImmutableList<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return ImmutableList.of();
        }
        ImmutableList.Builder<String> names = ImmutableList.builder();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                names.add(entry.getFileName().toString());
            }
        }
        return names.build();
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

package io.c2d.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;

/** Does in a folder what only a shell can: fifos, and names that are no text. */
final class TestingFolder {
    private TestingFolder() {}

    static void shell(Path folder, String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-ec", script)
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }
}

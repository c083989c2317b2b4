package io.c2d.local;

import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.ContainerImage;
import io.c2d.local.ContainerEngine.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * What the sandbox is tried with: an image of this machine's shell, so that no registry is needed. Made once; it stays.
 */
final class TrialImage {
    /** Its name. */
    static final ContainerImage NAME = new ContainerImage("localhost/c2d-trial", "1", null, "true");

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private TrialImage() {}

    /** Makes it where it is not there. */
    static void make(ContainerEngine engine, Path script, Path scratch) throws UnavailableException {
        String name = ImageReference.of(NAME).text();
        try {
            if (engine.call("image", "inspect", "--format", "{{.Id}}", name)
                    .join()
                    .isSuccess()) {
                return;
            }
            Path tar = Files.createTempFile(scratch, "image", ".tar");
            try {
                Command.Result made = Command.start(
                                List.of("sh", script.toString(), tar.toString(), "sh"),
                                ImmutableMap.of(),
                                LIMIT,
                                scratch)
                        .join();
                if (!made.isSuccess()) {
                    throw new UnavailableException(
                            "no image can be made of this machine's sh: "
                                    + made.errors().strip(),
                            null);
                }
                String unused = engine.said("import", tar.toString(), name);
            } finally {
                Files.deleteIfExists(tar);
            }
        } catch (IOException | CompletionException e) {
            throw new UnavailableException("no image to try it with can be made", e);
        }
    }
}

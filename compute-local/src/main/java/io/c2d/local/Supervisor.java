package io.c2d.local;

import io.c2d.core.port.ClusterException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Launches the supervisor script, detached: in a session of its own, with nothing of this process's but its user. */
final class Supervisor {
    private static final long LAUNCH_SECONDS = 10;
    private static final File NOTHING = new File("/dev/null");

    private final Path script;

    Supervisor(Path script) {
        this.script = script;
    }

    /**
     * Launches one; a second one for the same try does nothing.
     *
     * @param prepared the folder in the try's of what it begins with; gone when the supervisor has begun, or has found that
     *     another did
     * @param logBytes how much of the output is kept: half of it from its head, half from its tail
     */
    void launch(TryFolder folder, Path prepared, long logBytes) throws IOException {
        String half = Long.toString(logBytes / 2);
        ProcessBuilder builder = new ProcessBuilder(List.of(
                "setsid",
                "--fork",
                "sh",
                script.toString(),
                folder.path().toString(),
                half,
                half,
                prepared.getFileName().toString()));
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        Process launcher = builder.directory(new File("/"))
                .redirectInput(NOTHING)
                .redirectOutput(NOTHING)
                .redirectErrorStream(true)
                .start();
        try {
            if (!launcher.waitFor(LAUNCH_SECONDS, TimeUnit.SECONDS) || launcher.exitValue() != 0) {
                launcher.destroyForcibly();
                throw new ClusterException("the supervisor could not be launched on this machine");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("launching the supervisor was interrupted", e);
        }
    }
}

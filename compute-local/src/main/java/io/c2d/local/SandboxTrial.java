package io.c2d.local;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Algorithm;
import io.c2d.core.model.ComputeRequirements;
import io.c2d.core.model.ContainerImage;
import io.c2d.core.model.Output;
import io.c2d.core.model.Stage;
import io.c2d.core.port.Environment.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries a sandbox with the very scripts that jobs run in, since nothing less says that it works on this machine. */
final class SandboxTrial {
    private static final Logger log = LoggerFactory.getLogger(SandboxTrial.class);
    private static final String WANTED = "sandbox works";
    private static final long LIMIT_SECONDS = 15;

    private final Path folder;
    private final Path scripts;
    private final Identity identity;
    private final Cgroups cgroups;

    SandboxTrial(Path folder, Path scripts, Identity identity, Cgroups cgroups) {
        this.folder = folder;
        this.scripts = scripts;
        this.identity = identity;
        this.cgroups = cgroups;
    }

    boolean works(Sandboxes sandbox) {
        try {
            return tryOut(sandbox);
        } catch (IOException e) {
            log.debug("the sandbox {} can't be tried", sandbox.label(), e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean tryOut(Sandboxes sandbox) throws IOException, InterruptedException {
        FolderTree.delete(folder);
        TryFolder trial = new TryFolder(Files.createDirectories(folder.resolve("job/1-trial/0-algorithm-1")));
        for (String part : ImmutableList.of("inputs", "ddos", "transformations", "outputs", "logs", "tmp")) {
            Files.createDirectory(trial.path().resolve(part));
        }
        for (String part : ImmutableList.of("outputs", "logs", "tmp")) {
            identity.handOver(trial.path().resolve(part));
        }
        Files.writeString(trial.log(), "");
        Files.writeString(trial.path().resolve("logs/algorithm.log"), "");
        String line = "echo " + WANTED + " > \"$OUTPUTS/result\"";
        RunScript runScript = new RunScript(sandbox, scripts.resolve(sandbox.label() + ".sh"), identity, cgroups);
        Files.writeString(trial.path().resolve("run"), runScript.write(program(trial, line)));
        Process process = new ProcessBuilder("sh", trial.path().resolve("run").toString())
                .redirectErrorStream(true)
                .redirectOutput(trial.path().resolve("said").toFile())
                .start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        Path result = trial.outputs().resolve("result");
        boolean works = ended
                && process.exitValue() == 0
                && Files.exists(result)
                && Files.readString(result).strip().equals(WANTED);
        if (!works) {
            log.info("the sandbox {} does not work here: {}", sandbox.label(), said(trial));
        }
        FolderTree.delete(folder);
        return works;
    }

    private static String said(TryFolder trial) throws IOException {
        return Files.readString(trial.path().resolve("said")).strip();
    }

    private static RunScript.Program program(TryFolder folder, String line) {
        Stage stage = new Stage(
                0,
                ImmutableList.of(),
                new ComputeRequirements(1, null, null),
                new Algorithm("", line, null, new ContainerImage("none", null, null, line)),
                Output.NONE);
        return new RunScript.Program(
                folder,
                stage,
                line,
                Duration.ofSeconds(LIMIT_SECONDS),
                Duration.ofSeconds(1),
                Resources.DEFAULTS,
                ImmutableList.of(),
                "");
    }
}

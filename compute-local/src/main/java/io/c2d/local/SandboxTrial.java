package io.c2d.local;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Algorithm;
import io.c2d.core.model.ComputeRequirements;
import io.c2d.core.model.Output;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.Environment.Resources;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries a sandbox with the very scripts that jobs run in, since nothing less says that it works on this machine. */
final class SandboxTrial {
    private static final Logger log = LoggerFactory.getLogger(SandboxTrial.class);
    private static final String WANTED = "sandbox works";
    private static final long LIMIT_SECONDS = 30;

    private final Path folder;
    private final Identity identity;

    SandboxTrial(Path folder, Identity identity) {
        this.folder = folder;
        this.identity = identity;
    }

    /** Why it does not work; nothing where it does. */
    Optional<String> tryOut(Sandbox sandbox) {
        try {
            return run(sandbox);
        } catch (IOException e) {
            log.debug("the sandbox {} can't be tried", sandbox.label(), e);
            return Optional.of("it can't be tried: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the trial was interrupted");
        }
    }

    private Optional<String> run(Sandbox sandbox) throws IOException, InterruptedException {
        FolderTree.delete(folder);
        // The try's name is made of these, and another server may try at the same time.
        Path attempt = folder.resolve("job/1-" + folder.getFileName());
        TryFolder trial = new TryFolder(Files.createDirectories(attempt.resolve("0-algorithm-1")));
        for (String part : ImmutableList.of("inputs", "ddos", "transformations", "outputs", "logs", "tmp")) {
            Files.createDirectory(trial.path().resolve(part));
        }
        for (String part : ImmutableList.of("outputs", "logs", "tmp")) {
            identity.handOver(trial.path().resolve(part));
        }
        Files.writeString(trial.log(), "");
        Files.writeString(trial.path().resolve("logs/algorithm.log"), "");
        Program program = program(trial, "echo " + WANTED + " > \"$OUTPUTS/result\"");
        boolean exited = isSuccess(trial, "run", sandbox.run(program));
        Optional<String> failure = exited && isResultThere(trial) ? Optional.empty() : Optional.of(said(trial));
        boolean swept = isSuccess(trial, "sweep", sandbox.sweep(program));
        FolderTree.delete(folder);
        return failure.isEmpty() && !swept ? Optional.of("what it leaves can't be removed") : failure;
    }

    private static boolean isSuccess(TryFolder trial, String name, String text)
            throws IOException, InterruptedException {
        Path script = Files.writeString(trial.path().resolve(name), text);
        ProcessBuilder builder = new ProcessBuilder("sh", script.toString())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        trial.path().resolve("said").toFile()));
        builder.environment().clear();
        builder.environment().put("PATH", ShellText.PATH);
        Process process = builder.start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        return ended && process.exitValue() == 0;
    }

    private static boolean isResultThere(TryFolder trial) throws IOException {
        Path result = trial.outputs().resolve("result");
        return Files.exists(result) && Files.readString(result).strip().equals(WANTED);
    }

    private static String said(TryFolder trial) throws IOException {
        Optional<String> refusal = trial.refusal();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        String said = Files.readString(trial.path().resolve("said")).strip();
        return said.isEmpty() ? "the trial did not leave its result" : said;
    }

    private static Program program(TryFolder folder, String line) {
        Stage stage = new Stage(
                0,
                ImmutableList.of(),
                new ComputeRequirements(1, null, null),
                new Algorithm("", line, null, TrialImage.NAME),
                Output.NONE);
        return new Program(
                folder,
                folder,
                StepKind.ALGORITHM,
                stage,
                line,
                Duration.ofSeconds(LIMIT_SECONDS),
                Duration.ofSeconds(1),
                Resources.DEFAULTS,
                ImmutableList.of(),
                "");
    }
}

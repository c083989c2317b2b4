package io.c2d.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.port.Environment;
import io.c2d.local.ContainerEngine.UnavailableException;
import io.c2d.local.ContainerSettings.PullPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Podman or Docker of this machine, with an image of the machine's own programs under the name that the samples' jobs
 * ask for. Where there is none, or none that works, the tests are skipped, and a line on stderr says so.
 */
final class TestingContainers {
    /** The image of the samples: {@code sh}, {@code 1}. */
    static final String IMAGE = "docker.io/library/sh:1";

    /** An image with one program, and that is no shell. */
    static final String WITHOUT_SHELL = "localhost/c2d-test-without-sh:1";

    private static final ImmutableList<String> PROGRAMS =
            ImmutableList.of("sh", "bash", "cat", "dd", "env", "id", "ls", "mkdir", "setsid", "sleep", "touch", "wc");

    private static final Optional<TestingContainers> FOUND = find();

    private final ContainerSettings settings;
    private final ContainerEngine engine;

    private TestingContainers(ContainerSettings settings, ContainerEngine engine) {
        this.settings = settings;
        this.engine = engine;
    }

    /** What is there; else the test is skipped. */
    static TestingContainers require() {
        assumeTrue(FOUND.isPresent(), "there are no containers here");
        return FOUND.orElseThrow();
    }

    /** The settings that work here; nothing is ever pulled. */
    ContainerSettings settings() {
        return settings;
    }

    /** How the engine is called. */
    String command() {
        return String.join(" ", engine.words());
    }

    EnforcedLimits limits() {
        return engine.limits();
    }

    /** What a call says on stdout. */
    String said(String... arguments) {
        try {
            return engine.said(arguments);
        } catch (UnavailableException e) {
            throw new AssertionError(e);
        }
    }

    /** The containers that were run with a label, by name and state: another build may run some at the same time. */
    ImmutableList<String> containers(String label) {
        return said("ps", "--all", "--filter", "label=" + label, "--format", "{{.Names}} {{.State}}")
                .lines()
                .collect(ImmutableList.toImmutableList());
    }

    private static Optional<TestingContainers> find() {
        String why = "";
        // Some machines have a control group set-up that the default runtime refuses and the other takes.
        for (@Nullable String runtime : Arrays.asList(null, "runc")) {
            ContainerSettings settings = ContainerSettings.DEFAULTS
                    .withCommand(ImmutableList.of(), runtime)
                    .withPull(PullPolicy.NEVER, Duration.ofSeconds(10));
            try {
                Path scratch = Files.createTempDirectory("c2d-containers");
                TestingContainers found = open(settings, scratch);
                Runtime.getRuntime().addShutdownHook(new Thread(found::removeImages));
                return Optional.of(found);
            } catch (IllegalStateException | UnavailableException e) {
                why = String.valueOf(e.getMessage());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        System.err.println("CONTAINERS ARE NOT TESTED HERE, their tests are skipped: " + why
                + " (tools/setup.sh installs Podman)");
        return Optional.empty();
    }

    private static TestingContainers open(ContainerSettings settings, Path scratch)
            throws IOException, UnavailableException {
        Identity identity = Identity.current();
        Sandbox unused = new SandboxAssembly(
                        scratch,
                        scratch.resolve("trial-test"),
                        identity,
                        settings,
                        ImmutableList.of(Environment.defaults("default")))
                .choose("container");
        ContainerEngine engine = ContainerEngine.find(settings.command(), System.getenv(), scratch);
        importImage(engine, scratch, IMAGE, PROGRAMS);
        importImage(engine, scratch, WITHOUT_SHELL, ImmutableList.of("sleep"));
        return new TestingContainers(settings, engine);
    }

    private static void importImage(ContainerEngine engine, Path scratch, String name, List<String> programs)
            throws IOException, UnavailableException {
        Path script = LocalClusterBuilder.install(scratch, "image.sh");
        Path tar = scratch.resolve("image.tar");
        List<String> words = new ArrayList<>(List.of("sh", script.toString(), tar.toString()));
        words.addAll(programs);
        Command.Result made = Command.start(words, ImmutableMap.of(), Duration.ofMinutes(1), scratch)
                .join();
        if (!made.isSuccess()) {
            throw new IllegalStateException(made.errors());
        }
        String unused = engine.said("import", tar.toString(), name);
    }

    private void removeImages() {
        String unused = said("rmi", "--force", IMAGE, WITHOUT_SHELL);
    }
}

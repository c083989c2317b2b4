package io.c2d.local;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The Docker or Podman that is there: how it is called, and which limits it can hold. Thread-safe.
 *
 * @param kind which of the two, whatever the command's name
 * @param version as it says it
 * @param words the command and its first words, without blanks
 * @param limits which it holds for a container
 * @param environment what its client needs to find its storage or its daemon; nothing of the server's beside
 * @param pullEnvironment the same with the proxies, which no container must get
 * @param scratch where calls may write what they say
 */
record ContainerEngine(
        Kind kind,
        String version,
        ImmutableList<String> words,
        EnforcedLimits limits,
        ImmutableMap<String, String> environment,
        ImmutableMap<String, String> pullEnvironment,
        Path scratch) {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final ImmutableList<String> CLIENT_VARIABLES = ImmutableList.of(
            "HOME",
            "TMPDIR",
            "XDG_RUNTIME_DIR",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "DBUS_SESSION_BUS_ADDRESS",
            "CONTAINERS_CONF",
            "CONTAINERS_STORAGE_CONF",
            "CONTAINERS_REGISTRIES_CONF",
            "REGISTRY_AUTH_FILE",
            "DOCKER_CONFIG",
            "DOCKER_CONTEXT",
            "DOCKER_HOST",
            "DOCKER_CERT_PATH",
            "DOCKER_TLS_VERIFY");
    private static final ImmutableList<String> PROXY_VARIABLES =
            ImmutableList.of("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy");

    /** Which of the two. */
    enum Kind {
        PODMAN("podman", "{{range .Host.CgroupControllers}}{{.}} {{end}}"),
        DOCKER("docker", "{{if .MemoryLimit}}memory {{end}}{{if .PidsLimit}}pids {{end}}{{if .CPUCfsQuota}}cpu{{end}}");

        private final String label;
        private final String controllers;

        Kind(String label, String controllers) {
            this.label = label;
            this.controllers = controllers;
        }
    }

    /** Why there is none that can be used. */
    static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        private final String sentence;

        UnavailableException(String sentence, @Nullable Throwable cause) {
            super(sentence, cause);
            this.sentence = sentence;
        }

        String sentence() {
            return sentence;
        }
    }

    /**
     * Looks for one.
     *
     * @param command how it is called; empty: Podman, else Docker
     * @param variables the server's own environment
     */
    static ContainerEngine find(List<String> command, Map<String, String> variables, Path scratch)
            throws UnavailableException {
        if (!command.isEmpty()) {
            return ask(command, variables, scratch);
        }
        try {
            return ask(List.of(Kind.PODMAN.label), variables, scratch);
        } catch (UnavailableException podman) {
            try {
                return ask(List.of(Kind.DOCKER.label), variables, scratch);
            } catch (UnavailableException docker) {
                docker.addSuppressed(podman);
                throw new UnavailableException(podman.sentence() + "; " + docker.sentence(), docker);
            }
        }
    }

    private static ContainerEngine ask(List<String> words, Map<String, String> variables, Path scratch)
            throws UnavailableException {
        ImmutableMap<String, String> environment = chosen(variables, CLIENT_VARIABLES);
        ImmutableMap<String, String> pulling = ImmutableMap.<String, String>builder()
                .putAll(environment)
                .putAll(chosen(variables, PROXY_VARIABLES))
                .buildOrThrow();
        ContainerEngine unknown = new ContainerEngine(
                Kind.PODMAN,
                "",
                ImmutableList.copyOf(words),
                new EnforcedLimits(false, false, false),
                environment,
                pulling,
                scratch);
        String version = unknown.said("--version").strip();
        Kind kind = version.toLowerCase(Locale.ROOT).startsWith(Kind.PODMAN.label) ? Kind.PODMAN : Kind.DOCKER;
        List<String> controllers = Splitter.on(' ')
                .omitEmptyStrings()
                .splitToList(unknown.said("info", "--format", kind.controllers).strip());
        return new ContainerEngine(
                kind,
                version,
                unknown.words,
                new EnforcedLimits(
                        controllers.contains("memory"), controllers.contains("pids"), controllers.contains("cpu")),
                environment,
                pulling,
                scratch);
    }

    private static ImmutableMap<String, String> chosen(Map<String, String> variables, List<String> names) {
        ImmutableMap.Builder<String, String> chosen = ImmutableMap.builder();
        for (String name : names) {
            String value = variables.get(name);
            if (value != null) {
                chosen.put(name, value);
            }
        }
        return chosen.buildOrThrow();
    }

    /** What a call says on stdout; for the start of the server, since it waits. */
    String said(String... arguments) throws UnavailableException {
        String name = String.join(" ", words);
        try {
            Command.Result result = start(environment, LIMIT, arguments).join();
            if (!result.isSuccess()) {
                throw new UnavailableException(
                        name + " does not work: " + EngineMessages.sentence(result.errors()), null);
            }
            return result.out();
        } catch (IOException | CompletionException e) {
            throw new UnavailableException(name + " can't be called", e);
        }
    }

    /** Starts a short call. */
    CompletableFuture<Command.Result> call(String... arguments) throws IOException {
        return start(environment, LIMIT, arguments);
    }

    /** Starts a pull, which may take so long. */
    CompletableFuture<Command.Result> pull(ImageReference image, Duration limit) throws IOException {
        return start(pullEnvironment, limit, "pull", "--quiet", image.text());
    }

    private CompletableFuture<Command.Result> start(Map<String, String> variables, Duration limit, String... arguments)
            throws IOException {
        ImmutableList<String> all =
                ImmutableList.<String>builder().addAll(words).add(arguments).build();
        return Command.start(all, variables, limit, scratch);
    }
}

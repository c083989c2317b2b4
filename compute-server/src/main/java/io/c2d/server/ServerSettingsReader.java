package io.c2d.server;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.access.AccessSettings.Signatures;
import io.c2d.core.engine.SweepSettings;
import io.c2d.core.json.JobStatusCodec.Dates;
import io.c2d.core.port.Environment;
import io.c2d.local.ContainerSettings;
import io.c2d.rest.RestSettings.RunningJobs;
import io.c2d.worker.Network;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the server's settings, and what only several of them together make wrong. */
final class ServerSettingsReader {
    private static final Duration LOCAL_GRACE = Duration.ofSeconds(2);
    private static final Duration KUBERNETES_GRACE = Duration.ofSeconds(10);
    private static final Duration LEAST_SHARED_LEASE = Duration.ofSeconds(3);

    private final SettingsReader in;

    ServerSettingsReader(SettingsReader in) {
        this.in = in;
    }

    ServerSettings read() {
        boolean kubernetes = in.one(
                        Settings.CLUSTER_TYPE, text -> SettingsReader.choice(text, "local", "kubernetes"), "local")
                .equals("kubernetes");
        EnvironmentReader reader = new EnvironmentReader(in, kubernetes ? KUBERNETES_GRACE : LOCAL_GRACE);
        ImmutableList<Environment> environments =
                in.environments().stream().map(reader::read).collect(ImmutableList.toImmutableList());
        return new ServerSettings(
                new ServerSettings.Http(
                        in.text(Settings.HTTP_HOST),
                        in.one(Settings.HTTP_PORT, SettingsReader::port, 0),
                        in.optional(Settings.PUBLIC_URL, SettingsReader::url),
                        in.one(
                                Settings.RUNNING_JOBS,
                                t -> SettingsReader.constant(RunningJobs.class, t),
                                RunningJobs.REDACTED),
                        in.one(Settings.DATES, t -> SettingsReader.constant(Dates.class, t), Dates.UNIX)),
                new ServerSettings.Folders(
                        Path.of(in.text(Settings.DATA_DIR)), in.optional(Settings.ARTIFACTS_DIR, Path::of)),
                database(),
                new ServerSettings.Local(
                        in.one(Settings.SANDBOX, ServerSettingsReader::sandboxes, ImmutableSet.of("auto")),
                        containers()),
                kubernetes ? KubernetesSettings.read(in, environments) : null,
                environments,
                fallback(kubernetes),
                new ServerSettings.Access(
                        in.one(
                                Settings.SIGNATURES,
                                t -> SettingsReader.constant(Signatures.class, t),
                                Signatures.STRICT),
                        in.list(Settings.ADMIN_TOKENS, t -> SettingsReader.matching(t, "[0-9a-fA-F]{64}")),
                        in.list(Settings.ADMINS, SettingsReader::address),
                        in.list(Settings.GATEWAYS, SettingsReader::address)),
                new ServerSettings.Links(
                        in.duration(Settings.LINKS_LIFETIME, Settings.LINKS_LIFETIME.name()),
                        in.optional(Settings.LINKS_KEY, t -> SettingsReader.matching(t, "[0-9a-fA-F]{64}"))),
                new ServerSettings.Staging(
                        in.list(Settings.ALLOWED_NETWORKS, Network::parse).asList(),
                        in.one(Settings.FILE_URLS, SettingsReader::yesOrNo, false),
                        in.size(Settings.MAX_FILE_SIZE, Settings.MAX_FILE_SIZE.name(), 0)),
                in.one(Settings.LEASE, SettingsReader::seconds, Duration.ofSeconds(15)),
                sweep());
    }

    /** A name that is not known means something else on a cluster of many than on one machine. */
    private @Nullable String fallback(boolean kubernetes) {
        String name = in.text(Settings.FALLBACK);
        if (name.isEmpty()) {
            return kubernetes ? null : Environment.DEFAULT;
        }
        return name.equals("none") ? null : name;
    }

    private static ImmutableSet<String> sandboxes(String text) {
        if (text.equals("auto")) {
            return ImmutableSet.of(text);
        }
        return Splitter.on(',')
                .trimResults()
                .splitToStream(text)
                .map(label -> SettingsReader.choice(label, "container", "bubblewrap", "namespaces", "process"))
                .collect(ImmutableSet.toImmutableSet());
    }

    private ContainerSettings containers() {
        return new ContainerSettings(
                in.words(Settings.CONTAINER_COMMAND),
                in.optional(Settings.CONTAINER_RUNTIME, t -> SettingsReader.matching(t, "[^\\s-]\\S*")),
                in.words(Settings.CONTAINER_FLAGS),
                in.one(
                        Settings.CONTAINER_PULL_POLICY,
                        t -> SettingsReader.constant(ContainerSettings.PullPolicy.class, t),
                        ContainerSettings.PullPolicy.MISSING),
                in.one(Settings.CONTAINER_PULL_TIMEOUT, SettingsReader::seconds, Duration.ofSeconds(1)),
                in.optional(
                        Settings.CONTAINER_FILTER_IMAGE,
                        t -> ContainerSettings.DEFAULTS.withFilterImage(t).filterImage()));
    }

    private SweepSettings sweep() {
        SweepSettings defaults = SweepSettings.DEFAULTS;
        return new SweepSettings(
                in.duration(Settings.SWEEP_EVERY, Settings.SWEEP_EVERY.name()),
                in.duration(Settings.SWEEP_GRACE, Settings.SWEEP_GRACE.name()),
                in.duration(Settings.SWEEP_TOMBSTONES, Settings.SWEEP_TOMBSTONES.name()),
                in.one(Settings.SWEEP_MAX_SHARE, SettingsReader::share, defaults.maxShare()),
                in.one(Settings.SWEEP_DRY_RUN, SettingsReader::yesOrNo, defaults.dryRun()));
    }

    private ServerSettings.@Nullable Database database() {
        String url = in.optional(Settings.STORE_URL, t -> SettingsReader.matching(t, "jdbc:(h2|postgresql):.+"));
        String password =
                in.text(Settings.STORE_PASSWORD, Settings.STORE_PASSWORD.name()).orElse("");
        return url == null ? null : new ServerSettings.Database(url, in.text(Settings.STORE_USER), password);
    }

    /** What only two settings together make wrong. */
    void checkTogether(ServerSettings settings) {
        if (!settings.isLoopback()) {
            if (settings.access().signatures() == Signatures.NONE) {
                in.fault(Settings.SIGNATURES, "none is for a server that listens on loopback alone");
            }
            if (settings.local().mayTrust()) {
                in.fault(Settings.SANDBOX, "process is for a server that listens on loopback alone");
            }
        }
        ServerSettings.Database database = settings.database();
        if (database != null && database.isShared() && settings.lease().compareTo(LEAST_SHARED_LEASE) < 0) {
            in.fault(Settings.LEASE, "with PostgreSQL a lease is at least 3s, since calls take up to a third of it");
        }
        if (settings.kubernetes() != null && (database == null || !database.isShared())) {
            in.fault(Settings.STORE_URL, "with cluster.type=kubernetes the store is PostgreSQL");
        }
        boolean several = settings.environments().stream()
                .anyMatch(environment -> environment.resources().maxInstances() > 1);
        if (several && settings.kubernetes() == null) {
            in.fault(Settings.MAX_INSTANCES, "on this machine an algorithm runs once");
        }
        String fallback = settings.fallback();
        if (fallback != null && !in.environments().contains(fallback)) {
            in.fault(Settings.FALLBACK, "there is no environment \"" + fallback + "\"");
        }
    }
}

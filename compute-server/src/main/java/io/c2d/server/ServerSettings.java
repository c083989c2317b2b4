package io.c2d.server;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.access.AccessSettings.Signatures;
import io.c2d.core.engine.SweepSettings;
import io.c2d.core.json.JobStatusCodec.Dates;
import io.c2d.core.model.Owner;
import io.c2d.core.port.Environment;
import io.c2d.local.ContainerSettings;
import io.c2d.rest.RestSettings.RunningJobs;
import io.c2d.worker.Network;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings, read and checked (DESIGN, section 9). What each means is in {@link Settings}.
 *
 * @param http where to listen
 * @param folders where things lie
 * @param database the store, {@code null} for the H2 file in the data folder
 * @param local how algorithms are shut off
 * @param environments at least the default one
 * @param fallback the environment that takes unknown names, {@code null} for none
 * @param access who may do what
 * @param links of results
 * @param staging what stage-in may fetch
 * @param lease of the engine
 * @param sweep how it cleans up
 */
record ServerSettings(
        Http http,
        Folders folders,
        @Nullable Database database,
        Local local,
        ImmutableList<Environment> environments,
        @Nullable String fallback,
        Access access,
        Links links,
        Staging staging,
        Duration lease,
        SweepSettings sweep) {

    record Http(String host, int port, @Nullable URI publicUrl, RunningJobs runningJobs, Dates dates) {}

    record Folders(Path data, @Nullable Path artifacts) {}

    record Database(String url, String user, String password) {
        /** Whether several servers may use it at a time. */
        boolean isShared() {
            return url.startsWith("jdbc:postgresql:");
        }

        @Override
        public String toString() {
            return "Database[" + user + "]";
        }
    }

    record Local(ImmutableSet<String> sandboxes, ContainerSettings containers) {
        /** Whether algorithms may run with nothing that shuts them off. */
        boolean mayTrust() {
            return sandboxes.contains("process");
        }
    }

    record Access(
            Signatures signatures,
            ImmutableSet<String> adminTokens,
            ImmutableSet<String> admins,
            ImmutableSet<String> gateways) {}

    record Links(Duration lifetime, @Nullable String key) {
        @Override
        public String toString() {
            return "Links[" + lifetime + "]";
        }
    }

    record Staging(ImmutableList<Network> allowedNetworks, boolean fileUrls, long maxFileBytes) {}

    /** Whether the server listens on loopback alone. */
    boolean isLoopback() {
        try {
            return InetAddress.getByName(http.host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * Reads them.
     *
     * @throws InvalidSettingsException with all that is wrong
     */
    static ServerSettings read(SettingsSource source) {
        Reader reader = new Reader(source);
        ServerSettings settings = reader.read();
        reader.checkTogether(settings);
        source.throwIfAny();
        return settings;
    }

    private static final class Reader {
        private static final Duration LEAST_SHARED_LEASE = Duration.ofSeconds(3);

        private final SettingsSource source;

        Reader(SettingsSource source) {
            this.source = source;
        }

        ServerSettings read() {
            Duration grace = duration(Settings.STOP_GRACE, Settings.STOP_GRACE.name());
            ImmutableList.Builder<Environment> environments = ImmutableList.builder();
            source.environments().forEach(name -> environments.add(environment(name, grace)));
            String fallback = text(Settings.FALLBACK);
            one(Settings.CLUSTER_TYPE, text -> choice(text, "local"), "local");
            return new ServerSettings(
                    new Http(
                            text(Settings.HTTP_HOST),
                            one(Settings.HTTP_PORT, Reader::port, 0),
                            optional(Settings.PUBLIC_URL, Reader::url),
                            one(Settings.RUNNING_JOBS, t -> constant(RunningJobs.class, t), RunningJobs.REDACTED),
                            one(Settings.DATES, t -> constant(Dates.class, t), Dates.UNIX)),
                    new Folders(Path.of(text(Settings.DATA_DIR)), optional(Settings.ARTIFACTS_DIR, Path::of)),
                    database(),
                    new Local(one(Settings.SANDBOX, Reader::sandboxes, ImmutableSet.of("auto")), containers()),
                    environments.build(),
                    fallback.equals("none") ? null : fallback,
                    new Access(
                            one(Settings.SIGNATURES, t -> constant(Signatures.class, t), Signatures.STRICT),
                            list(Settings.ADMIN_TOKENS, t -> matching(t, "[0-9a-fA-F]{64}")),
                            list(Settings.ADMINS, Reader::address),
                            list(Settings.GATEWAYS, Reader::address)),
                    new Links(
                            duration(Settings.LINKS_LIFETIME, Settings.LINKS_LIFETIME.name()),
                            optional(Settings.LINKS_KEY, t -> matching(t, "[0-9a-fA-F]{64}"))),
                    new Staging(
                            list(Settings.ALLOWED_NETWORKS, Network::parse).asList(),
                            one(Settings.FILE_URLS, Reader::yesOrNo, false),
                            size(Settings.MAX_FILE_SIZE, Settings.MAX_FILE_SIZE.name(), 0)),
                    one(Settings.LEASE, Reader::seconds, Duration.ofSeconds(15)),
                    sweep());
        }

        private static ImmutableSet<String> sandboxes(String text) {
            if (text.equals("auto")) {
                return ImmutableSet.of(text);
            }
            return Splitter.on(',')
                    .trimResults()
                    .splitToStream(text)
                    .map(label -> choice(label, "container", "bubblewrap", "namespaces", "process"))
                    .collect(ImmutableSet.toImmutableSet());
        }

        private ContainerSettings containers() {
            return new ContainerSettings(
                    words(Settings.CONTAINER_COMMAND),
                    optional(Settings.CONTAINER_RUNTIME, t -> matching(t, "[^\\s-]\\S*")),
                    words(Settings.CONTAINER_FLAGS),
                    one(
                            Settings.CONTAINER_PULL_POLICY,
                            t -> constant(ContainerSettings.PullPolicy.class, t),
                            ContainerSettings.PullPolicy.MISSING),
                    one(Settings.CONTAINER_PULL_TIMEOUT, Reader::seconds, Duration.ofSeconds(1)),
                    optional(
                            Settings.CONTAINER_FILTER_IMAGE,
                            t -> ContainerSettings.DEFAULTS.withFilterImage(t).filterImage()));
        }

        private ImmutableList<String> words(Setting setting) {
            return Splitter.on(CharMatcher.whitespace())
                    .omitEmptyStrings()
                    .splitToStream(text(setting))
                    .collect(ImmutableList.toImmutableList());
        }

        private SweepSettings sweep() {
            SweepSettings defaults = SweepSettings.DEFAULTS;
            return new SweepSettings(
                    duration(Settings.SWEEP_EVERY, Settings.SWEEP_EVERY.name()),
                    duration(Settings.SWEEP_GRACE, Settings.SWEEP_GRACE.name()),
                    duration(Settings.SWEEP_TOMBSTONES, Settings.SWEEP_TOMBSTONES.name()),
                    one(Settings.SWEEP_MAX_SHARE, Reader::share, defaults.maxShare()),
                    one(Settings.SWEEP_DRY_RUN, Reader::yesOrNo, defaults.dryRun()));
        }

        private static boolean yesOrNo(String text) {
            return Boolean.parseBoolean(choice(text, "true", "false"));
        }

        private static double share(String text) {
            double value = Double.parseDouble(text);
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException("out of range");
            }
            return value;
        }

        private @Nullable Database database() {
            String url = optional(Settings.STORE_URL, t -> matching(t, "jdbc:(h2|postgresql):.+"));
            String password = source.text(Settings.STORE_PASSWORD, Settings.STORE_PASSWORD.name())
                    .orElse("");
            return url == null ? null : new Database(url, text(Settings.STORE_USER), password);
        }

        private Environment environment(String name, Duration grace) {
            return new Environment(
                    name,
                    quotas(name),
                    source.read(
                            Settings.MAX_TIME,
                            Settings.MAX_TIME.forEnvironment(name),
                            Reader::seconds,
                            Duration.ofDays(1)),
                    count(Settings.MAX_TRIES, name),
                    grace,
                    new Environment.PhaseLimits(
                            duration(Settings.LIMIT_QUEUEING, Settings.LIMIT_QUEUEING.forEnvironment(name)),
                            duration(Settings.LIMIT_VOLUMES, Settings.LIMIT_VOLUMES.forEnvironment(name)),
                            duration(Settings.LIMIT_STAGING, Settings.LIMIT_STAGING.forEnvironment(name)),
                            duration(Settings.LIMIT_SCHEDULING, Settings.LIMIT_SCHEDULING.forEnvironment(name)),
                            duration(Settings.LIMIT_FILTERING, Settings.LIMIT_FILTERING.forEnvironment(name)),
                            duration(Settings.LIMIT_PUBLISHING, Settings.LIMIT_PUBLISHING.forEnvironment(name)),
                            duration(Settings.LIMIT_LOST, Settings.LIMIT_LOST.forEnvironment(name))),
                    new Environment.Resources(
                            source.read(Settings.CPUS, Settings.CPUS.forEnvironment(name), Reader::cpus, 1.0),
                            size(Settings.MEMORY, Settings.MEMORY.forEnvironment(name), 4 << 20),
                            size(Settings.OUTPUT_SIZE, Settings.OUTPUT_SIZE.forEnvironment(name), 1),
                            count(Settings.PROCESSES, name),
                            size(Settings.LOG_SIZE, Settings.LOG_SIZE.forEnvironment(name), 1_024)),
                    duration(Settings.RETENTION, Settings.RETENTION.forEnvironment(name)),
                    source.text(Settings.FILTER, Settings.FILTER.forEnvironment(name))
                            .orElse(null));
        }

        private Environment.Quotas quotas(String name) {
            int jobs = count(Settings.MAX_JOBS, name);
            return new Environment.Quotas(
                    jobs,
                    source.text(Settings.MAX_JOBS_PER_OWNER, Settings.MAX_JOBS_PER_OWNER.forEnvironment(name))
                                    .isEmpty()
                            ? jobs
                            : count(Settings.MAX_JOBS_PER_OWNER, name),
                    count(Settings.MAX_QUEUED, name),
                    count(Settings.MAX_QUEUED_PER_OWNER, name));
        }

        /** What only two settings together make wrong. */
        void checkTogether(ServerSettings settings) {
            if (!settings.isLoopback()) {
                if (settings.access().signatures() == Signatures.NONE) {
                    source.fault(Settings.SIGNATURES, "none is for a server that listens on loopback alone");
                }
                if (settings.local().mayTrust()) {
                    source.fault(Settings.SANDBOX, "process is for a server that listens on loopback alone");
                }
            }
            Database database = settings.database();
            if (database != null && database.isShared() && settings.lease().compareTo(LEAST_SHARED_LEASE) < 0) {
                source.fault(
                        Settings.LEASE, "with PostgreSQL a lease is at least 3s, since calls take up to a third of it");
            }
            String fallback = settings.fallback();
            if (fallback != null && !source.environments().contains(fallback)) {
                source.fault(Settings.FALLBACK, "there is no environment \"" + fallback + "\"");
            }
        }

        private String text(Setting setting) {
            return source.text(setting, setting.name()).orElse("");
        }

        private <T> @Nullable T optional(Setting setting, Function<String, T> parse) {
            return source.read(setting, setting.name(), text -> Optional.of(parse.apply(text)), Optional.<T>empty())
                    .orElse(null);
        }

        private <T> T one(Setting setting, Function<String, T> parse, T instead) {
            return source.read(setting, setting.name(), parse, instead);
        }

        private Duration duration(Setting setting, String name) {
            return source.read(setting, name, Reader::parseDuration, Duration.ofSeconds(1));
        }

        private long size(Setting setting, String name, long least) {
            return source.read(setting, name, text -> sizeOf(text, least), least);
        }

        private static long sizeOf(String text, long least) {
            long bytes = SettingsSource.value(text).getMemorySize("v").toBytes();
            if (bytes < least) {
                throw new SettingsSource.OutOfRangeException("at least " + least + " bytes");
            }
            return bytes;
        }

        private int count(Setting setting, String environment) {
            return source.read(setting, setting.forEnvironment(environment), Reader::positive, 1);
        }

        private <T> ImmutableSet<T> list(Setting setting, Function<String, T> parse) {
            Function<String, ImmutableSet<T>> all = text -> Splitter.on(',')
                    .trimResults()
                    .omitEmptyStrings()
                    .splitToStream(text)
                    .map(parse)
                    .collect(ImmutableSet.toImmutableSet());
            return source.read(setting, setting.name(), all, ImmutableSet.of());
        }

        private static Duration parseDuration(String text) {
            // The library takes a number alone as milliseconds, which hardly anybody means.
            if (!Character.isLetter(text.charAt(text.length() - 1))) {
                throw new SettingsSource.OutOfRangeException("with a unit");
            }
            return atLeast(Duration.ofMillis(1), SettingsSource.value(text).getDuration("v"));
        }

        private static Duration seconds(String text) {
            return atLeast(Duration.ofSeconds(1), parseDuration(text));
        }

        private static Duration atLeast(Duration least, Duration value) {
            if (value.compareTo(least) < 0) {
                throw new SettingsSource.OutOfRangeException(
                        "at least " + (least.toSeconds() > 0 ? least.toSeconds() + "s" : least.toMillis() + "ms"));
            }
            return value;
        }

        private static int positive(String text) {
            int value = Integer.parseInt(text);
            if (value < 1) {
                throw new IllegalArgumentException("too small");
            }
            return value;
        }

        private static double cpus(String text) {
            double value = Double.parseDouble(text);
            if (!(value > 0 && value < 10_000)) {
                throw new IllegalArgumentException("out of range");
            }
            return value;
        }

        private static int port(String text) {
            int value = Integer.parseInt(text);
            if (value < 0 || value > 65_535) {
                throw new IllegalArgumentException("out of range");
            }
            return value;
        }

        private static URI url(String text) {
            URI uri = URI.create(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!web || uri.getHost() == null || uri.getQuery() != null) {
                throw new IllegalArgumentException("no URL");
            }
            return uri;
        }

        private static String address(String text) {
            if (!Owner.isAddress(text)) {
                throw new IllegalArgumentException("no address");
            }
            return text;
        }

        private static String matching(String text, String form) {
            if (!text.matches(form)) {
                throw new IllegalArgumentException("another form");
            }
            return text;
        }

        private static String choice(String text, String... choices) {
            return Optional.of(text)
                    .filter(ImmutableList.copyOf(choices)::contains)
                    .orElseThrow();
        }

        private static <E extends Enum<E>> E constant(Class<E> type, String text) {
            if (!text.equals(text.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("lower case");
            }
            return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
        }
    }
}

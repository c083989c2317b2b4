package io.c2d.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.access.AccessSettings.Signatures;
import io.c2d.core.json.JobStatusCodec.Dates;
import io.c2d.core.port.Environment;
import io.c2d.local.ContainerSettings;
import io.c2d.rest.RestSettings.RunningJobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where settings come from, and what is refused. */
final class ServerSettingsTest {
    @TempDir
    private Path folder;

    @Test
    void whereNothingIsSetTheDefaultsHold() {
        ServerSettings settings = read(Map.of());

        assertThat(settings.http())
                .isEqualTo(new ServerSettings.Http("127.0.0.1", 8080, null, RunningJobs.REDACTED, Dates.UNIX));
        assertThat(settings.folders()).isEqualTo(new ServerSettings.Folders(Path.of("c2d-data"), null));
        assertThat(settings.database()).isNull();
        assertThat(settings.local().sandboxes()).containsExactly("auto");
        assertThat(settings.local().containers()).isEqualTo(ContainerSettings.DEFAULTS);
        assertThat(settings.fallback()).isEqualTo("default");
        assertThat(settings.access().signatures()).isEqualTo(Signatures.STRICT);
        assertThat(settings.access().adminTokens()).isEmpty();
        assertThat(settings.access().admins()).isEmpty();
        assertThat(settings.access().gateways()).isEmpty();
        assertThat(settings.links()).isEqualTo(new ServerSettings.Links(Duration.ofHours(1), null));
        assertThat(settings.staging().allowedNetworks()).isEmpty();
        assertThat(settings.staging().fileUrls()).isFalse();
        assertThat(settings.staging().maxFileBytes()).isEqualTo(10L << 30);
        assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void theDefaultEnvironmentIsTheOneOfTheCore() {
        assertThat(read(Map.of()).environments()).containsExactly(Environment.defaults(Environment.DEFAULT));
    }

    @Test
    void anotherEnvironmentHasTheDefaultsOfTheTableAndNotThoseOfDefault() {
        ServerSettings settings = read(Map.of("environments.default.max-jobs", "9", "environments.big.memory", "2GiB"));

        assertThat(settings.environments()).extracting(Environment::name).containsExactly("big", "default");
        assertThat(settings.environments().get(0).quotas().maxJobs()).isEqualTo(4);
        assertThat(settings.environments().get(0).resources().memoryBytes()).isEqualTo(2L << 30);
        assertThat(settings.environments().get(1).quotas().maxJobs()).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource({
        "http.port, C2D_HTTP_PORT",
        "http.public-url, C2D_HTTP_PUBLIC_URL",
        "auth.admin-token-sha256, C2D_AUTH_ADMIN_TOKEN_SHA256",
        "environments.default.limits.staging, C2D_ENVIRONMENTS_DEFAULT_LIMITS_STAGING"
    })
    void aVariableIsTheNameInCapitalsWithUnderscores(String name, String variable) {
        assertThat(Setting.variable(name)).isEqualTo(variable);
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentThatOverTheFileThatOverTheDefault() throws IOException {
        Path file = file("http.host = localhost\nhttp.port = 1001\nengine.lease = 21s\nstop.grace = 5s\n");
        ImmutableMap<String, String> variables =
                ImmutableMap.of("C2D_HTTP_PORT", "1002", "C2D_ENGINE_LEASE", "22s", "PATH", "/bin");

        ServerSettings settings =
                ServerSettings.read(SettingsSource.gather(file, ImmutableMap.of("http.port", "1003"), variables));

        assertThat(settings.http().port()).isEqualTo(1003);
        assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(22));
        assertThat(settings.http().host()).isEqualTo("localhost");
        assertThat(settings.environments().get(0).stopGrace()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.links().lifetime()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aListIsAnArrayInAFileAndHasCommasElsewhere() throws IOException {
        Path file = file("staging.allowed-networks = [\"127.0.0.0/8\", \"10.0.0.0/8\"]");

        assertThat(ServerSettings.read(SettingsSource.gather(file, Map.of(), Map.of()))
                        .staging()
                        .allowedNetworks())
                .hasSize(2);
        assertThat(read(Map.of("staging.allowed-networks", "127.0.0.0/8, 10.0.0.0/8"))
                        .staging()
                        .allowedNetworks())
                .hasSize(2);
    }

    @Test
    void anUnknownSettingIsRefusedWithItsName() {
        assertThatThrownBy(() -> read(Map.of("http.prot", "1")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("http.prot: there is no such setting");
    }

    @Test
    void anUnknownVariableIsRefusedAndTheLogsOneIsNot() {
        assertThatThrownBy(() -> read(null, Map.of(), Map.of("C2D_HTTP_PROT", "1", "C2D_LOG_LEVEL", "DEBUG")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage("C2D_HTTP_PROT: there is no such setting (the environment)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http.port | 65536 | a port from 0 to 65535",
                "http.port | eighty | a port from 0 to 65535",
                "http.public-url | ftp://example.org | an http or https URL",
                "store.url | jdbc:mysql://localhost/jobs | a JDBC URL of PostgreSQL or H2",
                "cluster.type | nomad | local or kubernetes",
                "local.sandbox | jail | auto, or a list of container, bubblewrap, namespaces and process",
                "local.sandbox | auto,process | auto, or a list of container, bubblewrap, namespaces and process",
                "local.container.runtime | --privileged | an OCI runtime such as runc",
                "local.container.pull-policy | sometimes | always, missing or never",
                "local.container.pull-timeout | 999ms | a duration: 500ms, 15s, 2m, 1h, 7d (at least 1s)",
                "local.container.filter-image | Debian | an image: name, name:tag or name@sha256:…",
                "auth.signatures | legacy | strict or none",
                "auth.signatures | STRICT | strict or none",
                "auth.admin-token-sha256 | secret | a list of SHA-256 (64 hex digits)",
                "auth.admins | 0x22 | a list of addresses (0x and 40 hex digits)",
                "api.running-jobs | all | redacted, own or admins",
                "api.dates | ISO | unix or iso",
                "links.lifetime | soon | a duration: 500ms, 15s, 2m, 1h, 7d",
                "staging.allowed-networks | home | a list of CIDRs such as 127.0.0.0/8",
                "staging.file-urls | yes | true or false",
                "staging.max-file-size | big | a size in bytes: 512MiB, 10GiB",
                "engine.lease | 999ms | a duration: 500ms, 15s, 2m, 1h, 7d (at least 1s)",
                "environments.default.max-jobs | 0 | a number above 0",
                "environments.default.max-time | 999ms | a duration: 500ms, 15s, 2m, 1h, 7d (at least 1s)",
                "environments.default.max-time | 5 | a duration: 500ms, 15s, 2m, 1h, 7d (with a unit)",
                "environments.default.retention | 30 | a duration: 500ms, 15s, 2m, 1h, 7d (with a unit)",
                "environments.default.limits.lost | 0s | a duration: 500ms, 15s, 2m, 1h, 7d (at least 1ms)",
                "environments.default.memory | 12 | a size in bytes: 512MiB, 10GiB (at least 4194304 bytes)",
                "environments.default.log-size | 1 | a size in bytes: 512MiB, 10GiB (at least 1024 bytes)",
                "environments.default.cpus | -1 | a number above 0"
            })
    void aWrongValueIsRefusedWithItsNameAndWhatItTakes(String name, String value, String takes) {
        assertThatThrownBy(() -> read(Map.of(name, value)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage(name + ": takes " + takes + ", not \"" + value + "\"");
    }

    @Test
    void quotasLimitsAndTheSweeperAreRead() {
        ServerSettings settings = read(Map.of(
                "environments.default.max-jobs", "9",
                "environments.default.max-queued", "50",
                "environments.default.retention", "2d",
                "environments.default.limits.queueing", "3h",
                "sweep.dry-run", "true",
                "sweep.max-share", "0.25"));
        Environment environment = settings.environments().get(0);
        assertThat(environment.quotas()).isEqualTo(new Environment.Quotas(9, 9, 50, 1_000));
        assertThat(environment.retention()).isEqualTo(Duration.ofDays(2));
        assertThat(environment.limits().queueing()).isEqualTo(Duration.ofHours(3));
        assertThat(settings.sweep().dryRun()).isTrue();
        assertThat(settings.sweep().maxShare()).isEqualTo(0.25);
    }

    @Test
    void aLeaseThatIsTooShortForASharedDatabaseIsRefused() {
        Map<String, String> shared = Map.of("store.url", "jdbc:postgresql://localhost/jobs", "engine.lease", "2s");
        assertThatThrownBy(() -> read(shared))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("engine.lease: with PostgreSQL a lease is at least 3s");
    }

    @Test
    void aWrongSecretIsNotRepeated() {
        assertThatThrownBy(() -> read(Map.of("links.key", "5ec7e7")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("links.key: takes 64 hex digits")
                .hasMessageNotContaining("5ec7e7");
    }

    @Test
    void allFaultsAreToldAtOnce() {
        assertThatThrownBy(() -> read(Map.of("http.port", "x", "engine.lease", "x", "nothing.such", "x")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("http.port: takes")
                .hasMessageContaining("engine.lease: takes")
                .hasMessageContaining("nothing.such: there is no such setting");
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> read(folder.resolve("absent.conf"), Map.of(), Map.of()))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("absent.conf can't be read");
    }

    @Test
    void unsignedRequestsAreForLoopbackAlone() {
        assertThat(read(Map.of("auth.signatures", "none")).access().signatures())
                .isEqualTo(Signatures.NONE);
        assertThatThrownBy(() -> read(Map.of("auth.signatures", "none", "http.host", "0.0.0.0")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage("auth.signatures: none is for a server that listens on loopback alone");
    }

    @Test
    void theSandboxProcessIsForLoopbackAlone() {
        assertThat(read(Map.of("local.sandbox", "process")).local().mayTrust()).isTrue();
        assertThat(read(Map.of("local.sandbox", "bubblewrap, namespaces", "http.host", "0.0.0.0"))
                        .local()
                        .sandboxes())
                .containsExactly("bubblewrap", "namespaces");
        for (String sandboxes : List.of("process", "container,process")) {
            assertThatThrownBy(() -> read(Map.of("local.sandbox", sandboxes, "http.host", "0.0.0.0")))
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessage("local.sandbox: process is for a server that listens on loopback alone");
        }
    }

    @Test
    void howContainersAreRunIsRead() {
        ContainerSettings containers = read(Map.of(
                        "local.container.command", " podman  --storage-driver=vfs",
                        "local.container.runtime", "runc",
                        "local.container.flags", "--security-opt label=disable --device=/dev/kvm",
                        "local.container.pull-policy", "always",
                        "local.container.pull-timeout", "90s",
                        "local.container.filter-image", "reg.example.org/filter:3"))
                .local()
                .containers();
        assertThat(containers)
                .isEqualTo(new ContainerSettings(
                        ImmutableList.of("podman", "--storage-driver=vfs"),
                        "runc",
                        ImmutableList.of("--security-opt", "label=disable", "--device=/dev/kvm"),
                        ContainerSettings.PullPolicy.ALWAYS,
                        Duration.ofSeconds(90),
                        "reg.example.org/filter:3"));
    }

    @Test
    void theFallbackIsAnEnvironmentThatThereIsOrNone() {
        assertThat(read(Map.of("environments.fallback", "none")).fallback()).isNull();
        assertThatThrownBy(() -> read(Map.of("environments.fallback", "gpu")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage("environments.fallback: there is no environment \"gpu\"");
    }

    private static ServerSettings read(Map<String, String> set) {
        return read(null, set, Map.of());
    }

    private static ServerSettings read(@Nullable Path file, Map<String, String> set, Map<String, String> variables) {
        return ServerSettings.read(SettingsSource.gather(file, set, variables));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("c2d.conf"), text);
    }
}

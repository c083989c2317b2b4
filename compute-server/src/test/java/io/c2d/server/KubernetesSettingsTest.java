package io.c2d.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.port.Environment;
import io.c2d.k8s.ClientLimits;
import io.c2d.k8s.ImageRules;
import io.c2d.k8s.KubernetesEnvironment;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is set of a Kubernetes cluster, and what it asks of the other settings. */
final class KubernetesSettingsTest {
    private static final ImmutableMap<String, String> LEAST = ImmutableMap.of(
            "cluster.type", "kubernetes",
            "kubernetes.worker.image", "reg.example/c2d-worker:1",
            "kubernetes.upload-url", "http://c2d.c2d.svc:8080",
            "store.url", "jdbc:postgresql://db/jobs");

    private static ServerSettings all(Map<String, String> changes) {
        Map<String, String> set = new HashMap<>(LEAST);
        set.putAll(changes);
        set.values().removeIf("absent"::equals);
        return ServerSettings.read(SettingsSource.gather(null, set, Map.of()));
    }

    private static KubernetesSettings read(Map<String, String> changes) {
        return Objects.requireNonNull(all(changes).kubernetes());
    }

    private static KubernetesEnvironment place(String name, String value) {
        return read(Map.of("environments.default." + name, value)).places().get(0);
    }

    @Test
    void whereNothingElseIsSetTheDefaultsHold() {
        assertThat(read(Map.of()))
                .isEqualTo(new KubernetesSettings(
                        "reg.example/c2d-worker:1",
                        0.1,
                        256L << 20,
                        URI.create("http://c2d.c2d.svc:8080"),
                        true,
                        ClientLimits.DEFAULTS,
                        ImmutableList.of(KubernetesEnvironment.in(
                                "", Environment.defaults(Environment.DEFAULT).withStopGrace(Duration.ofSeconds(10))))));
    }

    @Test
    void onThisMachineThereIsNoKubernetes() {
        ServerSettings local = ServerSettings.read(SettingsSource.gather(null, Map.of(), Map.of()));
        assertThat(local.kubernetes()).isNull();
        assertThat(local.environments().get(0).stopGrace()).isEqualTo(Duration.ofSeconds(2));
        assertThat(local.fallback()).isEqualTo("default");
        assertThat(ServerSettings.read(SettingsSource.gather(
                                null, Map.of("kubernetes.worker.image", "x", "kubernetes.namespace", "y"), Map.of()))
                        .kubernetes())
                .isNull();
    }

    @Test
    void onKubernetesAnAlgorithmHasTenSecondsToEndAndUnknownNamesAreRefused() {
        assertThat(all(Map.of()).environments().get(0).stopGrace()).isEqualTo(Duration.ofSeconds(10));
        assertThat(all(Map.of()).fallback()).isNull();
        assertThat(all(Map.of("stop.grace", "3s")).environments().get(0).stopGrace())
                .isEqualTo(Duration.ofSeconds(3));
        assertThat(all(Map.of("environments.fallback", "default")).fallback()).isEqualTo("default");
        assertThat(all(Map.of("environments.fallback", "none")).fallback()).isNull();
    }

    @Test
    void theWorkerIsRead() {
        KubernetesSettings set = read(Map.of(
                "kubernetes.worker.image", "reg.example/w@sha256:" + "a".repeat(64),
                "kubernetes.worker.cpus", "0.5",
                "kubernetes.worker.memory", "512MiB",
                "kubernetes.upload-url", "https://c2d.example/base",
                "kubernetes.network-check", "false"));
        assertThat(set.workerImage()).isEqualTo("reg.example/w@sha256:" + "a".repeat(64));
        assertThat(set.workerCpus()).isEqualTo(0.5);
        assertThat(set.workerMemory()).isEqualTo(512L << 20);
        assertThat(set.uploadUrl()).isEqualTo(URI.create("https://c2d.example/base"));
        assertThat(set.networkCheck()).isFalse();
    }

    @Test
    void howHardTheApiServerIsAskedIsReadAndTheRestIsTheDefaults() {
        ClientLimits defaults = ClientLimits.DEFAULTS;
        assertThat(read(Map.of(
                                "kubernetes.calls.concurrent", "3",
                                "kubernetes.calls.per-second", "2.5",
                                "kubernetes.calls.timeout", "7s"))
                        .calls())
                .isEqualTo(new ClientLimits(
                        3,
                        2.5,
                        defaults.patience(),
                        Duration.ofSeconds(7),
                        defaults.connectTimeout(),
                        defaults.retries(),
                        defaults.firstPause(),
                        defaults.resync()));
    }

    @Test
    void anEnvironmentIsInItsOwnNamespaceOrInTheCommonOne() {
        assertThat(read(Map.of(
                                "kubernetes.namespace", "jobs",
                                "environments.default.max-jobs", "1",
                                "environments.gpu.namespace", "jobs-gpu"))
                        .places())
                .extracting(place -> place.environment().name() + " in " + place.namespace())
                .containsExactly("default in jobs", "gpu in jobs-gpu");
    }

    @Test
    void theVolumeIsRead() {
        KubernetesSettings set = read(Map.of(
                "environments.default.storage-class", "fast.ssd",
                "environments.default.volume-size", "50GiB",
                "environments.default.volume-access", "ReadWriteMany"));
        assertThat(set.places().get(0).volume())
                .isEqualTo(new KubernetesEnvironment.Volume("fast.ssd", 50L << 30, "ReadWriteMany"));
    }

    @Test
    void theNodesAreRead() {
        KubernetesSettings set = read(Map.of(
                "environments.default.node-selector", "disk=ssd, c2d.io/pool=gpu,empty=",
                "environments.default.tolerations", "gpu=yes:NoSchedule, spot:NoExecute, any, a=b",
                "environments.default.runtime-class", "gvisor"));
        assertThat(set.places().get(0).placement())
                .isEqualTo(new KubernetesEnvironment.Placement(
                        ImmutableMap.of("disk", "ssd", "c2d.io/pool", "gpu", "empty", ""),
                        ImmutableList.of(
                                new KubernetesEnvironment.Taint("gpu", "yes", "NoSchedule"),
                                new KubernetesEnvironment.Taint("spot", null, "NoExecute"),
                                new KubernetesEnvironment.Taint("any", null, null),
                                new KubernetesEnvironment.Taint("a", "b", null)),
                        "gvisor"));
    }

    @Test
    void gpusAreReadAndNoneIsNone() {
        assertThat(place("gpus", "2").gpus()).contains(new KubernetesEnvironment.Gpu("nvidia.com/gpu", 2));
        assertThat(place("gpus", "0").gpus()).isEmpty();
        assertThat(place("gpu-resource", "amd.com/gpu").gpus()).isEmpty();
        assertThat(read(Map.of("environments.default.gpu-resource", "amd.com/gpu", "environments.default.gpus", "1"))
                        .places()
                        .get(0)
                        .gpus())
                .contains(new KubernetesEnvironment.Gpu("amd.com/gpu", 1));
    }

    @Test
    void imagesAndTheirSecretsAreRead() {
        KubernetesSettings set = read(Map.of(
                "environments.default.images", "reg.example/team, docker.io",
                "environments.default.pull-secrets", "one, two"));
        assertThat(set.places().get(0).images())
                .isEqualTo(new ImageRules(
                        ImmutableList.of("reg.example/team", "docker.io"), ImmutableList.of("one", "two")));
    }

    @Test
    void theNetworkIsShutOffUnlessItIsOpened() {
        assertThat(place("network", "open").openNetwork()).isTrue();
        assertThat(place("network", "none").openNetwork()).isFalse();
        assertThat(place("max-jobs", "1").openNetwork()).isFalse();
    }

    @Test
    void theRoomOutsideOfTheVolumeIsRead() {
        KubernetesSettings set =
                read(Map.of("environments.default.tmp-size", "3GiB", "environments.default.scratch-size", "4GiB"));
        assertThat(set.places().get(0).scratch()).isEqualTo(new KubernetesEnvironment.Scratch(3L << 30, 4L << 30));
        assertThatThrownBy(() -> place("tmp-size", "3GiB"))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("scratch-size: is at least tmp-size, which is a part of it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kubernetes.worker.cpus | 0 | a number above 0",
                "kubernetes.worker.cpus | NaN | a number above 0",
                "kubernetes.worker.memory | 32MiB | a size in bytes: 512MiB, 10GiB (at least 67108864 bytes)",
                "kubernetes.upload-url | c2d.svc:8080 | an http or https URL",
                "kubernetes.upload-url | http://c2d.svc/?x=1 | an http or https URL",
                "kubernetes.network-check | no | true or false",
                "kubernetes.calls.concurrent | 0 | a number above 0",
                "kubernetes.calls.per-second | -1 | a number above 0",
                "kubernetes.calls.timeout | 10 | a duration: 500ms, 15s, 2m, 1h, 7d (with a unit)",
                "kubernetes.calls.timeout | 500ms | a duration: 500ms, 15s, 2m, 1h, 7d (at least 1s)",
                "environments.default.namespace | Jobs | a namespace",
                "environments.default.namespace | a.b | a namespace",
                "environments.default.storage-class | Fast SSD | a storage class",
                "environments.default.volume-size | 1KiB | a size in bytes: 512MiB, 10GiB (at least 1048576 bytes)",
                "environments.default.volume-access | ReadOnlyMany | ReadWriteOnce or ReadWriteMany",
                "environments.default.node-selector | disk | a list of label=value",
                "environments.default.node-selector | disk=a b | a list of label=value",
                "environments.default.node-selector | a=1,a=2 | a list of label=value",
                "environments.default.tolerations | gpu:Never | a list of key=value:Effect, key:Effect or key",
                "environments.default.tolerations | =x | a list of key=value:Effect, key:Effect or key",
                "environments.default.runtime-class | GVisor | a runtime class",
                "environments.default.gpus | -1 | a number from 0",
                "environments.default.gpus | 1.5 | a number from 0",
                "environments.default.gpu-resource | gpu | a resource's name",
                "environments.default.pull-secrets | a,B | a list of Secrets",
                "environments.default.network | closed | none or open"
            })
    void aWrongValueIsRefusedWithItsNameAndWhatItTakes(String name, String value, String takes) {
        assertThatThrownBy(() -> read(Map.of(name, value, "http.public-url", "https://c2d.example")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage(name + ": takes " + takes + ", not \"" + value + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Jobs", "a.b", "a b"})
    void aCommonNamespaceThatIsNoneIsRefusedToo(String namespace) {
        assertThatThrownBy(() -> read(Map.of("kubernetes.namespace", namespace)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage("kubernetes.namespace: takes a namespace, not \"" + namespace + "\"");
    }

    @Test
    void aWorkersImageMustBeSet() {
        assertThatThrownBy(() -> read(Map.of("kubernetes.worker.image", "absent")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage("kubernetes.worker.image: with cluster.type=kubernetes it must be set");
    }

    @Test
    void theStoreIsPostgresql() {
        for (String url : List.of("absent", "jdbc:h2:mem:jobs")) {
            assertThatThrownBy(() -> read(Map.of("store.url", url)))
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessage("store.url: with cluster.type=kubernetes the store is PostgreSQL");
        }
    }

    @Test
    void podsReachAServerUnderAUrlOfTheirOwnNeverTheCallers() {
        assertThatThrownBy(
                        () -> read(Map.of("kubernetes.upload-url", "absent", "http.public-url", "https://c2d.example")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage("kubernetes.upload-url: with cluster.type=kubernetes it must be set");
        for (String url : List.of("http://c2d/#part", "http://user:word@c2d", "http://c2d/?a=b")) {
            assertThatThrownBy(() -> read(Map.of("kubernetes.upload-url", url)))
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessageContaining("kubernetes.upload-url: takes an http or https URL");
        }
    }

    @Test
    void allThatIsMissingIsToldAtOnce() {
        assertThatThrownBy(() -> ServerSettings.read(
                        SettingsSource.gather(null, Map.of("cluster.type", "kubernetes"), Map.of())))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("kubernetes.worker.image: ")
                .hasMessageContaining("store.url: ")
                .hasMessageContaining("kubernetes.upload-url: ");
    }
}

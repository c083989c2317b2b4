package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.StepKind;
import io.c2d.k8s.simulator.Kind;
import io.c2d.k8s.simulator.Validation;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's own manifests: its pods, who finds them, and what it is told. */
final class ServerManifestTest {
    private static final ManifestTree SHIPPED = ManifestTree.shipped();
    private static final Pattern LINE = Pattern.compile("([a-z0-9.-]+) = (\\S.*)");
    private static final Pattern OF_ENVIRONMENT = Pattern.compile("environments\\.([a-z0-9-]+)\\.(.+)");
    private final Deployment deployment = SHIPPED.only("base/deployment.yaml", Deployment.class);
    private final Service service = SHIPPED.only("base/service.yaml", Service.class);

    private Pod pod() {
        var template = deployment.getSpec().getTemplate();
        return new PodBuilder()
                .withApiVersion("v1")
                .withKind("Pod")
                .withMetadata(
                        template.getMetadata().edit().withName("c2d-server-1").build())
                .withSpec(template.getSpec())
                .build();
    }

    private Container server() {
        return pod().getSpec().getContainers().get(0);
    }

    private static Set<String> known() throws IOException {
        Set<String> known = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "settings.md"))) {
            if (line.startsWith("| `")) {
                known.add(line.substring(3, line.indexOf('`', 3)));
            }
        }
        return known;
    }

    /** The settings of a file, by name. */
    private static ImmutableMap<String, String> settings(String file) throws IOException {
        ImmutableMap.Builder<String, String> settings = ImmutableMap.builder();
        for (String line : Files.readAllLines(SHIPPED.root().resolve(file))) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            assertThat(matcher.matches()).as(line).isTrue();
            settings.put(matcher.group(1), matcher.group(2).replace("\"", ""));
        }
        return settings.buildOrThrow();
    }

    @Test
    void theServersPodsAreOfTheRestrictedLevel() {
        assertThatCode(() -> Validation.restricted(pod())).doesNotThrowAnyException();
        assertThatCode(() -> Validation.check(Kind.POD, new ObjectMapper().valueToTree(pod())))
                .doesNotThrowAnyException();
        assertThat(server().getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(pod().getSpec().getSecurityContext().getRunAsUser()).isEqualTo(PodSecurity.USER);
        Pod asRoot = pod().edit()
                .editSpec()
                .editSecurityContext()
                .withRunAsUser(0L)
                .endSecurityContext()
                .endSpec()
                .build();
        assertThatThrownBy(() -> Validation.restricted(asRoot)).hasMessageContaining("runAsUser=0");
    }

    @Test
    void theServersSelectorsSelectItsPods() {
        Map<String, String> labels = pod().getMetadata().getLabels();
        assertThat(Selectors.matches(deployment.getSpec().getSelector(), labels))
                .isTrue();
        assertThat(Selectors.matches(ofService(), labels)).isTrue();
        assertThat(Selectors.matches(budget(), labels)).isTrue();
        assertThat(pod().getSpec().getTopologySpreadConstraints())
                .singleElement()
                .satisfies(spread -> assertThat(Selectors.matches(spread.getLabelSelector(), labels))
                        .isTrue());
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void theServersSelectorsSelectNoStep(StepKind kind) {
        Map<String, String> step =
                new Labels("test").step(PodFrame.Place.unowned(Specs.step(kind, 1), Specs.ANCHOR, 0, 1));
        assertThat(Selectors.matches(deployment.getSpec().getSelector(), step)).isFalse();
        assertThat(Selectors.matches(ofService(), step)).isFalse();
        assertThat(Selectors.matches(budget(), step)).isFalse();
    }

    private LabelSelector ofService() {
        return new LabelSelector(List.of(), service.getSpec().getSelector());
    }

    private static LabelSelector budget() {
        return SHIPPED.only("base/disruption-budget.yaml", PodDisruptionBudget.class)
                .getSpec()
                .getSelector();
    }

    @Test
    void aRolloutAndADrainLeaveAServer() {
        var rolling = deployment.getSpec().getStrategy().getRollingUpdate();
        assertThat(deployment.getSpec().getReplicas()).isEqualTo(2);
        assertThat(rolling.getMaxUnavailable().getIntVal()).isZero();
        assertThat(rolling.getMaxSurge().getIntVal()).isEqualTo(1);
        var least = SHIPPED.only("base/disruption-budget.yaml", PodDisruptionBudget.class)
                .getSpec()
                .getMinAvailable();
        assertThat(least.getIntVal()).isLessThan(deployment.getSpec().getReplicas());
    }

    @Test
    void theProbesAskWhatTheServerAnswersAtItsPort() {
        Container server = server();
        assertThat(server.getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getName()).isEqualTo("http");
            assertThat(port.getContainerPort()).isEqualTo(8080);
        });
        assertThat(List.of(server.getStartupProbe(), server.getLivenessProbe()))
                .allSatisfy(probe -> assertThat(probe.getHttpGet().getPath()).isEqualTo("/health/live"));
        assertThat(server.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/health/ready");
        assertThat(List.of(server.getStartupProbe(), server.getLivenessProbe(), server.getReadinessProbe()))
                .allSatisfy(probe ->
                        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("http"));
        assertThat(service.getSpec().getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getPort()).isEqualTo(80);
            assertThat(port.getTargetPort().getStrVal()).isEqualTo("http");
        });
    }

    /** Kubernetes makes variables out of the names of Services, and ours begins like a setting. */
    @Test
    void noVariableComesFromAService() {
        assertThat(pod().getSpec().getEnableServiceLinks()).isFalse();
    }

    @Test
    void theDatabaseComesFromTheSecretAlone() throws IOException {
        assertThat(server().getEnv())
                .allSatisfy(variable -> assertThat(
                                variable.getValueFrom().getSecretKeyRef().getName())
                        .isEqualTo("c2d-database"))
                .extracting(
                        EnvVar::getName,
                        variable -> variable.getValueFrom().getSecretKeyRef().getKey())
                .containsExactly(
                        tuple("C2D_STORE_URL", "url"),
                        tuple("C2D_STORE_USER", "user"),
                        tuple("C2D_STORE_PASSWORD", "password"));
        Set<String> variables = new TreeSet<>();
        known().forEach(name -> variables.add(
                "C2D_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_')));
        assertThat(variables)
                .containsAll(server().getEnv().stream().map(EnvVar::getName).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"base/c2d.conf", "overlays/example/server/c2d.conf"})
    void everySettingIsKnownAndFitsThePod(String file) throws IOException {
        ImmutableMap<String, String> settings = settings(file);
        Set<String> names = new TreeSet<>();
        settings.keySet()
                .forEach(name -> names.add(OF_ENVIRONMENT.matcher(name).replaceFirst("environments.<name>.$2")));
        assertThat(known()).containsAll(names);
        assertThat(settings)
                .containsEntry("cluster.type", "kubernetes")
                .containsEntry("http.host", "0.0.0.0")
                .containsEntry(
                        "http.port",
                        server().getPorts().get(0).getContainerPort().toString())
                .containsEntry("kubernetes.network-check", "true")
                .doesNotContainKeys("store.url", "store.user", "store.password", "links.key");
        // The server sets the mode of this folder, which only the owner of a folder may: a mounted one is root's.
        assertThat(Path.of(settings.get("data.dir")).getParent()).isEqualTo(Path.of(mount("data")));
        assertThat(settings.get("artifacts.dir")).isEqualTo(mount("artifacts"));
        assertThat(settings.get("kubernetes.upload-url"))
                .startsWith("http://" + service.getMetadata().getName());
    }

    private String mount(String volume) {
        return server().getVolumeMounts().stream()
                .filter(mount -> mount.getName().equals(volume))
                .findFirst()
                .orElseThrow()
                .getMountPath();
    }

    @Test
    void theServerReadsTheFileThatIsGenerated() {
        String path = mount("config") + "/c2d.conf";
        assertThat(server().getArgs()).containsExactly("serve", "--config", path);
        assertThat(SHIPPED.kustomization("base").configMapGenerator())
                .singleElement()
                .satisfies(generator -> {
                    assertThat(generator.files()).containsExactly("c2d.conf");
                    assertThat(pod().getSpec().getVolumes()).anySatisfy(volume -> {
                        assertThat(volume.getConfigMap()).isNotNull();
                        assertThat(volume.getConfigMap().getName()).isEqualTo(generator.name());
                    });
                });
    }

    @Test
    void resultsAreOnOneClaimForAllServers() {
        var claim = SHIPPED.only("base/artifacts.yaml", PersistentVolumeClaim.class);
        assertThat(claim.getSpec().getAccessModes()).containsExactly("ReadWriteMany");
        assertThat(pod().getSpec().getVolumes())
                .filteredOn(volume -> volume.getPersistentVolumeClaim() != null)
                .singleElement()
                .satisfies(
                        volume -> assertThat(volume.getPersistentVolumeClaim().getClaimName())
                                .isEqualTo(claim.getMetadata().getName()));
    }

    @Test
    void theRoleIsBoundToTheServersAccountAndOnlyItsPodsGetTheToken() {
        ServiceAccount account = SHIPPED.only("base/service-account.yaml", ServiceAccount.class);
        RoleBinding binding = SHIPPED.only("environment/role-binding.yaml", RoleBinding.class);
        assertThat(binding.getRoleRef().getKind()).isEqualTo("Role");
        assertThat(binding.getRoleRef().getName()).isEqualTo("c2d-server");
        assertThat(binding.getSubjects()).singleElement().satisfies(subject -> {
            assertThat(subject.getKind()).isEqualTo("ServiceAccount");
            assertThat(subject.getName()).isEqualTo(account.getMetadata().getName());
        });
        assertThat(account.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod().getSpec().getServiceAccountName())
                .isEqualTo(account.getMetadata().getName());
        assertThat(pod().getSpec().getAutomountServiceAccountToken()).isTrue();
    }
}

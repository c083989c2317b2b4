package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The manifests can be read, and belong together. What they say of the network and the server has tests of its own. */
final class ManifestsTest {
    private static final ManifestTree SHIPPED = ManifestTree.shipped();

    @TempDir
    private Path folder;

    /** A copy in which one file is changed. */
    private ManifestTree broken(String file, String from, String to) throws IOException {
        for (Path each : SHIPPED.files()) {
            Path copy = folder.resolve(each);
            Files.createDirectories(copy.getParent());
            Files.copy(SHIPPED.root().resolve(each), copy);
        }
        Path target = folder.resolve(file);
        String text = Files.readString(target);
        assertThat(text).as("what is to be broken").contains(from);
        Files.writeString(target, text.replace(from, to));
        return new ManifestTree(folder);
    }

    @Test
    void everyManifestIsWhatTheApiKnows() {
        assertThat(SHIPPED.faults()).isEmpty();
        assertThat(SHIPPED.files()).hasSizeGreaterThan(20);
    }

    /** Each is what a real server or kustomize refuses, or worse, takes for something else. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "base/deployment.yaml > enableServiceLinks: > enableServiceLink: > \"enableServiceLink\"",
                "base/deployment.yaml > replicas: 2 > replicas: two > Integer",
                "base/deployment.yaml > replicas: 2 > replicas: \"2\" > Integer",
                "base/deployment.yaml > runAsUser: 10001 > runAsUser: true > Long",
                "base/deployment.yaml > readOnlyRootFilesystem: true > readOnlyRootFilesystem: \"true\" > Boolean",
                "base/deployment.yaml > cpu: 250m > cpu: [250m] > quantity",
                "base/deployment.yaml > mountPath: /tmp > mountPath: 1 > String",
                "base/deployment.yaml > runAsGroup: > runAsUser: > Duplicate field 'runAsUser'",
                "base/deployment.yaml > apps/v1 > apps/v1beta1 > no kind that is shipped",
                "base/service.yaml > kind: Service > kind: Servce > no kind that is shipped",
                "base/service.yaml > name: c2d-server > name: c2d_server > no valid name",
                "base/service.yaml > component: server > component: the server > no valid label",
                "environment/default-deny.yaml > matchExpressions > matchExpresions > \"matchExpresions\"",
                "environment/default-deny.yaml > policyTypes > policyType > \"policyType\"",
                "environment/publish.yaml > policyTypes: [Ingress, Egress] > policyTypes: Egress > ArrayList",
                "environment/role.yaml > verbs: [\"get\"] > verb: [\"get\"] > \"verb\"",
                "environment/kustomization.yaml > - publish.yaml > - publishing.yaml > names what is not there",
                "environment/kustomization.yaml > - publish.yaml > - role.yaml > does not name publish.yaml",
                "base/kustomization.yaml > - ../environment > - ../overlays/example/gpu > names what is no component",
                "base/kustomization.yaml > components: > component: > \"component\"",
                "base/kustomization.yaml > - c2d.conf > - c2d.config > does not name c2d.conf",
                "overlays/example/gpu/kustomization.yaml > op: add > op: ad > no operation on a target"
            })
    void aBrokenCopyIsFoundOut(String file, String from, String to, String fault) throws IOException {
        assertThat(broken(file, from, to).faults())
                .anySatisfy(each -> assertThat(each).startsWith(file).contains(fault));
    }

    @Test
    void whatTheOverlaysChangeIsThere() {
        Deployment server = SHIPPED.only("base/deployment.yaml", Deployment.class);
        String image =
                server.getSpec().getTemplate().getSpec().getContainers().get(0).getImage();
        SHIPPED.kustomizations().forEach(each -> {
            assertThat(each.images()).allSatisfy(change -> assertThat(image).startsWith(change.name() + ":"));
            assertThat(each.replicas())
                    .extracting("name")
                    .allMatch(server.getMetadata().getName()::equals);
            assertThat(each.configMapGenerator()).extracting("name").allMatch("c2d-server"::equals);
        });
    }

    /** Kustomize takes them for new objects where there is nothing of that name to lay them over. */
    @Test
    void whatIsLaidOverHasANameOfTheBase() {
        for (String patch : List.of("limits.yaml", "artifacts.yaml")) {
            assertThat(SHIPPED.objects("overlays/example/server/" + patch))
                    .singleElement()
                    .satisfies(over -> assertThat(names("base"))
                            .contains(over.getKind() + " " + over.getMetadata().getName()));
        }
        assertThat(names("environment")).contains("RoleBinding c2d-server");
    }

    private static List<String> names(String folder) {
        return SHIPPED.in(folder, HasMetadata.class).stream()
                .map(each -> each.getKind() + " " + each.getMetadata().getName())
                .toList();
    }

    @Test
    void eachNamespaceHasTheRestrictedLevelAndIsTheOneOfItsKustomization() {
        for (String part : List.of("server", "gpu")) {
            Path at = Path.of("overlays/example/" + part);
            Namespace namespace = SHIPPED.only(at.resolve("namespace.yaml").toString(), Namespace.class);
            assertThat(namespace.getMetadata().getLabels())
                    .containsEntry("pod-security.kubernetes.io/enforce", "restricted")
                    .containsEntry("pod-security.kubernetes.io/warn", "restricted")
                    .containsEntry("pod-security.kubernetes.io/audit", "restricted");
            assertThat(SHIPPED.kustomization(at.toString()).namespace())
                    .isEqualTo(namespace.getMetadata().getName());
        }
    }

    @Test
    void theSameFilesServeEveryNamespaceOfAnEnvironment() {
        assertThat(SHIPPED.kustomization("base").components()).containsExactly("../environment");
        assertThat(SHIPPED.kustomization("overlays/example/gpu").components()).containsExactly("../../../environment");
    }

    @Test
    void noSecretIsShipped() {
        assertThat(SHIPPED.files())
                .allSatisfy(file -> assertThat(Files.readString(SHIPPED.root().resolve(file)))
                        .doesNotContain("kind: Secret")
                        .doesNotContain("secretGenerator"));
    }
}

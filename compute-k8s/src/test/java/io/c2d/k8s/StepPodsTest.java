package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.Environment;
import io.c2d.k8s.simulator.StrictModel;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StepPodsTest {
    private static final KubernetesEnvironment WHERE = KubernetesEnvironment.in(
                    "jobs",
                    Environment.defaults("default")
                            .withLimits(Fixture.LIMITS)
                            .withFilter("rm $(ls | head -1); echo $$"))
            .withVolume(new KubernetesEnvironment.Volume("fast", 5L << 30, "ReadWriteOnce"))
            .withPlacement(new KubernetesEnvironment.Placement(
                    ImmutableMap.of("disk", "ssd"),
                    ImmutableList.of(new KubernetesEnvironment.Taint("gpu", null, "NoSchedule")),
                    "gvisor"))
            .withGpu(new KubernetesEnvironment.Gpu("nvidia.com/gpu", 2))
            .withImages(new ImageRules(ImmutableList.of(), ImmutableList.of("registry-key")));

    private final PodFrame frame = new PodFrame(new Labels("test"));
    private final StepPods pods = new StepPods(frame, Fixture.worker());

    private Pod pod(StepKind kind) {
        return pods.pod(Specs.of(kind, WHERE, Specs.stage("python", "python $ALGO", 1)), Specs.ANCHOR, WHERE, 0);
    }

    private static Container main(Pod pod) {
        return pod.getSpec().getContainers().get(0);
    }

    private static Stream<String> mounts(Container container) {
        return container.getVolumeMounts().stream()
                .map(m -> m.getMountPath()
                        + (m.getSubPath() == null ? "" : " <- " + m.getSubPath())
                        + (Boolean.TRUE.equals(m.getReadOnly()) ? " ro" : ""));
    }

    private static void strict(HasMetadata object, Class<? extends HasMetadata> type) {
        ObjectNode tree = new ObjectMapper().valueToTree(object);
        assertThat(StrictModel.check(tree, type)).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void everyPodIsConfinedAndHeld(StepKind kind) {
        Pod pod = pod(kind);
        strict(pod, Pod.class);
        assertThat(pod.getMetadata().getFinalizers()).containsExactly("c2d.io/attempt");
        assertThat(pod.getMetadata().getOwnerReferences()).singleElement().satisfies(owner -> {
            assertThat(owner.getUid()).isEqualTo(Specs.ANCHOR.uid());
            assertThat(owner.getKind()).isEqualTo("ConfigMap");
            assertThat(owner.getName()).isEqualTo("c2d-" + Specs.JOB + "-1");
            assertThat(owner.getBlockOwnerDeletion()).isFalse();
        });
        var spec = pod.getSpec();
        assertThat(spec.getRestartPolicy()).isEqualTo("Never");
        assertThat(spec.getAutomountServiceAccountToken()).isFalse();
        assertThat(spec.getServiceAccountName()).isNull();
        assertThat(spec.getEnableServiceLinks()).isFalse();
        assertThat(spec.getHostNetwork()).isNull();
        assertThat(spec.getHostPID()).isNull();
        assertThat(spec.getHostIPC()).isNull();
        assertThat(spec.getTerminationGracePeriodSeconds()).isEqualTo(2);
        assertThat(spec.getNodeSelector()).containsExactly(entry("disk", "ssd"));
        assertThat(spec.getRuntimeClassName()).isEqualTo("gvisor");
        assertThat(spec.getTolerations()).containsExactly(new Toleration("NoSchedule", "gpu", "Exists", null, null));
        assertThat(spec.getImagePullSecrets()).extracting("name").containsExactly("registry-key");
        assertThat(spec.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(spec.getSecurityContext().getRunAsUser()).isEqualTo(10_001);
        assertThat(spec.getSecurityContext().getFsGroup()).isEqualTo(10_001);
        assertThat(spec.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        Stream.concat(spec.getContainers().stream(), spec.getInitContainers().stream())
                .forEach(container -> {
                    var context = container.getSecurityContext();
                    assertThat(context.getReadOnlyRootFilesystem()).isTrue();
                    assertThat(context.getAllowPrivilegeEscalation()).isFalse();
                    assertThat(context.getPrivileged()).isFalse();
                    assertThat(context.getRunAsNonRoot()).isTrue();
                    assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
                    assertThat(context.getCapabilities().getAdd()).isEmpty();
                    assertThat(container.getResources().getLimits()).containsKeys("cpu", "memory", "ephemeral-storage");
                    assertThat(container.getPorts()).isEmpty();
                });
        assertThat(spec.getVolumes().get(0).getPersistentVolumeClaim().getClaimName())
                .isEqualTo("c2d-" + Specs.ANCHOR.uid());
    }

    @Test
    void anAlgorithmSeesItsContractAndNothingElse() {
        Pod pod = pod(StepKind.ALGORITHM);
        Container container = main(pod);
        assertThat(pod.getMetadata().getName()).isEqualTo("c2d-" + Specs.JOB + "-1-0-algorithm-1");
        assertThat(container.getImage()).isEqualTo("python:3.12");
        assertThat(container.getCommand())
                .containsExactly(
                        "/c2d/launch",
                        "1",
                        "/dev/termination-log",
                        "/data/logs",
                        "4194304",
                        "2097152",
                        "4194304",
                        "30",
                        "10737418240",
                        "python",
                        "/data/transformations/algorithm");
        assertThat(mounts(container))
                .containsExactly(
                        "/tmp",
                        "/data/inputs <- 0-stage-in-2/inputs ro",
                        "/data/ddos <- 0-stage-in-2/ddos ro",
                        "/data/transformations <- 0-stage-in-2/transformations ro",
                        "/c2d <- 0-stage-in-2/bin ro",
                        "/data/outputs <- 0-algorithm-1/outputs",
                        "/data/logs <- 0-algorithm-1/logs");
        assertThat(container.getEnv().stream().filter(e -> !e.getName().equals("secret")))
                .extracting(EnvVar::getName, EnvVar::getValue)
                .containsExactlyInAnyOrder(
                        tuple("DIDS", "[\"abc\"]"),
                        tuple("TRANSFORMATION_DID", "def"),
                        tuple("INSTANCE_INDEX", "0"),
                        tuple("INSTANCES", "1"),
                        tuple("HOME", "/tmp"),
                        tuple("VOLUME", "/data"),
                        tuple("INPUTS", "/data/inputs"),
                        tuple("OUTPUTS", "/data/outputs"),
                        tuple("LOGS", "/data/logs"));
        assertThat(container.getResources().getLimits())
                .containsEntry("cpu", new Quantity("1000m"))
                .containsEntry("nvidia.com/gpu", new Quantity("2"))
                .isEqualTo(container.getResources().getRequests());
        assertThat(pod.getSpec().getVolumes()).extracting("name").containsExactly("data", "tmp");
        // The limit itself, and the time in which the image may be pulled.
        assertThat(pod.getSpec().getActiveDeadlineSeconds()).isEqualTo(120 + 20);
    }

    @Test
    void severalInstancesHaveNamesAndFoldersOfTheirOwn() {
        var spec = Specs.of(StepKind.ALGORITHM, WHERE, Specs.stage("python", "python $ALGO", 3));
        Pod third = pods.pod(spec, Specs.ANCHOR, WHERE, 2);
        assertThat(third.getMetadata().getName()).endsWith("-0-algorithm-1-2");
        assertThat(third.getMetadata().getLabels()).containsEntry("c2d.io/instance", "2");
        assertThat(PodFrame.instances(third)).isEqualTo(3);
        assertThat(mounts(main(third))).contains("/data/outputs <- 0-algorithm-1/outputs/2");
        assertThat(main(third).getEnv())
                .contains(new EnvVar("INSTANCE_INDEX", "2", null), new EnvVar("INSTANCES", "3", null));
    }

    @Test
    void stageInWritesToItsOwnFolderAlone() {
        Pod pod = pod(StepKind.STAGE_IN);
        assertThat(main(pod).getArgs()).containsExactly("stage-in", "/etc/c2d/task.json");
        assertThat(mounts(main(pod))).containsExactly("/tmp", "/etc/c2d ro", "/data <- 0-stage-in-1");
        assertThat(pod.getSpec().getActiveDeadlineSeconds()).isEqualTo(120);
    }

    @Test
    void publishReadsTheTriesThatTheStoreNamesAndWritesNothing() {
        assertThat(mounts(main(pod(StepKind.PUBLISH))))
                .containsExactly(
                        "/tmp", "/etc/c2d ro", "/data/results <- 0-algorithm-3 ro", "/data/filtered <- 0-filter-1 ro");
    }

    @Test
    void theFiltersLineSeesACopyAndNoTask() {
        Pod pod = pod(StepKind.FILTER);
        Container copy = pod.getSpec().getInitContainers().get(0);
        assertThat(mounts(copy))
                .containsExactly(
                        "/tmp",
                        "/etc/c2d ro",
                        "/data/results <- 0-algorithm-3 ro",
                        "/data/outputs <- 0-filter-1/outputs");
        assertThat(mounts(main(pod)))
                .containsExactly("/tmp", "/data/outputs <- 0-filter-1/outputs", "/data/logs <- 0-filter-1/logs");
        assertThat(main(pod).getResources().getLimits()).doesNotContainKey("nvidia.com/gpu");
        // The kubelet takes $$ for one $.
        assertThat(main(pod).getCommand())
                .startsWith("/c2d/launch", "1", "/dev/termination-log", "/data/logs")
                .endsWith("/bin/sh", "-c", "rm $$(ls | head -1); echo $$$$");
    }

    @Test
    void noSecretIsInAnArgumentOrInTheEnvironment() {
        for (StepKind kind : StepKind.values()) {
            String text = new ObjectMapper().valueToTree(pod(kind)).toString();
            assertThat(text).doesNotContain("s3cret").doesNotContain("token-of");
        }
    }

    @Test
    void theNetworkIsOpenedByALabelToAlgorithmsAloneAndOnlyWhereTheEnvironmentSaysSo() {
        KubernetesEnvironment open = WHERE.withOpenNetwork(true);
        for (StepKind kind : StepKind.values()) {
            var spec = Specs.of(kind, open, Specs.stage("python", "python $ALGO", 1));
            Pod pod = pods.pod(spec, Specs.ANCHOR, open, 0);
            String value = pod.getMetadata().getLabels().get("c2d.io/network");
            assertThat(value).isEqualTo(kind == StepKind.ALGORITHM ? "open" : null);
            assertThat(pod(kind).getMetadata().getLabels()).doesNotContainKey("c2d.io/network");
        }
    }

    @Test
    void anOwnersPodsAreFoundByAHashThatIsNoNameAndTheSameForAnAddressInAnyLetterCase() {
        assertThat(pod(StepKind.ALGORITHM).getMetadata().getLabels())
                .containsEntry("c2d.io/owner-hash", "3050256b10b10558313acbe96393526e");
        assertThat(Labels.ownerHash(new Owner(Specs.OWNER.text().toLowerCase(Locale.ROOT))))
                .isEqualTo(Labels.ownerHash(Specs.OWNER));
    }

    @Test
    void aPlaceholderCanNotRun() {
        Pod pod = frame.placeholder(
                PodFrame.Place.unowned(Specs.step(StepKind.ALGORITHM, 1), Specs.ANCHOR, 0, 1), "not allowed");
        strict(pod, Pod.class);
        assertThat(pod.getSpec().getSchedulingGates()).extracting("name").containsExactly("c2d.io/placeholder");
        assertThat(pod.getMetadata().getName()).isEqualTo("c2d-" + Specs.JOB + "-1-0-algorithm-1");
        assertThat(pod.getMetadata().getFinalizers()).containsExactly("c2d.io/attempt");
        assertThat(PodFrame.placeholderReason(pod)).contains("not allowed");
        assertThat(pod.getSpec().getVolumes().get(0).getPersistentVolumeClaim().getClaimName())
                .isEqualTo("c2d-" + Specs.ANCHOR.uid());
    }

    @Test
    void anchorAndVolumeSayWhoseTheyAre() {
        AnchorObjects objects = new AnchorObjects(new Labels("test"));
        AttemptRef attempt = new AttemptRef(Specs.JOB, 1);
        var anchor = objects.anchor(attempt, WHERE);
        assertThat(anchor.getData())
                .containsOnly(entry("installation", "test"), entry("job", Specs.JOB.value()), entry("attempt", "1"));
        assertThat(anchor.getImmutable()).isTrue();
        assertThat(objects.isAnchorOf(anchor, attempt)).isTrue();
        assertThat(objects.isAnchorOf(anchor, new AttemptRef(Specs.JOB, 2))).isFalse();
        assertThat(new AnchorObjects(new Labels("other")).isAnchorOf(anchor, attempt))
                .isFalse();
        PersistentVolumeClaim volume = objects.volume(attempt, Specs.ANCHOR, WHERE);
        strict(volume, PersistentVolumeClaim.class);
        assertThat(volume.getMetadata().getName()).contains(Specs.ANCHOR.uid());
        assertThat(volume.getSpec().getStorageClassName()).isEqualTo("fast");
        assertThat(volume.getSpec().getResources().getRequests()).containsEntry("storage", new Quantity("5368709120"));
        assertThat(volume.getMetadata().getLabels()).containsEntry("c2d.io/anchor", Specs.ANCHOR.uid());
    }

    @Test
    void noMountIsWritableBesidesTheOwnFolders() {
        for (StepKind kind : StepKind.values()) {
            String own = "0-" + kind.label() + "-1";
            for (VolumeMount mount : main(pod(kind)).getVolumeMounts()) {
                boolean data = mount.getName().equals("data");
                boolean readOnly = Boolean.TRUE.equals(mount.getReadOnly());
                if (data && !readOnly) {
                    assertThat(mount.getSubPath()).startsWith(own);
                }
            }
        }
    }
}

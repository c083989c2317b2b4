package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Sentence;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.AttemptRef;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all pods of an attempt have in common: names, labels, owner, finalizer, the volume; and the placeholder, which has
 * nothing else. Pure.
 */
final class PodFrame {
    /** Keeps a pod's name in use, and what it shows readable, until the attempt is removed. */
    static final String FINALIZER = "c2d.io/attempt";
    /** Keeps a placeholder from ever being scheduled. */
    static final String GATE = "c2d.io/placeholder";
    /** On a placeholder: why the try was refused, empty where it was merely stopped before it was seen. */
    static final String PLACEHOLDER = "c2d.io/placeholder";
    /** How many pods the try has. */
    static final String INSTANCES = "c2d.io/instances";

    static final String DATA_VOLUME = "data";
    private static final int MAX_REASON = 1_000;
    /** Never pulled, since a gated pod is never scheduled; and no name that anybody could serve. */
    private static final String NO_IMAGE = "placeholder.invalid/none:none";

    private final Labels labels;

    PodFrame(Labels labels) {
        this.labels = labels;
    }

    /**
     * A pod around its containers.
     *
     * @param step the try
     * @param anchor what it hangs on
     * @param instance which of the instances
     * @param instances how many there are
     * @param owner whose job it is, {@code null} where that is not known: on the placeholder of a stop
     */
    record Place(
            StepId step,
            AnchorId anchor,
            int instance,
            int instances,
            @Nullable Owner owner) {

        /** Of a try that is to be stopped. */
        static Place unowned(StepId step, AnchorId anchor, int instance, int instances) {
            return new Place(step, anchor, instance, instances, null);
        }
    }

    /** Metadata of something of a try: the name is the register of that try. */
    ObjectMeta metadata(Place place) {
        return new ObjectMetaBuilder()
                .withName(Names.pod(place.step(), place.instance()))
                .withNamespace(place.anchor().namespace())
                .withLabels(labels.step(place))
                .withOwnerReferences(AnchorObjects.owner(
                        new AttemptRef(place.step().job(), place.step().attempt()), place.anchor()))
                .build();
    }

    /** A pod that runs these containers; those of the second list before the others. */
    Pod pod(
            Place place,
            KubernetesEnvironment where,
            ImmutableList<Container> containers,
            ImmutableList<Container> before,
            ImmutableList<Volume> volumes,
            Duration deadline) {
        PodSpec spec = spec(place)
                .withContainers(containers)
                .withInitContainers(before)
                .addAllToVolumes(volumes)
                .withActiveDeadlineSeconds(Math.max(1, deadline.toSeconds()))
                .withTerminationGracePeriodSeconds(
                        graceSeconds(where.environment().stopGrace()))
                .withNodeSelector(where.placement().nodeSelector())
                .withTolerations(tolerations(where.placement().tolerations()))
                .withRuntimeClassName(where.placement().runtime().orElse(null))
                .withImagePullSecrets(where.images().pullSecrets().stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .build();
        return pod(
                place,
                spec,
                where.openNetwork() && place.step().kind() == StepKind.ALGORITHM
                        ? Labels.OPEN_NETWORK
                        : ImmutableMap.of(),
                ImmutableMap.of(INSTANCES, Integer.toString(place.instances())));
    }

    /** A pod that never runs: it occupies the name of a try. */
    Pod placeholder(Place place, @Nullable String refused) {
        PodSpec spec = spec(place)
                .addNewSchedulingGate(GATE)
                .addNewContainer()
                .withName("none")
                .withImage(NO_IMAGE)
                .withImagePullPolicy("Never")
                .withSecurityContext(PodSecurity.ofContainer())
                .withResources(Resources.none())
                .endContainer()
                .build();
        String reason = refused == null ? "" : Sentence.of(refused, MAX_REASON);
        return pod(
                place,
                spec,
                ImmutableMap.of(),
                ImmutableMap.of(PLACEHOLDER, reason, INSTANCES, Integer.toString(place.instances())));
    }

    private Pod pod(
            Place place, PodSpec spec, ImmutableMap<String, String> more, ImmutableMap<String, String> annotations) {
        ObjectMeta metadata = metadata(place)
                .edit()
                .addToLabels(more)
                .withAnnotations(annotations)
                .withFinalizers(FINALIZER)
                .build();
        return new PodBuilder().withMetadata(metadata).withSpec(spec).build();
    }

    private static PodSpecBuilder spec(Place place) {
        return new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withSecurityContext(PodSecurity.ofPod())
                .withVolumes(new VolumeBuilder()
                        .withName(DATA_VOLUME)
                        .withNewPersistentVolumeClaim(Names.volume(place.anchor()), false)
                        .build());
    }

    /** At least 1: a grace of 0 would be a forced deletion, which says nothing about whether the container has ended. */
    static long graceSeconds(Duration grace) {
        return Math.max(1, (grace.toMillis() + 999) / 1000);
    }

    private static ImmutableList<Toleration> tolerations(ImmutableList<KubernetesEnvironment.Taint> taints) {
        return taints.stream()
                .map(taint -> new TolerationBuilder()
                        .withKey(taint.key())
                        .withOperator(taint.value() == null ? "Exists" : "Equal")
                        .withValue(taint.value())
                        .withEffect(taint.effect())
                        .build())
                .collect(ImmutableList.toImmutableList());
    }

    /** Why a name is occupied, where it is: empty text for a try that was stopped before it was seen. */
    static Optional<String> placeholderReason(Pod pod) {
        return annotation(pod, PLACEHOLDER);
    }

    /** How many pods the try of this pod has. */
    static int instances(Pod pod) {
        return annotation(pod, INSTANCES).map(Integer::parseInt).orElse(1);
    }

    private static Optional<String> annotation(HasMetadata object, String key) {
        Map<String, String> all = object.getMetadata().getAnnotations();
        return all == null ? Optional.empty() : Optional.ofNullable(all.get(key));
    }
}

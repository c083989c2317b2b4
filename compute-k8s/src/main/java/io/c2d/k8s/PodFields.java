package io.c2d.k8s;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Streams;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a pod's status holds, where any part of it may be missing. */
final class PodFields {
    private static final ImmutableSet<String> PHASES_OF_END = ImmutableSet.of("Succeeded", "Failed");

    private PodFields() {}

    /** Whether the pod goes at once when it is deleted, because its kubelet has nothing more to say. */
    static boolean hasFinalPhase(Pod pod) {
        PodStatus status = pod.getStatus();
        return status != null && status.getPhase() != null && PHASES_OF_END.contains(status.getPhase());
    }

    static boolean isTerminating(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    static Optional<PodCondition> condition(Pod pod, String type, String value) {
        PodStatus status = pod.getStatus();
        return status == null
                ? Optional.empty()
                : status.getConditions().stream()
                        .filter(c -> type.equals(c.getType()) && value.equals(c.getStatus()))
                        .findFirst();
    }

    static Stream<ContainerStatus> statuses(Pod pod) {
        return Streams.concat(initStatuses(pod), mainStatuses(pod));
    }

    static Stream<ContainerStatus> initStatuses(Pod pod) {
        return pod.getStatus() == null ? Stream.empty() : pod.getStatus().getInitContainerStatuses().stream();
    }

    static Stream<ContainerStatus> mainStatuses(Pod pod) {
        return pod.getStatus() == null ? Stream.empty() : pod.getStatus().getContainerStatuses().stream();
    }

    /** Whether a container runs or has run. One that could not be found again after a deadline never did. */
    static boolean hasStarted(ContainerStatus status) {
        ContainerState state = status.getState();
        if (state == null) {
            return false;
        }
        ContainerStateTerminated ended = state.getTerminated();
        return state.getRunning() != null || (ended != null && ended.getStartedAt() != null);
    }

    static Optional<ContainerStateTerminated> terminated(ContainerStatus status) {
        return status.getState() == null
                ? Optional.empty()
                : Optional.ofNullable(status.getState().getTerminated());
    }

    static List<ContainerStateTerminated> terminated(Stream<ContainerStatus> statuses) {
        return statuses.map(PodFields::terminated).flatMap(Optional::stream).toList();
    }

    /** The container that says how the pod ended: an init container that failed, else the first that is not well, else any. */
    static Optional<ContainerStateTerminated> lastTerminated(Pod pod) {
        List<ContainerStateTerminated> init = terminated(initStatuses(pod));
        for (ContainerStateTerminated each : init) {
            if (each.getExitCode() != 0) {
                return Optional.of(each);
            }
        }
        List<ContainerStateTerminated> main = terminated(mainStatuses(pod));
        return main.stream()
                .filter(t -> t.getExitCode() != 0)
                .findFirst()
                .or(() -> main.stream().findFirst());
    }
}

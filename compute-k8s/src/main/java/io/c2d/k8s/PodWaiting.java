package io.c2d.k8s;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.Sentence;
import io.c2d.core.port.PullFailure;
import io.c2d.core.port.StepSeen.Wait;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a pod waits for, as its job's owner is to know it. Pure. */
final class PodWaiting {
    /** Said while all is well. */
    private static final ImmutableSet<String> NO_REASON = ImmutableSet.of("PodInitializing", "ContainerCreating");

    private static final String INVALID_IMAGE = "InvalidImageName";
    private static final int MAX_TEXT = 500;

    private PodWaiting() {}

    /** What is in its way, or that its container is being made: a long pull or mount is told of in events alone. */
    static Optional<Wait> of(Pod pod) {
        Optional<Wait> made = Optional.ofNullable(pod.getSpec().getNodeName())
                .map(node -> new Wait("its container is being made", null));
        return obstacle(pod).or(() -> made);
    }

    /** What is wrong with it, or with a container of it, while it has not begun. */
    static Optional<Wait> obstacle(Pod pod) {
        if (PodFields.isTerminating(pod)) {
            return Optional.of(new Wait("its pod is being deleted", null));
        }
        Optional<Wait> container = PodFields.statuses(pod)
                .filter(status -> isObstacle(reason(status)))
                .map(PodWaiting::ofContainer)
                .findFirst();
        return container.or(() -> PodFields.condition(pod, "PodScheduled", "False")
                .map(c -> told("it waits for a place on the cluster", c.getReason(), c.getMessage())));
    }

    private static boolean isObstacle(@Nullable String reason) {
        return reason != null && !NO_REASON.contains(reason);
    }

    /** Whether it will wait for ever, since its spec can't be changed: no need to have others wait too. */
    static boolean isHopeless(Pod pod) {
        return PodFields.statuses(pod).anyMatch(status -> INVALID_IMAGE.equals(reason(status)));
    }

    private static Wait ofContainer(ContainerStatus status) {
        ContainerStateWaiting waiting = status.getState().getWaiting();
        return switch (waiting.getReason()) {
            case "ErrImagePull", "ImagePullBackOff", "RegistryUnavailable" ->
                new Wait("the image " + status.getImage() + " can't be pulled", notPulled(waiting.getMessage()));
            case "ErrImageNeverPull" ->
                new Wait("the image " + status.getImage() + " is not on its node, and never pulled", null);
            case INVALID_IMAGE -> told("the image's name " + status.getImage() + " is not valid", INVALID_IMAGE, null);
            default -> told("its container can't be made", waiting.getReason(), waiting.getMessage());
        };
    }

    private static String notPulled(@Nullable String message) {
        return Optional.ofNullable(message).flatMap(PullFailure::kind).orElse("the events of its pod say why");
    }

    private static Wait told(String what, @Nullable String reason, @Nullable String message) {
        String detail = message == null || message.isBlank() ? null : Sentence.of(message, MAX_TEXT);
        return new Wait(reason == null ? what : what + " (" + reason + ")", detail);
    }

    private static @Nullable String reason(ContainerStatus status) {
        ContainerStateWaiting waiting =
                status.getState() == null ? null : status.getState().getWaiting();
        return waiting == null ? null : waiting.getReason();
    }
}

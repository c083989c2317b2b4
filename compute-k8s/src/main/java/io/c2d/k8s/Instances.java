package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepSeen;
import io.c2d.core.port.StepSeen.State;
import io.c2d.core.port.StepSeen.Wait;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Several pods of one try seen as one step: it is pending until one runs, has ended when all have, and has failed when one
 * has. Pure.
 */
final class Instances {
    private static final Comparator<Pod> IN_ORDER =
            Comparator.comparing(pod -> pod.getMetadata().getName());

    private Instances() {}

    /**
     * The step.
     *
     * @param pods those of the try that are known, in any order; of several that wait, the first instance's is told
     * @param missing what a pod is that is not among them
     * @param look what one pod shows
     */
    static StepSeen together(ImmutableList<Pod> pods, State missing, Function<Pod, StepSeen> look) {
        if (pods.isEmpty()) {
            return StepSeen.of(missing);
        }
        List<StepSeen> seen = pods.stream().sorted(IN_ORDER).map(look).toList();
        boolean placeholder = pods.stream()
                .anyMatch(pod ->
                        isRegister(pod) && PodFrame.placeholderReason(pod).isPresent());
        boolean whole = placeholder || pods.size() >= PodFrame.instances(pods.get(0));
        if (!whole) {
            // A start makes those that are missing.
            return StepSeen.of(missing);
        }
        if (seen.stream().allMatch(s -> s.state() == State.ENDED)) {
            return StepSeen.ended(worst(
                    seen.stream().map(StepSeen::end).flatMap(Optional::stream).toList()));
        }
        boolean runs = seen.stream().anyMatch(s -> s.state() != State.PENDING);
        Wait waiting =
                seen.stream().flatMap(s -> s.waitingFor().stream()).findFirst().orElse(null);
        return new StepSeen(runs ? State.RUNNING : State.PENDING, null, waiting);
    }

    private static boolean isRegister(Pod pod) {
        return "0".equals(pod.getMetadata().getLabels().get(Labels.INSTANCE));
    }

    /** Success is everybody's; else the machinery's failures come first, since they may be tried again. */
    private static StepEnd worst(List<StepEnd> ends) {
        StepEnd worst = ends.get(0);
        for (StepEnd end : ends) {
            if (rank(end) > rank(worst)) {
                worst = end;
            }
        }
        return worst;
    }

    private static int rank(StepEnd end) {
        return switch (end.cause()) {
            case EXITED -> end.isSuccess() ? 0 : 1;
            case OUT_OF_MEMORY -> 2;
            case KILLED -> 3;
            case NEVER_STARTED -> 4;
            case LOST, ABANDONED -> 5;
            case DEADLINE -> 6;
            case REFUSED -> 7;
        };
    }
}

package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.Sentence;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepEnd.Cause;
import io.c2d.core.port.StepSeen;
import io.c2d.core.port.StepSeen.Wait;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a pod's status means for its step. Pure. The order is the one in which a real cluster's fields are to be trusted:
 * the pod's own reason, a disruption, how the containers ended, what they wait for, the scheduler. Reasons are matched, never
 * messages, which change between versions.
 */
final class PodState {
    /** The kubelet did not take the pod, so nothing of it ran. */
    private static final ImmutableSet<String> NOT_ADMITTED = ImmutableSet.of(
            "NodeAffinity",
            "OutOfcpu",
            "OutOfmemory",
            "OutOfpods",
            "OutOfephemeral-storage",
            "UnexpectedAdmissionError");

    /** Exit codes of what ended by SIGKILL or SIGTERM. */
    private static final ImmutableSet<Integer> BY_SIGNAL = ImmutableSet.of(137, 143);

    private static final int MAX_TEXT = 500;

    private PodState() {}

    /** What a pod shows of its step. */
    static StepSeen of(Pod pod) {
        Optional<String> placeholder = PodFrame.placeholderReason(pod);
        if (placeholder.isPresent()) {
            return StepSeen.ended(ofPlaceholder(placeholder.get()));
        }
        if (isOver(pod)) {
            return isExplained(pod) ? StepSeen.ended(end(pod)) : StepSeen.of(StepSeen.State.RUNNING);
        }
        if (PodFields.statuses(pod).anyMatch(PodFields::hasStarted)) {
            return new StepSeen(
                    StepSeen.State.RUNNING, null, PodWaiting.obstacle(pod).orElse(null));
        }
        Wait waiting = PodWaiting.of(pod).orElse(null);
        return waiting != null && PodWaiting.isHopeless(pod)
                ? StepSeen.ended(new StepEnd(Cause.REFUSED, null, waiting.sentence(), ImmutableList.of()))
                : new StepSeen(StepSeen.State.PENDING, null, waiting);
    }

    private static StepEnd ofPlaceholder(String refused) {
        return refused.isEmpty()
                ? StepEnd.of(Cause.NEVER_STARTED)
                : new StepEnd(Cause.REFUSED, null, refused, ImmutableList.of());
    }

    /**
     * Whether nothing of the pod runs any more, nor ever will. A container that is terminated says so about a second before
     * the pod's phase does. What is terminating is alive until then.
     */
    static boolean isOver(Pod pod) {
        if (PodFrame.placeholderReason(pod).isPresent() || PodFields.hasFinalPhase(pod)) {
            return true;
        }
        if (PodFields.isTerminating(pod) && pod.getSpec().getNodeName() == null) {
            // The scheduler passes over it, and a binding that is under way is refused.
            return true;
        }
        if (PodFields.initStatuses(pod)
                .map(PodFields::terminated)
                .flatMap(Optional::stream)
                .anyMatch(t -> t.getExitCode() != 0)) {
            return true;
        }
        List<ContainerStatus> main = PodFields.mainStatuses(pod).toList();
        return !main.isEmpty()
                && main.size() == pod.getSpec().getContainers().size()
                && main.stream().allMatch(s -> PodFields.terminated(s).isPresent());
    }

    /**
     * Whether what the pod shows says already why it ended. Where the kubelet itself ends a pod, for its deadline or for the
     * node's disk, it tells of the containers first, and of the reason about a second later, with the phase.
     */
    private static boolean isExplained(Pod pod) {
        if (PodFields.hasFinalPhase(pod)
                || PodFields.isTerminating(pod)
                || PodFields.condition(pod, "DisruptionTarget", "True").isPresent()) {
            return true;
        }
        ContainerStateTerminated last = PodFields.lastTerminated(pod).orElse(null);
        if (last == null) {
            return true;
        }
        boolean signalled = BY_SIGNAL.contains(last.getExitCode()) && !"OOMKilled".equals(last.getReason());
        return !signalled
                && !isPastDeadline(pod, last)
                && !LauncherReport.of(last.getMessage()).told();
    }

    /** Both times are the kubelet's own. */
    private static boolean isPastDeadline(Pod pod, ContainerStateTerminated last) {
        Long seconds = pod.getSpec().getActiveDeadlineSeconds();
        String start = pod.getStatus().getStartTime();
        String end = last.getFinishedAt();
        return seconds != null
                && start != null
                && end != null
                && !Instant.parse(end).isBefore(Instant.parse(start).plusSeconds(seconds));
    }

    private static StepEnd end(Pod pod) {
        ContainerStateTerminated last = PodFields.lastTerminated(pod).orElse(null);
        Integer code = last == null ? null : last.getExitCode();
        String reason = pod.getStatus() == null ? null : pod.getStatus().getReason();
        if (reason != null) {
            return byReason(pod, reason, code);
        }
        Optional<PodCondition> disrupted = PodFields.condition(pod, "DisruptionTarget", "True");
        if (disrupted.isPresent()) {
            return told(
                    Cause.LOST, null, "its pod was taken away", disrupted.get().getReason(), null);
        }
        if (last == null) {
            boolean began = PodFields.statuses(pod).anyMatch(PodFields::hasStarted);
            return began
                    ? told(Cause.LOST, null, "what became of its container is not known", null, null)
                    : told(Cause.NEVER_STARTED, null, "its pod ended before it began", null, null);
        }
        return ofContainer(pod, last);
    }

    private static StepEnd byReason(Pod pod, String reason, @Nullable Integer code) {
        String message = pod.getStatus().getMessage();
        boolean began = PodFields.statuses(pod).anyMatch(PodFields::hasStarted);
        if (reason.equals("Evicted")) {
            return told(Cause.KILLED, code, "its pod was evicted", null, message);
        }
        if (reason.equals("DeadlineExceeded")) {
            return began
                    ? new StepEnd(Cause.DEADLINE, code, null, ImmutableList.of())
                    : told(Cause.NEVER_STARTED, null, "its pod did not begin in time", null, null);
        }
        return NOT_ADMITTED.contains(reason) || !began
                ? told(Cause.NEVER_STARTED, null, "its node did not take its pod", reason, message)
                : told(Cause.LOST, null, "its node gave its pod up", reason, message);
    }

    private static StepEnd ofContainer(Pod pod, ContainerStateTerminated last) {
        Integer code = last.getExitCode();
        String reason = last.getReason() == null ? "" : last.getReason();
        return switch (reason) {
            // Of a child too, whatever the code is that its parent then exits with.
            case "OOMKilled" -> new StepEnd(Cause.OUT_OF_MEMORY, code, null, ImmutableList.of());
            case "ContainerStatusUnknown" ->
                told(Cause.LOST, null, "what became of its container is not known", null, null);
            case "StartError", "ContainerCannotRun" ->
                told(Cause.EXITED, code, "its command can't be started", null, last.getMessage());
            default ->
                PodFields.isTerminating(pod)
                        ? new StepEnd(Cause.KILLED, code, null, ImmutableList.of())
                        : ofLauncher(LauncherReport.of(last.getMessage()), code);
        };
    }

    private static StepEnd ofLauncher(LauncherReport report, Integer code) {
        if (report.keptBack(code)) {
            return told(Cause.NEVER_STARTED, null, "the network of its pod was not shut off", null, null);
        }
        return report.notStarted(code)
                .map(why -> told(Cause.EXITED, code, "its command can't be started", null, why))
                .orElseGet(() -> new StepEnd(Cause.EXITED, code, null, ImmutableList.of()));
    }

    /** The termination message of the step's own container, or of the init container that failed. */
    static Optional<String> terminationMessage(Pod pod) {
        return PodFields.lastTerminated(pod).map(ContainerStateTerminated::getMessage);
    }

    private static StepEnd told(
            Cause cause, @Nullable Integer code, String what, @Nullable String reason, @Nullable String message) {
        return new StepEnd(cause, code, withMessage(what, reason, message), ImmutableList.of());
    }

    private static String withMessage(String what, @Nullable String reason, @Nullable String message) {
        String text = what + (reason == null ? "" : " (" + reason + ")");
        return Sentence.of(message == null || message.isBlank() ? text : text + ": " + message.strip(), MAX_TEXT);
    }
}

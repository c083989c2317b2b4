package io.c2d.k8s;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

/** Pods with the statuses that a real cluster shows, a word at a time. */
final class PodSample {
    static final String EARLY = "2026-01-01T00:00:10Z";
    static final String PAST_DEADLINE = "2026-01-01T00:01:30Z";

    private PodBuilder pod;

    private PodSample(PodBuilder pod) {
        this.pod = pod;
    }

    /** A pod on a node, with a deadline of a minute. */
    static PodSample in(String phase) {
        return new PodSample(new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .withUid("u")
                .endMetadata()
                .withNewSpec()
                .withNodeName("node-1")
                .withActiveDeadlineSeconds(60L)
                .addNewContainer()
                .withName("step")
                .withImage("image:1")
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase(phase)
                .withStartTime("2026-01-01T00:00:00Z")
                .endStatus());
    }

    @CanIgnoreReturnValue
    PodSample unscheduled() {
        pod = pod.editSpec().withNodeName(null).endSpec();
        return this;
    }

    PodSample waiting(String reason, String message) {
        return main(waitingState(reason, message));
    }

    PodSample running() {
        return main(runningState());
    }

    PodSample ended(int code, String reason) {
        return endedAt(EARLY, code, reason);
    }

    PodSample endedAt(String finished, int code, String reason) {
        return main(new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(code)
                .withReason(reason)
                .withStartedAt(EARLY)
                .withFinishedAt(finished)
                .endTerminated()
                .build());
    }

    /** With a termination message of the container that ended. */
    PodSample message(String text) {
        Pod built = pod.build();
        built.getStatus()
                .getContainerStatuses()
                .forEach(status -> status.getState().getTerminated().setMessage(text));
        pod = built.edit();
        return this;
    }

    PodSample startFailed(String message) {
        return main(new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(128)
                .withReason("StartError")
                .withMessage(message)
                .withStartedAt("1970-01-01T00:00:00Z")
                .endTerminated()
                .build());
    }

    PodSample neverLocated() {
        return main(new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(137)
                .withReason("ContainerStatusUnknown")
                .endTerminated()
                .build());
    }

    @CanIgnoreReturnValue
    PodSample initEnded(int code) {
        return init(new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(code)
                .withReason("Error")
                .withStartedAt(EARLY)
                .endTerminated()
                .build());
    }

    PodSample initRunning() {
        return init(runningState());
    }

    @CanIgnoreReturnValue
    PodSample deleted() {
        pod = pod.editMetadata().withDeletionTimestamp("2026-01-01T00:00:40Z").endMetadata();
        return this;
    }

    PodSample annotated(String key, String value) {
        pod = pod.editMetadata().addToAnnotations(key, value).endMetadata();
        return this;
    }

    PodSample twoContainers() {
        pod = pod.editSpec().addNewContainer().withName("other").endContainer().endSpec();
        return this;
    }

    @CanIgnoreReturnValue
    PodSample reason(String reason, String message) {
        pod = pod.editStatus().withReason(reason).withMessage(message).endStatus();
        return this;
    }

    PodSample disrupted(String reason) {
        return condition("DisruptionTarget", "True", reason, "a message that changes");
    }

    PodSample notScheduled(String message) {
        return condition("PodScheduled", "False", "Unschedulable", message);
    }

    Pod build() {
        return pod.build();
    }

    private PodSample condition(String type, String status, String reason, String message) {
        pod = pod.editStatus()
                .addNewCondition()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .endCondition()
                .endStatus();
        return this;
    }

    private PodSample main(ContainerState state) {
        pod = pod.editStatus()
                .withContainerStatuses(new ContainerStatusBuilder()
                        .withName("step")
                        .withImage("image:1")
                        .withState(state)
                        .build())
                .endStatus();
        return this;
    }

    private PodSample init(ContainerState state) {
        pod = pod.editSpec()
                .addNewInitContainer()
                .withName("copy")
                .endInitContainer()
                .endSpec()
                .editStatus()
                .withInitContainerStatuses(new ContainerStatusBuilder()
                        .withName("copy")
                        .withState(state)
                        .build())
                .endStatus();
        return this;
    }

    private static ContainerState waitingState(String reason, String message) {
        return new ContainerStateBuilder()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(message)
                .endWaiting()
                .build();
    }

    private static ContainerState runningState() {
        return new ContainerStateBuilder()
                .withNewRunning()
                .withStartedAt(EARLY)
                .endRunning()
                .build();
    }
}

package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepSeen;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A row for each case that was seen on a real cluster. */
final class PodStateTest {
    private static Arguments row(String name, PodSample pod, String expected) {
        return Arguments.of(name, pod, expected);
    }

    static Stream<Arguments> ofPodsThatRunOrWait() {
        String toPull = "PENDING the image image:1 can't be pulled";
        String toMake = "PENDING its container can't be made ";
        return Stream.of(
                row("just made", PodSample.in("Pending").unscheduled(), "PENDING"),
                row(
                        "being made",
                        PodSample.in("Pending").waiting("ContainerCreating", ""),
                        "PENDING its container is being made"),
                row("running", PodSample.in("Running").running(), "RUNNING"),
                row(
                        "init runs",
                        PodSample.in("Pending").waiting("PodInitializing", "").initRunning(),
                        "RUNNING"),
                row("137, reason to come", PodSample.in("Running").ended(137, "Error"), "RUNNING"),
                row("143, reason to come", PodSample.in("Running").ended(143, "Error"), "RUNNING"),
                row(
                        "exit 0 after it was told to end, before the kubelet says why",
                        PodSample.in("Running").ended(0, "Completed").message("{\"format\":1,\"told\":true}"),
                        "RUNNING"),
                row(
                        "exit 0 past the deadline, reason to come",
                        PodSample.in("Running").endedAt(PodSample.PAST_DEADLINE, 0, "Completed"),
                        "RUNNING"),
                row(
                        "drained, not confirmed",
                        PodSample.in("Running")
                                .running()
                                .disrupted("EvictionByEvictionAPI")
                                .deleted(),
                        "RUNNING its pod is being deleted"),
                row(
                        "node lost, not confirmed",
                        PodSample.in("Running")
                                .running()
                                .disrupted("DeletionByTaintManager")
                                .deleted(),
                        "RUNNING its pod is being deleted"),
                row(
                        "deleted, not confirmed",
                        PodSample.in("Running").running().deleted(),
                        "RUNNING its pod is being deleted"),
                row(
                        "deleted while made",
                        PodSample.in("Pending").waiting("ContainerCreating", "").deleted(),
                        "PENDING its pod is being deleted"),
                row(
                        "no image",
                        PodSample.in("Pending").waiting("ErrImagePull", "no"),
                        toPull + ": the events of its pod say why"),
                row(
                        "no image, backing off",
                        PodSample.in("Pending").waiting("ImagePullBackOff", "Back-off: dial tcp 10.0.0.7:443: refused"),
                        toPull + ": its registry can't be reached"),
                row(
                        "image never pulled",
                        PodSample.in("Pending").waiting("ErrImageNeverPull", ""),
                        "PENDING the image image:1 is not on its node, and never pulled"),
                row(
                        "root image, or a missing object",
                        PodSample.in("Pending").waiting("CreateContainerConfigError", "image will run as root"),
                        toMake + "(CreateContainerConfigError): image will run as root"),
                row(
                        "runtime refuses",
                        PodSample.in("Pending").waiting("CreateContainerError", "no"),
                        toMake + "(CreateContainerError): no"),
                row(
                        "too much asked, or the claim not bound",
                        PodSample.in("Pending").unscheduled().notScheduled("0/1 nodes"),
                        "PENDING it waits for a place on the cluster (Unschedulable): 0/1 nodes"));
    }

    static Stream<Arguments> ofPodsThatEnded() {
        return Stream.of(
                row("terminated before the phase", PodSample.in("Running").ended(0, "Completed"), "EXITED 0"),
                row(
                        "exit 0 after it was told to end, and no reason comes",
                        PodSample.in("Succeeded").ended(0, "Completed").message("{\"format\":1,\"told\":true}"),
                        "EXITED 0"),
                row(
                        "evicted for disk after it was told to end",
                        PodSample.in("Failed")
                                .ended(0, "Completed")
                                .message("{\"format\":1,\"told\":true}")
                                .reason("Evicted", "low on resource"),
                        "KILLED 0 its pod was evicted: low on resource"),
                row(
                        "the image has no such command",
                        PodSample.in("Failed").ended(127, "Error").message("{\"format\":1,\"errno\":2}"),
                        "EXITED 127 its command can't be started: no such program in the image"),
                row(
                        "a success that says that it never began",
                        PodSample.in("Succeeded").ended(0, "Completed").message("{\"format\":1,\"open\":true}"),
                        "EXITED 0"),
                row(
                        "an exit code of its own beside a message of its own",
                        PodSample.in("Failed").ended(3, "Error").message("{\"format\":1,\"errno\":2}"),
                        "EXITED 3"),
                row(
                        "the network was not shut off",
                        PodSample.in("Failed").ended(126, "Error").message("{\"format\":1,\"open\":true}"),
                        "NEVER_STARTED the network of its pod was not shut off"),
                row(
                        "an algorithm that writes what it likes",
                        PodSample.in("Running").ended(0, "Completed").message("{\"format\":"),
                        "EXITED 0"),
                row("succeeded", PodSample.in("Succeeded").ended(0, "Completed"), "EXITED 0"),
                row("exit 3", PodSample.in("Failed").ended(3, "Error"), "EXITED 3"),
                row("137 by itself", PodSample.in("Failed").ended(137, "Error"), "EXITED 137"),
                row("out of memory", PodSample.in("Failed").ended(137, "OOMKilled"), "OUT_OF_MEMORY 137"),
                row(
                        "out of memory before the phase",
                        PodSample.in("Running").ended(137, "OOMKilled"),
                        "OUT_OF_MEMORY 137"),
                row("out of memory of a child", PodSample.in("Failed").ended(7, "OOMKilled"), "OUT_OF_MEMORY 7"),
                row(
                        "out of memory, then deleted",
                        PodSample.in("Failed").ended(137, "OOMKilled").deleted(),
                        "OUT_OF_MEMORY 137"),
                row(
                        "deadline",
                        PodSample.in("Failed").ended(137, "Error").reason("DeadlineExceeded", "was active"),
                        "DEADLINE 137"),
                row(
                        "deadline, exit 0 on SIGTERM",
                        PodSample.in("Failed").ended(0, "Completed").reason("DeadlineExceeded", ""),
                        "DEADLINE 0"),
                row(
                        "deadline before it began",
                        PodSample.in("Failed").neverLocated().reason("DeadlineExceeded", ""),
                        "NEVER_STARTED its pod did not begin in time"),
                row(
                        "evicted for disk",
                        PodSample.in("Failed").ended(137, "Error").reason("Evicted", "low on resource"),
                        "KILLED 137 its pod was evicted: low on resource"),
                row(
                        "evicted, exit 0 on SIGTERM",
                        PodSample.in("Failed").ended(0, "Completed").reason("Evicted", ""),
                        "KILLED 0 its pod was evicted"),
                row(
                        "node shut down",
                        PodSample.in("Failed").ended(137, "Error").reason("Terminated", "shutdown"),
                        "LOST its node gave its pod up (Terminated): shutdown"),
                row(
                        "not taken by the kubelet",
                        PodSample.in("Failed").reason("OutOfcpu", "Pod was rejected"),
                        "NEVER_STARTED its node did not take its pod (OutOfcpu): Pod was rejected"),
                row(
                        "drained, exit 0 on SIGTERM",
                        PodSample.in("Succeeded")
                                .ended(0, "Completed")
                                .disrupted("EvictionByEvictionAPI")
                                .deleted(),
                        "LOST its pod was taken away (EvictionByEvictionAPI)"),
                row(
                        "preempted",
                        PodSample.in("Failed").ended(137, "Error").disrupted("PreemptionByScheduler"),
                        "LOST its pod was taken away (PreemptionByScheduler)"),
                row(
                        "node gone for good",
                        PodSample.in("Failed")
                                .running()
                                .disrupted("DeletionByPodGC")
                                .deleted(),
                        "LOST its pod was taken away (DeletionByPodGC)"),
                row(
                        "deleted by hand",
                        PodSample.in("Failed").ended(137, "Error").deleted(),
                        "KILLED 137"),
                row(
                        "deleted, exit 0 on SIGTERM",
                        PodSample.in("Running").ended(0, "Completed").deleted(),
                        "KILLED 0"),
                row(
                        "deleted before it was scheduled",
                        PodSample.in("Pending").unscheduled().deleted(),
                        "NEVER_STARTED its pod ended before it began"),
                row(
                        "command not found",
                        PodSample.in("Failed").startFailed("exec: \"nope\": not found"),
                        "EXITED 128 its command can't be started: exec: \"nope\": not found"),
                row(
                        "never located",
                        PodSample.in("Failed").neverLocated(),
                        "LOST what became of its container is not known"),
                row(
                        "init failed, main still waits",
                        PodSample.in("Pending").waiting("PodInitializing", "").initEnded(5),
                        "EXITED 5"),
                row(
                        "invalid image name",
                        PodSample.in("Pending").waiting("InvalidImageName", "couldn't parse"),
                        "REFUSED the image's name image:1 is not valid (InvalidImageName)"),
                row(
                        "stopped before it was seen",
                        PodSample.in("Pending").unscheduled().annotated(PodFrame.PLACEHOLDER, ""),
                        "NEVER_STARTED"),
                row(
                        "refused",
                        PodSample.in("Pending").unscheduled().annotated(PodFrame.PLACEHOLDER, "not allowed"),
                        "REFUSED not allowed"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"ofPodsThatRunOrWait", "ofPodsThatEnded"})
    void aPodsStatusMeans(String name, PodSample pod, String expected) {
        assertThat(told(PodState.of(pod.build()))).as(name).isEqualTo(expected);
    }

    private static String told(StepSeen seen) {
        Optional<StepEnd> end = seen.end();
        if (end.isEmpty()) {
            return seen.state() + seen.waitingFor().map(w -> " " + w.sentence()).orElse("");
        }
        return end.get().cause()
                + end.get().exitCode().map(c -> " " + c).orElse("")
                + end.get().detail().map(d -> " " + d).orElse("");
    }

    @Test
    void ofTwoContainersBothMustHaveEnded() {
        assertThat(PodState.isOver(PodSample.in("Running")
                        .ended(0, "Completed")
                        .twoContainers()
                        .build()))
                .isFalse();
    }

    @Test
    void whatEndedGoesAtOnceWhenDeletedOnlyOnceItsPhaseSaysSo() {
        assertThat(PodFields.hasFinalPhase(
                        PodSample.in("Running").ended(0, "Completed").build()))
                .isFalse();
        assertThat(PodFields.hasFinalPhase(
                        PodSample.in("Succeeded").ended(0, "Completed").build()))
                .isTrue();
    }
}

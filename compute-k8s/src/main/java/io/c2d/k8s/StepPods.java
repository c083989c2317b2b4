package io.c2d.k8s;

import com.fasterxml.jackson.databind.node.TextNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hashing;
import io.c2d.core.model.Input;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.StepSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Builds the pod of a step. Pure: equal specs give equal pods. */
final class StepPods {
    /** The container whose end is the step's. */
    static final String MAIN = "step";
    /** The container that copies the outputs for the filter. */
    static final String COPY = "copy";

    private static final String TMP_VOLUME = "tmp";
    private static final String TASK_VOLUME = "task";
    private static final String TMP = "/tmp";
    /** Of the launcher's arguments: the one that stage-in lays down may be of an older image. */
    private static final String LAUNCHER_FORMAT = "1";
    /** How much of what is printed goes to the kubelet too: it counts against what a container may write on its node. */
    private static final long MAX_SHOWN = 4L << 20;

    private final PodFrame frame;
    private final WorkerSettings worker;

    StepPods(PodFrame frame, WorkerSettings worker) {
        this.frame = frame;
        this.worker = worker;
    }

    /** Whether a step runs the worker's image and is told its task by a Secret of the pod's name. */
    static boolean hasTask(StepKind kind) {
        return kind != StepKind.ALGORITHM;
    }

    /** How many pods a try has. */
    static int instances(StepSpec spec) {
        return spec.id().kind() == StepKind.ALGORITHM ? spec.stage().compute().instances() : 1;
    }

    /** The pod of one instance of a try. */
    Pod pod(StepSpec spec, AnchorId anchor, KubernetesEnvironment where, int instance) {
        PodFrame.Place place = new PodFrame.Place(spec.id(), anchor, instance, instances(spec), spec.owner());
        return switch (spec.id().kind()) {
            case ALGORITHM -> algorithm(spec, place, where);
            case FILTER -> filter(spec, place, where);
            case STAGE_IN, PUBLISH -> ofWorker(spec, place, where);
        };
    }

    private Pod algorithm(StepSpec spec, PodFrame.Place place, KubernetesEnvironment where) {
        Stage stage = spec.stage();
        StepId staged = required(spec.stagedBy());
        Container container = container(
                        MAIN, ImageRules.reference(stage.algorithm().container()))
                .withCommand(launched(
                        where,
                        where.openNetwork() ? Duration.ZERO : worker.isolationPatience(),
                        Entrypoint.command(stage.algorithm().container().entrypoint(), Layout.ALGORITHM)))
                .withWorkingDir(TMP)
                .withEnv(environment(stage, place))
                .withResources(Resources.of(where))
                .addToVolumeMounts(
                        readOnly(Layout.INPUTS, Layout.folder(staged, "inputs")),
                        readOnly(Layout.DDOS, Layout.folder(staged, "ddos")),
                        readOnly(Layout.TRANSFORMATIONS, Layout.folder(staged, "transformations")),
                        readOnly(Layout.BIN, Layout.folder(staged, "bin")),
                        writable(Layout.OUTPUTS, own(place, "outputs")),
                        writable(Layout.LOGS, own(place, "logs")))
                .build();
        // The kubelet counts from when the pod was given to it, image pull included, and the algorithm's time only from
        // when it runs.
        Duration deadline = spec.limit().plus(where.environment().limits().scheduling());
        return frame.pod(
                place,
                where,
                ImmutableList.of(container),
                ImmutableList.of(),
                ImmutableList.of(tmp(where.scratch().tmpBytes())),
                deadline);
    }

    /** A worker copies the outputs, then the operator's line runs over the copy, as confined as an algorithm. */
    private Pod filter(StepSpec spec, PodFrame.Place place, KubernetesEnvironment where) {
        Container copy = worker(COPY, "copy-outputs")
                .addToVolumeMounts(
                        readOnly(Layout.RESULTS, Layout.folder(required(spec.algorithm()))),
                        writable(Layout.OUTPUTS, own(place, "outputs")))
                .build();
        Container line = container(MAIN, worker.image())
                .withCommand(launched(
                        where,
                        worker.isolationPatience(),
                        ImmutableList.of(
                                "/bin/sh",
                                "-c",
                                Entrypoint.literal(where.environment().filter().orElse("exit 1")))))
                .withWorkingDir(TMP)
                .withEnv(folders())
                .withResources(Resources.ofFilter(where))
                .addToVolumeMounts(
                        writable(Layout.OUTPUTS, own(place, "outputs")), writable(Layout.LOGS, own(place, "logs")))
                .build();
        return frame.pod(
                place,
                where,
                ImmutableList.of(line),
                ImmutableList.of(copy),
                ImmutableList.of(tmp(where.scratch().tmpBytes()), task(place)),
                spec.limit());
    }

    private Pod ofWorker(StepSpec spec, PodFrame.Place place, KubernetesEnvironment where) {
        boolean staging = spec.id().kind() == StepKind.STAGE_IN;
        ContainerBuilder container = worker(MAIN, spec.id().kind().label());
        if (staging) {
            container.addToVolumeMounts(writable(Layout.DATA, Layout.folder(spec.id())));
        } else {
            container.addToVolumeMounts(readOnly(Layout.RESULTS, Layout.folder(required(spec.algorithm()))));
            spec.filteredBy().ifPresent(filter -> {
                container.addToVolumeMounts(readOnly(Layout.FILTERED, Layout.folder(filter)));
            });
        }
        return frame.pod(
                place,
                where,
                ImmutableList.of(container.build()),
                ImmutableList.of(),
                ImmutableList.of(tmp(where.scratch().tmpBytes()), task(place)),
                spec.limit());
    }

    /** A command below the launcher, which keeps its log: half of what may be kept from its head, half from its tail. */
    private ImmutableList<String> launched(
            KubernetesEnvironment where, Duration patience, ImmutableList<String> command) {
        long bytes = where.environment().resources().logBytes();
        return ImmutableList.<String>builder()
                .add(Layout.LAUNCHER, LAUNCHER_FORMAT, Layout.MESSAGE, Layout.LOGS)
                .add(Long.toString(Math.max(1, bytes / 2)), Long.toString(Math.max(1, bytes / 4)))
                .add(Long.toString(Math.min(bytes, MAX_SHOWN)))
                .add(Long.toString(patience.toSeconds()))
                .add(Long.toString(where.environment().resources().outputBytes()))
                .addAll(command)
                .build();
    }

    /** What the worker is to do comes first among its arguments; the rest is in its task. */
    private ContainerBuilder worker(String name, String what) {
        return container(name, worker.image())
                .withArgs(what, Layout.TASK + "/" + WorkerTask.KEY)
                .withResources(Resources.of(worker))
                .addToVolumeMounts(new VolumeMountBuilder()
                        .withName(TASK_VOLUME)
                        .withMountPath(Layout.TASK)
                        .withReadOnly(true)
                        .build());
    }

    private static ContainerBuilder container(String name, String image) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(image)
                .withSecurityContext(PodSecurity.ofContainer())
                .withVolumeMounts(new VolumeMountBuilder()
                        .withName(TMP_VOLUME)
                        .withMountPath(TMP)
                        .build());
    }

    private static ImmutableList<EnvVar> environment(Stage stage, PodFrame.Place place) {
        ImmutableMap.Builder<String, String> all = ImmutableMap.builder();
        all.put("DIDS", dids(stage));
        all.put("TRANSFORMATION_DID", Input.folderOf(stage.algorithm().id()));
        all.put("secret", secret(place));
        all.put("INSTANCE_INDEX", Integer.toString(place.instance()));
        all.put("INSTANCES", Integer.toString(place.instances()));
        return ImmutableList.<EnvVar>builder()
                .addAll(variables(all.buildOrThrow()))
                .addAll(folders())
                .build();
    }

    /** The same at each start of the same pod, and not to be guessed by who doesn't see the cluster's objects. */
    private static String secret(PodFrame.Place place) {
        String pod = place.anchor().uid() + "/" + Names.pod(place.step(), place.instance());
        return Hashing.sha256()
                .hashString(pod, StandardCharsets.UTF_8)
                .toString()
                .substring(0, 32);
    }

    private static String dids(Stage stage) {
        return stage.inputs().stream()
                .map(Input::folder)
                .distinct()
                .map(id -> TextNode.valueOf(id).toString())
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static ImmutableList<EnvVar> folders() {
        return variables(ImmutableMap.of(
                "HOME", TMP,
                "VOLUME", Layout.DATA,
                "INPUTS", Layout.INPUTS,
                "OUTPUTS", Layout.OUTPUTS,
                "LOGS", Layout.LOGS));
    }

    private static ImmutableList<EnvVar> variables(ImmutableMap<String, String> all) {
        return all.entrySet().stream()
                .map(e -> new EnvVar(e.getKey(), Entrypoint.literal(e.getValue()), null))
                .collect(ImmutableList.toImmutableList());
    }

    private static String own(PodFrame.Place place, String part) {
        return Layout.folder(place.step(), part, place.instance(), place.instances());
    }

    private static VolumeMount readOnly(String path, String folder) {
        return mount(path, folder).withReadOnly(true).build();
    }

    private static VolumeMount writable(String path, String folder) {
        return mount(path, folder).build();
    }

    private static VolumeMountBuilder mount(String path, String folder) {
        return new VolumeMountBuilder()
                .withName(PodFrame.DATA_VOLUME)
                .withMountPath(path)
                .withSubPath(folder);
    }

    private static Volume tmp(long bytes) {
        return new VolumeBuilder()
                .withName(TMP_VOLUME)
                .withNewEmptyDir()
                .withSizeLimit(new Quantity(Long.toString(bytes)))
                .endEmptyDir()
                .build();
    }

    private static Volume task(PodFrame.Place place) {
        return new VolumeBuilder()
                .withName(TASK_VOLUME)
                .withNewSecret()
                .withSecretName(Names.pod(place.step(), place.instance()))
                .endSecret()
                .build();
    }

    private static StepId required(@Nullable StepId step) {
        if (step == null) {
            throw new IllegalArgumentException("a step names the tries that it reads");
        }
        return step;
    }
}

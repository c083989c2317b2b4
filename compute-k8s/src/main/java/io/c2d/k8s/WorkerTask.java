package io.c2d.k8s;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.Algorithm;
import io.c2d.core.model.Input;
import io.c2d.core.model.RemoteFile;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.StepSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;

/**
 * What a worker's pod is told, as JSON in an immutable Secret of the pod's name: a Secret because the URLs of inputs and the
 * token of the upload are secrets, and none of them is in an argument or in the environment. The form is in
 * {@code docs/decisions/0015-tasks-and-reports-of-pods.md}.
 */
final class WorkerTask {
    /** The key in the Secret, and the file's name in the pod. */
    static final String KEY = "task.json";

    private static final int FORMAT = 1;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private WorkerTask() {}

    /** The Secret of a try of ours. */
    static Secret secret(
            StepSpec spec, PodFrame frame, AnchorId anchor, KubernetesEnvironment where, WorkerSettings worker) {
        return new SecretBuilder()
                .withMetadata(frame.metadata(new PodFrame.Place(spec.id(), anchor, 0, 1, spec.owner())))
                .addToStringData(KEY, json(spec, where, worker))
                .withImmutable(true)
                .build();
    }

    /** The task of a try. */
    static String json(StepSpec spec, KubernetesEnvironment where, WorkerSettings worker) {
        ObjectNode task = JSON.objectNode();
        task.put("format", FORMAT);
        task.set("step", step(spec.id()));
        if (spec.id().kind() == StepKind.STAGE_IN) {
            // In the form of a workflow of one stage, so that it is read by what reads workflows.
            task.putObject("workflow").putArray("stages").add(stage(spec.stage()));
            task.set("downloads", downloads(worker.downloads()));
        }
        if (spec.id().kind() == StepKind.PUBLISH) {
            task.put("outputs", spec.withOutputs());
            task.put("filtered", spec.filteredBy().isPresent());
            task.put("instances", spec.stage().compute().instances());
            task.put("logBytes", spec.environment().resources().logBytes());
        }
        if (spec.id().kind() != StepKind.STAGE_IN) {
            // More than fits on the volume can only be holes, and those are not kept when it is stored.
            task.put("maxOutputBytes", where.volume().bytes());
        }
        // The copy for a filter uploads nothing, so it has no right to.
        if (spec.id().kind() != StepKind.FILTER) {
            WorkerSettings.Upload upload = worker.uploads().forTry(spec.id());
            ObjectNode to = task.putObject("upload");
            to.put("target", upload.target().toString());
            to.put("token", upload.token());
        }
        return StrictJson.write(task);
    }

    private static ObjectNode downloads(WorkerSettings.Downloads allowed) {
        ObjectNode node = JSON.objectNode();
        ArrayNode networks = node.putArray("allowedNetworks");
        allowed.networks().forEach(networks::add);
        node.put("maxFileBytes", allowed.maxFileBytes());
        return node;
    }

    private static ObjectNode step(StepId id) {
        ObjectNode step = JSON.objectNode();
        step.put("job", id.job().value());
        step.put("attempt", id.attempt());
        step.put("stage", id.stage());
        step.put("kind", id.kind().label());
        step.put("try", id.tryNumber());
        return step;
    }

    private static ObjectNode stage(Stage stage) {
        ObjectNode node = JSON.objectNode();
        node.put("index", stage.index());
        ArrayNode inputs = node.putArray("input");
        stage.inputs().forEach(input -> inputs.add(input(input)));
        node.set("algorithm", algorithm(stage.algorithm()));
        return node;
    }

    private static ObjectNode input(Input input) {
        ObjectNode node = JSON.objectNode();
        node.put("id", input.id());
        node.put("index", input.index());
        ArrayNode urls = node.putArray("url");
        input.files().forEach(file -> urls.add(file.url()));
        if (input.files().stream().anyMatch(file -> file.sha256().isPresent())) {
            ArrayNode hashes = node.putArray("sha256");
            input.files().forEach(file -> hashes.add(file.declaredSha256()));
        }
        return node;
    }

    private static ObjectNode algorithm(Algorithm algorithm) {
        ObjectNode node = JSON.objectNode();
        node.put("id", algorithm.id());
        algorithm.raw().ifPresent(code -> node.put("rawcode", code));
        algorithm.remote().ifPresent(file -> remote(node, file));
        ObjectNode container = node.putObject("container");
        container.put("image", algorithm.container().image());
        container.put("tag", algorithm.container().tag());
        container.put("checksum", algorithm.container().checksum());
        container.put("entrypoint", algorithm.container().entrypoint());
        return node;
    }

    private static void remote(ObjectNode node, RemoteFile file) {
        node.put("url", file.url());
        file.sha256().ifPresent(hash -> node.put("sha256", hash));
    }
}

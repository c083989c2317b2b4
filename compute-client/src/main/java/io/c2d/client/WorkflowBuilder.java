package io.c2d.client;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.c2d.core.json.StrictJson;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.RemoteFile;
import io.c2d.core.model.Workflow;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a workflow of one stage (seed, "Create new job"). What it writes is read back by the service's own reader, so it is
 * checked by the same rules before it is sent. Not thread-safe; {@link #build} may be called again after changes.
 */
public final class WorkflowBuilder {
    private final ArrayNode inputs = JsonNodeFactory.instance.arrayNode();
    private final ObjectNode compute = JsonNodeFactory.instance.objectNode();
    private final ObjectNode algorithm = JsonNodeFactory.instance.objectNode();
    private final ObjectNode container = JsonNodeFactory.instance.objectNode();
    private final ObjectNode output = JsonNodeFactory.instance.objectNode();

    private WorkflowBuilder() {
        compute.put("Instances", 1);
    }

    /** A workflow without inputs and algorithm. */
    public static WorkflowBuilder create() {
        return new WorkflowBuilder();
    }

    /** Adds a data set of files whose content is not checked. */
    public WorkflowBuilder input(String id, URI... urls) {
        return input(
                id,
                Arrays.stream(urls)
                        .map(url -> new RemoteFile(url.toString(), null))
                        .toList());
    }

    /**
     * Adds a data set.
     *
     * @param id its DID, or a name of letters, digits, {@code _}, {@code -}, {@code .} and {@code :}
     * @param files at least one; each with or without the SHA-256 that it must have
     */
    public WorkflowBuilder input(String id, List<RemoteFile> files) {
        ObjectNode input = inputs.addObject().put("id", id);
        ArrayNode urls = input.putArray("url");
        files.forEach(file -> urls.add(file.url()));
        input.put("index", inputs.size() - 1);
        if (files.stream().anyMatch(file -> file.sha256().isPresent())) {
            ArrayNode hashes = input.putArray("sha256");
            files.forEach(file -> hashes.add(file.declaredSha256()));
        }
        return this;
    }

    /** The algorithm's DID; raw code needs none. */
    public WorkflowBuilder algorithmId(String did) {
        algorithm.put("id", did);
        return this;
    }

    /** The algorithm's code itself; takes the place of a URL. */
    public WorkflowBuilder rawCode(String code) {
        algorithm.remove(List.of("url", "sha256"));
        algorithm.put("rawcode", code);
        return this;
    }

    /** Where the algorithm's code is; takes the place of raw code. */
    public WorkflowBuilder algorithmUrl(URI url) {
        return algorithmFile(new RemoteFile(url.toString(), null));
    }

    /** Where the algorithm's code is, with or without the SHA-256 that it must have; takes the place of raw code. */
    public WorkflowBuilder algorithmFile(RemoteFile file) {
        algorithm.remove(List.of("rawcode", "sha256"));
        algorithm.put("url", file.url());
        file.sha256().ifPresent(hash -> algorithm.put("sha256", hash));
        return this;
    }

    /** The container's image, without a tag. */
    public WorkflowBuilder image(String image) {
        container.put("image", image);
        return this;
    }

    /** The image's tag. */
    public WorkflowBuilder tag(String tag) {
        container.put("tag", tag);
        return this;
    }

    /** The image's digest, {@code sha256:} and 64 hex digits; wins over the tag. */
    public WorkflowBuilder checksum(String digest) {
        container.put("checksum", digest);
        return this;
    }

    /** The shell line that starts the algorithm; {@code $ALGO} stands for its file. */
    public WorkflowBuilder entrypoint(String line) {
        container.put("entrypoint", line);
        return this;
    }

    /** The environment of the service's configuration to run in (the seed's {@code namespace}). */
    public WorkflowBuilder environment(String name) {
        compute.put("namespace", name);
        return this;
    }

    /**
     * The longest that the algorithm may run.
     *
     * @param limit whole seconds, at least 1
     * @throws IllegalArgumentException where it is not of whole seconds
     */
    public WorkflowBuilder maxTime(Duration limit) {
        if (!limit.equals(Duration.ofSeconds(limit.toSeconds()))) {
            throw new IllegalArgumentException("maxTime is of whole seconds");
        }
        compute.put("maxtime", limit.toSeconds());
        return this;
    }

    /** Adds addresses that may read the results. */
    public WorkflowBuilder whitelist(String... addresses) {
        ArrayNode readers = output.withArrayProperty("whitelist");
        Arrays.stream(addresses).forEach(readers::add);
        return this;
    }

    /** Whether a registered asset contains the outputs. */
    public WorkflowBuilder publishOutput(boolean publish) {
        output.put("publishOutput", publish);
        return this;
    }

    /** Whether a registered asset contains the algorithm's log. */
    public WorkflowBuilder publishAlgorithmLog(boolean publish) {
        output.put("publishAlgorithmLog", publish);
        return this;
    }

    /**
     * The workflow.
     *
     * @throws io.c2d.core.model.ComputeException with every fault and its pointer, where the service would refuse it
     */
    public Workflow build() {
        ObjectNode workflow = JsonNodeFactory.instance.objectNode();
        ObjectNode stage = workflow.putArray("stages").addObject();
        stage.put("index", 0);
        stage.set("input", inputs);
        stage.set("compute", compute);
        ObjectNode whole = algorithm.deepCopy();
        whole.set("container", container);
        stage.set("algorithm", whole);
        stage.set("output", output);
        return WorkflowCodec.read(StrictJson.write(workflow));
    }
}

package io.c2d.worker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.io.ByteSource;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Sentence;
import io.c2d.core.model.StepId;
import io.c2d.core.port.StepEnd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * How a step's pod tells what it did: a termination message, which the kubelet cuts at 4 KiB, and beside the artifacts the
 * list of them, which may be longer and is named in the message by size and hash.
 */
final class PodReport {
    /** The list's path below the try. */
    static final String MANIFEST = "manifest.json";

    private static final int MAX_SENTENCE = 500;

    private PodReport() {}

    /** Stores the list of what was stored. */
    static Artifact storeManifest(ArtifactSink sink, StepId step, ImmutableList<Artifact> stored) throws IOException {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Artifact each : stored) {
            list.addObject()
                    .put("path", each.path())
                    .put("role", each.role().name())
                    .put("size", each.size())
                    .put("sha256", each.sha256());
        }
        byte[] bytes = StrictJson.write(list).getBytes(StandardCharsets.UTF_8);
        return sink.put(step, MANIFEST, Artifact.Role.PUBLISH_LOG, ByteSource.wrap(bytes));
    }

    /** Writes the message. */
    static void write(Path file, StepEnd end, @Nullable Artifact manifest) throws IOException {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("format", 1);
        end.detail().ifPresent(sentence -> report.put("message", Sentence.of(sentence, MAX_SENTENCE)));
        if (manifest != null) {
            report.putObject("manifest").put("size", manifest.size()).put("sha256", manifest.sha256());
        }
        Files.write(
                file,
                StrictJson.write(report).getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
    }
}

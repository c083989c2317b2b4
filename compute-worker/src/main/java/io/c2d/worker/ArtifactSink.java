package io.c2d.worker;

import com.google.common.io.ByteSource;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import java.io.IOException;
import java.io.InputStream;

/** Where a step puts what it has to store: a store at hand, or a server that keeps one. */
@FunctionalInterface
public interface ArtifactSink {
    /**
     * Stores a file, whole or not at all.
     *
     * @param step the try that made it
     * @param path below the try; see {@link Artifact#isSafePath}
     * @param role what it is
     * @param content opened once for each time that it is sent
     * @return the stored file with size and hash
     * @throws IOException if the content can't be read or stored
     */
    Artifact put(StepId step, String path, Artifact.Role role, ByteSource content) throws IOException;

    /** A store at hand. */
    static ArtifactSink of(ArtifactStore store) {
        return (step, path, role, content) -> {
            try (InputStream in = content.openStream()) {
                return store.put(step, path, role, in);
            }
        };
    }
}

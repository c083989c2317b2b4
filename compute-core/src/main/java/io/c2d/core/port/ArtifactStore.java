package io.c2d.core.port;

import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Where results are kept. What exists for callers is the manifest in the job's row; everything else in here is garbage.
 * Safe to call from several threads.
 */
public interface ArtifactStore {
    /**
     * Stores a file, streamed, whole or not at all; a former one of that name is replaced.
     *
     * @param step the try that made it
     * @param path below the try; see {@link Artifact#isSafePath}
     * @param role what it is
     * @param content read to its end, not closed
     * @return the stored file with size and hash
     * @throws IOException if the content can't be read or stored
     */
    Artifact put(StepId step, String path, Artifact.Role role, InputStream content) throws IOException;

    /**
     * The bytes of a stored file.
     *
     * @param from the first byte, 0 to size
     * @return nothing where it is not there
     * @throws IOException if it can't be read
     */
    Optional<InputStream> open(Artifact artifact, long from) throws IOException;

    /** The attempts of a job of which anything is stored, unfinished uploads included. */
    ImmutableSet<Integer> attempts(JobId job) throws IOException;

    /** The jobs of which anything is stored, unfinished uploads included: what the sweeper looks for orphans in. */
    ImmutableSet<JobId> jobs() throws IOException;

    /** Deletes everything of an attempt; nothing happens if nothing is there. */
    void delete(JobId job, int attempt) throws IOException;
}

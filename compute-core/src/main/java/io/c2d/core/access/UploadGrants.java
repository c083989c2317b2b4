package io.c2d.core.access;

import com.google.common.base.Preconditions;
import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.Job;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepTry;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.JobStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;

/**
 * The right of a step that runs elsewhere to store artifacts: of its own try, and while its job is at that try. The token is
 * an HMAC-SHA256 over the try's name, so there is no table of them. The row is asked when an artifact begins to come and
 * again when its last byte has come, before it is stored: what a stop, a restart, a deletion or another try has overtaken is
 * not stored any more. Thread-safe.
 */
public final class UploadGrants {
    /** What comes before the job's id in the path that a try uploads to. */
    public static final String BASE = "/api/v1/uploads/";

    private final HashFunction mac;
    private final JobStore store;
    private final ArtifactStore artifacts;

    /**
     * Grants of uploads into a store.
     *
     * @param hexKey {@value ArtifactLinks#KEY_BYTES} bytes in hex; that of links will do, since what is signed differs
     * @param store knows which try a job is at
     * @param artifacts where the artifacts go
     */
    public UploadGrants(String hexKey, JobStore store, ArtifactStore artifacts) {
        byte[] key = BaseEncoding.base16().lowerCase().decode(hexKey.toLowerCase(Locale.ROOT));
        Preconditions.checkArgument(
                key.length == ArtifactLinks.KEY_BYTES, "a key has %s bytes in hex", ArtifactLinks.KEY_BYTES);
        this.mac = Hashing.hmacSha256(key);
        this.store = store;
        this.artifacts = artifacts;
    }

    /** The path below which a try stores what it has, without a slash at its end. */
    public static String path(StepId step) {
        return BASE + step.job() + "/" + step.attempt() + "/" + step.name();
    }

    /** The token of a try. */
    public String token(StepId step) {
        return mac.hashString("upload\n" + step, StandardCharsets.UTF_8).toString();
    }

    /**
     * Stores an artifact of a try.
     *
     * @param token as the try was given it
     * @param content read to its end, not closed
     * @return the stored file with size and hash
     * @throws ComputeException {@code SIGNATURE_INVALID} if the token is not that try's, {@code GONE} if the job is not at
     *     that try, or no more when the content has ended; then nothing is stored
     * @throws IOException if the content can't be read or stored
     */
    public Artifact receive(StepId step, String token, String path, Artifact.Role role, InputStream content)
            throws IOException {
        byte[] right = token(step).getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(right, token.getBytes(StandardCharsets.UTF_8))) {
            throw new ComputeException(ErrorCode.SIGNATURE_INVALID, "the token is not that of this try");
        }
        checkOpen(step);
        return artifacts.put(step, path, role, new CheckedAtEnd(step, content));
    }

    private void checkOpen(StepId step) {
        if (store.get(step.job()).filter(job -> isAt(job, step)).isEmpty()) {
            throw new ComputeException(ErrorCode.GONE, "that try is over: nothing of it is stored any more");
        }
    }

    private static boolean isAt(Job job, StepId step) {
        StepTry at = job.attempt().step();
        return !job.removed()
                && !job.wishes().delete()
                && !job.attempt().isFinished()
                && at != null
                && at.id().equals(step);
    }

    /** A store keeps a file only once its content has been read to the end, so a refusal there leaves nothing behind. */
    private final class CheckedAtEnd extends FilterInputStream {
        private final StepId step;
        private boolean checked;

        CheckedAtEnd(StepId step, InputStream in) {
            super(in);
            this.step = step;
        }

        @Override
        public int read() throws IOException {
            return checked(super.read());
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return checked(super.read(bytes, offset, length));
        }

        private int checked(int read) {
            if (read < 0 && !checked) {
                checkOpen(step);
                checked = true;
            }
            return read;
        }
    }
}

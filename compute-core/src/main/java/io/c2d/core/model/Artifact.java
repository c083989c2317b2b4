package io.c2d.core.model;

import java.util.regex.Pattern;

/**
 * A file that a job has left for its readers. The manifest of a finished job is the list of these.
 *
 * @param step the try that wrote it
 * @param path its path below the step's key, with {@code /} between parts
 * @param role who may read it
 * @param size in bytes
 * @param sha256 of its content, 64 lower-case hex digits
 */
public record Artifact(StepId step, String path, Role role, long size, String sha256) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** What an artifact is, which says who may read it. */
    public enum Role {
        /** An output of the algorithm. */
        OUTPUT,
        /** What the algorithm printed. */
        ALGORITHM_LOG,
        /** What stage-in did; for admins. */
        CONFIGURE_LOG,
        /** What filter and publish did; for admins. */
        PUBLISH_LOG
    }

    /** Checks path, size and hash. */
    public Artifact {
        if (!isSafePath(path)) {
            throw new IllegalArgumentException("an artifact's path stays below its folder: " + path);
        }
        if (size < 0 || !HASH.matcher(sha256).matches()) {
            throw new IllegalArgumentException("an artifact has a size and a sha256 in hex");
        }
    }

    /** Whether a path is relative, normal and free of NUL, so that it cannot leave the folder that it is joined to. */
    public static boolean isSafePath(String path) {
        if (path.isEmpty() || path.indexOf('\0') >= 0) {
            return false;
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }
}

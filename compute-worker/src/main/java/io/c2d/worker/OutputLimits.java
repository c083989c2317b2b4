package io.c2d.worker;

/**
 * How much an algorithm may leave behind. More than this is not published in part, but not at all: a result with holes
 * looks like a whole one.
 *
 * @param maxFiles regular files, at least 1; ten times as many entries of any kind
 * @param maxDepth parts of a path, at least 1; a file right in the outputs folder has one
 * @param maxTotalBytes of all files together, at least 1; a file with holes counts in full
 */
public record OutputLimits(int maxFiles, int maxDepth, long maxTotalBytes) {
    /** 10,000 files, 64 deep, 100 GiB. */
    public static final OutputLimits DEFAULT = new OutputLimits(10_000, 64, 100L << 30);

    /** Checks the ranges. */
    public OutputLimits {
        if (maxFiles < 1 || maxFiles > 10_000_000 || maxDepth < 1 || maxDepth > 256 || maxTotalBytes < 1) {
            throw new IllegalArgumentException("limits are at least 1; at most 10 million files, 256 deep");
        }
    }

    /** The same with another size of all files together. */
    OutputLimits withMaxTotalBytes(long bytes) {
        return new OutputLimits(maxFiles, maxDepth, bytes);
    }

    /** Entries of any kind, so that folders, fifos or links without end are bounded too. */
    long maxEntries() {
        return 10L * maxFiles;
    }
}

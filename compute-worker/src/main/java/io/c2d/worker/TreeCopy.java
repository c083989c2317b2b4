package io.c2d.worker;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CancellationException;

/**
 * Copies the outputs of one try into the empty outputs folder of another: folders and regular files, nothing else. The
 * source was written by hostile code; the target is nobody else's yet.
 */
final class TreeCopy {
    private static final int BUFFER = 64 * 1024;

    private final OutputCollector source;
    private final Path target;
    private final Cancellation cancellation;
    private final byte[] buffer = new byte[BUFFER];

    TreeCopy(OutputCollector source, Path target, Cancellation cancellation) {
        this.source = source;
        this.target = target;
        this.cancellation = cancellation;
    }

    /** Copies, and tells what was left out. */
    ImmutableList<String> run() throws IOException {
        OutputCollector.Listing listing = source.list();
        for (OutputCollector.Entry entry : listing.entries()) {
            checkCancelled();
            Path copy = target;
            for (Path part : entry.parts()) {
                copy = copy.resolve(part);
            }
            if (entry.isFolder()) {
                Files.createDirectory(copy);
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
            } else {
                copyFile(entry, copy);
            }
        }
        return listing.notes();
    }

    private void copyFile(OutputCollector.Entry entry, Path copy) throws IOException {
        try (InputStream in = source.open(entry);
                OutputStream out = Files.newOutputStream(
                        copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                checkCancelled();
                out.write(buffer, 0, count);
            }
        }
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private void checkCancelled() {
        if (cancellation.isCancelled() || Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the copy was cancelled");
        }
    }
}

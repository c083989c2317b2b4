package io.c2d.worker;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what a {@code file:} URL names, where the operator allows that. */
final class LocalSource {
    private LocalSource() {}

    static void copy(RemoteUrl url, DownloadPolicy policy, Reception reception) throws StagingException, IOException {
        if (!policy.allowFileUrls()) {
            throw StagingException.lasting("file URLs are not allowed for " + reception.about());
        }
        Path path = path(url.uri(), reception);
        // A fifo would be waited for without end.
        if (!Files.isRegularFile(path)) {
            throw StagingException.lasting("no regular file for " + reception.about());
        }
        try (InputStream in = open(path, reception)) {
            reception.receive(in, Files.size(path));
        } catch (Reception.SourceException e) {
            throw StagingException.lasting("reading failed for " + reception.about(), e);
        }
    }

    private static InputStream open(Path path, Reception reception) throws StagingException {
        try {
            return Files.newInputStream(path);
        } catch (IOException e) {
            throw StagingException.lasting("no readable file for " + reception.about(), e);
        }
    }

    private static Path path(URI uri, Reception reception) throws StagingException {
        try {
            return Path.of(uri);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            throw StagingException.lasting("malformed file URL for " + reception.about(), e);
        }
    }
}

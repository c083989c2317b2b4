package io.c2d.client;

import io.c2d.client.ArtifactLinks.ContentRange;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One download into a {@link PartFile}. A try that was cut off is gone on with by {@code Range} and {@code If-Range} (RFC
 * 9110, 13.1.5 and 14.2): the server then sends the rest, or all of it where it has become another file.
 */
final class ArtifactDownload implements Retries.Resumable<Long> {
    private static final int BUFFER = 1 << 16;

    private final ArtifactLinks links;
    private final URI link;
    private final String what;
    private final PartFile part;
    private final DownloadProgress progress;
    private long furthest;
    private boolean advanced;

    ArtifactDownload(ArtifactLinks links, URI link, PartFile part, DownloadProgress progress) {
        this.links = links;
        this.link = link;
        this.what = links.name(link);
        this.part = part;
        this.progress = progress;
        this.furthest = part.size();
    }

    /** Whether the last try got further than all before; starting over does not count, or it might never end. */
    @Override
    public boolean advanced() {
        return advanced;
    }

    /** Tries to get the rest; returns the size of the whole. */
    @Override
    public Long run(Duration timeLeft) {
        advanced = false;
        Optional<String> etag = part.etag();
        long from = etag.isPresent() ? part.size() : 0;
        HttpRequest.Builder request = links.request(link);
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-").header("If-Range", etag.orElseThrow());
        }
        HttpResponse<TimedBody> response = links.open(what, request.build(), timeLeft);
        try (InputStream body = response.body()) {
            OptionalLong total = begin(response, from);
            copy(body, total);
            return verified(total);
        } catch (IOException e) {
            throw Transport.failure(what, e);
        }
    }

    /** Makes the part file fit the answer; returns the size of the whole, if told. */
    private OptionalLong begin(HttpResponse<TimedBody> response, long from) {
        Optional<ContentRange> range = ContentRange.of(response);
        switch (response.statusCode()) {
            case 200 -> {
                part.startOver(response.headers().firstValue("ETag"));
                return response.headers().firstValueAsLong("Content-Length");
            }
            case 206 -> {
                boolean fits = from > 0
                        && range.isPresent()
                        && range.get().start().equals(OptionalLong.of(from))
                        && part.isOf(response.headers().firstValue("ETag"));
                if (fits) {
                    return range.get().total();
                }
                throw startOver("another range than asked for");
            }
            case 416 -> {
                // The part may be whole already, where the last run ended before the rename.
                if (from > 0 && range.isPresent() && range.get().total().equals(OptionalLong.of(from))) {
                    return range.get().total();
                }
                throw startOver("the range is not there");
            }
            default -> throw links.refusal(what, response);
        }
    }

    private void copy(InputStream body, OptionalLong total) throws IOException {
        progress.received(part.size(), total);
        if (total.isPresent() && total.getAsLong() == part.size()) {
            return;
        }
        byte[] buffer = new byte[BUFFER];
        int count;
        while ((count = body.read(buffer)) >= 0) {
            part.append(buffer, count);
            if (part.size() > furthest) {
                furthest = part.size();
                advanced = true;
            }
            progress.received(part.size(), total);
        }
    }

    private long verified(OptionalLong total) {
        long size = part.size();
        if (total.isPresent() && size > total.getAsLong()) {
            throw startOver("more bytes than announced");
        }
        if (total.isPresent() && size < total.getAsLong()) {
            throw new ComputeUnreachableException(
                    what + ": the answer ended at byte " + size + " of " + total.getAsLong(),
                    new IOException("truncated answer"));
        }
        return size;
    }

    private ComputeUnreachableException startOver(String why) {
        part.startOver(Optional.empty());
        return new ComputeUnreachableException(what + ": " + why + "; starting over", new IOException(why));
    }
}

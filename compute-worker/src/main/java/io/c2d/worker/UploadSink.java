package io.c2d.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Ticker;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingInputStream;
import com.google.common.io.ByteSource;
import com.google.common.io.ByteStreams;
import com.google.common.io.CountingInputStream;
import com.google.common.net.PercentEscaper;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.StepId;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads to the server's artifact endpoint ({@code PUT …/uploads/…}). A server that is away, or busy, is asked again for
 * minutes: it may be restarting. The answer's size and hash must be those of what was sent. The JDK's plain client, since
 * that is loaded fastest. For one thread.
 */
final class UploadSink implements ArtifactSink {
    private static final Logger log = LoggerFactory.getLogger(UploadSink.class);
    private static final PercentEscaper SEGMENT = new PercentEscaper("-._~", false);
    private static final int CONNECT_MILLIS = 10_000;
    /** The server syncs a file to its disk before it answers. */
    private static final int ANSWER_MILLIS = 120_000;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int MAX_ANSWER = 64 << 10;

    private final URI target;
    private final String token;
    private final Duration patience;
    private final Ticker ticker;
    private final Pause pause;
    private final Cancellation cancellation;

    /**
     * Uploads of one try.
     *
     * @param target the try's own path on the server, without a slash at its end
     * @param token its right
     * @param patience how long one file is tried
     */
    UploadSink(URI target, String token, Duration patience, Ticker ticker, Pause pause, Cancellation cancellation) {
        this.target = target;
        this.token = token;
        this.patience = patience;
        this.ticker = ticker;
        this.pause = pause;
        this.cancellation = cancellation;
    }

    /** The server will not have it, however often it is asked. */
    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(int status) {
            super("the server does not take it: HTTP " + status);
        }
    }

    /** What is to be sent can't be read here. */
    private static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableException(IOException cause) {
            super("it can't be read here: " + cause.getMessage(), cause);
        }
    }

    /** Tells what fails here apart from what fails on the way. */
    private static final class LocalInput extends FilterInputStream {
        LocalInput(ByteSource content) throws UnreadableException {
            super(open(content));
        }

        private static InputStream open(ByteSource content) throws UnreadableException {
            try {
                return content.openStream();
            } catch (IOException e) {
                throw new UnreadableException(e);
            }
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                throw new UnreadableException(e);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                throw new UnreadableException(e);
            }
        }
    }

    @Override
    public Artifact put(StepId step, String path, Artifact.Role role, ByteSource content) throws IOException {
        long start = ticker.read();
        Duration wait = FIRST_PAUSE;
        while (true) {
            try {
                return send(step, path, role, content);
            } catch (RefusedException | UnreadableException | SSLHandshakeException e) {
                // What a file or a certificate lacks now it lacks in a minute.
                throw e;
            } catch (IOException e) {
                boolean patient =
                        Duration.ofNanos(ticker.read() - start).plus(wait).compareTo(patience) < 0;
                if (!patient || cancellation.isCancelled()) {
                    throw e;
                }
                log.info("{} is sent again in {} ms: {}", path, wait.toMillis(), e.getMessage());
            }
            rest(wait);
            wait = wait.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? wait.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private void rest(Duration wait) throws IOException {
        try {
            pause.pause(cancellation, wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the upload was interrupted");
        }
    }

    private Artifact send(StepId step, String path, Artifact.Role role, ByteSource content) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(target + "/" + escaped(path) + "?role=" + role.name())
                        .toURL()
                        .openConnection();
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(ANSWER_MILLIS);
        connection.setRequestProperty("Authorization", "Bearer " + token);
        connection.setRequestProperty("Content-Type", "application/octet-stream");
        connection.setChunkedStreamingMode(1 << 16);
        try (InputStream raw = new LocalInput(content);
                CountingInputStream counted = new CountingInputStream(raw);
                HashingInputStream in = new HashingInputStream(Hashing.sha256(), counted)) {
            // Closed only once all is written: to close it is to say that this was all.
            OutputStream out = connection.getOutputStream();
            ByteStreams.copy(in, out);
            out.close();
            checkStatus(connection.getResponseCode());
            Artifact sent =
                    new Artifact(step, path, role, counted.getCount(), in.hash().toString());
            checkSame(sent, connection);
            return sent;
        } finally {
            connection.disconnect();
        }
    }

    private static void checkStatus(int status) throws IOException {
        boolean passing = status == 408 || status == 425 || status == 429 || status >= 500;
        if (passing) {
            throw new IOException("HTTP " + status);
        }
        if (status != 201) {
            throw new RefusedException(status);
        }
    }

    private static void checkSame(Artifact sent, HttpURLConnection connection) throws IOException {
        try (InputStream answer = connection.getInputStream()) {
            JsonNode stored = StrictJson.read(answer.readNBytes(MAX_ANSWER));
            if (stored.path("size").asLong(-1) != sent.size()
                    || !stored.path("sha256").asText().equals(sent.sha256())) {
                throw new IOException("the server stored something else than was sent");
            }
        } catch (ComputeException e) {
            throw new IOException("the server's answer can't be read", e);
        }
    }

    private static String escaped(String path) {
        return Stream.of(path.split("/", -1)).map(SEGMENT::escape).collect(Collectors.joining("/"));
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
        return "UploadSink[" + target + "]";
    }
}

package io.c2d.worker;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of one file: counts against the caps, and remembers what is needed to go on after a break. For one
 * thread.
 */
final class Reception {
    private static final int BUFFER = 64 * 1024;

    private final DownloadPolicy policy;
    private final PartFile part;
    private final Downloader.Order order;
    private final String shownUrl;
    private final Cancellation signal;
    private final byte[] buffer = new byte[BUFFER];
    private @Nullable String validator;

    Reception(DownloadPolicy policy, PartFile part, Downloader.Order order, String shownUrl, Cancellation signal) {
        this.policy = policy;
        this.part = part;
        this.order = order;
        this.shownUrl = shownUrl;
        this.signal = signal;
    }

    /** The bytes received so far. */
    long size() {
        return part.size();
    }

    /** The range to be asked for: nothing where there is nothing yet, or no telling which version it was of. */
    DirectHttp.@Nullable Range missing() {
        String version = validator;
        return part.size() == 0 || version == null ? null : new DirectHttp.Range(part.size(), version);
    }

    /** Begins anew, with the version that comes now. */
    void restart(Optional<String> newValidator) throws IOException {
        part.restart();
        validator = newValidator.orElse(null);
    }

    /**
     * Receives to the end.
     *
     * @param length what is announced in bytes, -1 where nothing is
     * @throws SourceException if the source breaks off
     * @throws StagingException if it is more than allowed
     * @throws IOException if it can't be written
     */
    void receive(InputStream source, long length) throws SourceException, StagingException, IOException {
        if (length > 0) {
            checkCaps(length);
        }
        while (true) {
            Downloader.checkCancelled(signal);
            int count = read(source);
            if (count < 0) {
                return;
            }
            checkCaps(count);
            part.append(buffer, count);
        }
    }

    private int read(InputStream source) throws SourceException {
        try {
            return source.read(buffer);
        } catch (IOException e) {
            throw new SourceException(e);
        }
    }

    private void checkCaps(long more) throws StagingException {
        if (more > policy.maxFileBytes() - part.size()) {
            throw StagingException.lasting(
                    about() + " is larger than the limit of " + policy.maxFileBytes() + " bytes");
        }
        if (more > order.bytesLeft() - part.size()) {
            throw StagingException.lasting(
                    "with " + about() + " all files are larger than the limit of " + policy.maxTotalBytes() + " bytes");
        }
    }

    /** What it is and where from, for messages. */
    String about() {
        return order.subject() + " (" + shownUrl + ")";
    }

    /** The source broke off, for the reason given as the cause. */
    static final class SourceException extends Exception {
        private static final long serialVersionUID = 1L;
        private final IOException reason;

        SourceException(IOException reason) {
            super(reason);
            this.reason = reason;
        }

        IOException reason() {
            return reason;
        }
    }
}

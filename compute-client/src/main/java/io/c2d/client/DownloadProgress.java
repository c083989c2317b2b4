package io.c2d.client;

import java.util.OptionalLong;

/** Is told how far a download is; called on the downloading thread, so it should return at once. */
@FunctionalInterface
public interface DownloadProgress {
    /** Tells nobody. */
    DownloadProgress NONE = (received, total) -> {};

    /**
     * Something came, or the download starts over, in which case {@code received} falls back.
     *
     * @param received the bytes that are in the file now, those of earlier tries included
     * @param total the file's size in bytes, where the server tells it
     */
    void received(long received, OptionalLong total);
}

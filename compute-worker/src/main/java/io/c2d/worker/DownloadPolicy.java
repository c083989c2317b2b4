package io.c2d.worker;

import com.google.common.collect.ImmutableList;
import java.time.Duration;

/**
 * What downloads may do and how long they may take. Immutable.
 *
 * @param maxFileBytes the largest file, at least 1
 * @param maxTotalBytes all files of one stage-in together, at least 1
 * @param connectTimeout for finding a host, and for each address that is connected to
 * @param idleTimeout how long a connection may be silent
 * @param totalTimeout for one file, with all redirects, retries and resumptions
 * @param maxRedirects how many redirects are followed, 0 or more
 * @param maxTries how often a file is tried while it gets no further, at least 1
 * @param retryWindow how long it is tried anew while it gets no further
 * @param allowedNetworks networks that would be refused otherwise: loopback, private and so on
 * @param allowFileUrls whether {@code file:} names a file of this machine; for trusted callers only
 */
public record DownloadPolicy(
        long maxFileBytes,
        long maxTotalBytes,
        Duration connectTimeout,
        Duration idleTimeout,
        Duration totalTimeout,
        int maxRedirects,
        int maxTries,
        Duration retryWindow,
        ImmutableList<Network> allowedNetworks,
        boolean allowFileUrls) {
    private static final long GIB = 1L << 30;

    /** Checks the ranges. */
    public DownloadPolicy {
        if (maxFileBytes < 1 || maxTotalBytes < 1) {
            throw new IllegalArgumentException("maxFileBytes and maxTotalBytes are at least 1");
        }
        if (maxRedirects < 0 || maxTries < 1) {
            throw new IllegalArgumentException("maxRedirects is at least 0, maxTries at least 1");
        }
        checkLimit("connectTimeout", connectTimeout);
        checkLimit("idleTimeout", idleTimeout);
        checkLimit("totalTimeout", totalTimeout);
        if (retryWindow.isNegative()) {
            throw new IllegalArgumentException("retryWindow is not negative");
        }
    }

    private static void checkLimit(String name, Duration limit) {
        if (limit.compareTo(Duration.ofMillis(1)) < 0 || limit.compareTo(Duration.ofDays(20)) > 0) {
            throw new IllegalArgumentException(name + " is between 1 ms and 20 days");
        }
    }

    /**
     * 10 GiB a file and 100 GiB in all; 10 s to connect, 30 s silence, 1 h a file; 5 redirects; 3 tries within 30 s;
     * public addresses only.
     */
    public static DownloadPolicy defaults() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Changes parts of the defaults. */
    public static final class Builder {
        private long maxFileBytes = 10 * GIB;
        private long maxTotalBytes = 100 * GIB;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration idleTimeout = Duration.ofSeconds(30);
        private Duration totalTimeout = Duration.ofHours(1);
        private int maxRedirects = 5;
        private int maxTries = 3;
        private Duration retryWindow = Duration.ofSeconds(30);
        private ImmutableList<Network> allowedNetworks = ImmutableList.of();
        private boolean allowFileUrls;

        private Builder() {}

        /** The largest file, in bytes. */
        public Builder maxFileBytes(long bytes) {
            maxFileBytes = bytes;
            return this;
        }

        /** All files of one stage-in together, in bytes. */
        public Builder maxTotalBytes(long bytes) {
            maxTotalBytes = bytes;
            return this;
        }

        /** How long finding a host, and connecting to one address, may take. */
        public Builder connectTimeout(Duration limit) {
            connectTimeout = limit;
            return this;
        }

        /** How long a connection may be silent. */
        public Builder idleTimeout(Duration limit) {
            idleTimeout = limit;
            return this;
        }

        /** How long one file may take in all. */
        public Builder totalTimeout(Duration limit) {
            totalTimeout = limit;
            return this;
        }

        /** How many redirects are followed. */
        public Builder maxRedirects(int count) {
            maxRedirects = count;
            return this;
        }

        /** How often a file that gets no further is tried, the first time counted. */
        public Builder maxTries(int count) {
            maxTries = count;
            return this;
        }

        /** How long a file that gets no further is tried anew. */
        public Builder retryWindow(Duration window) {
            retryWindow = window;
            return this;
        }

        /** The networks that would be refused otherwise. */
        public Builder allowedNetworks(Iterable<Network> networks) {
            allowedNetworks = ImmutableList.copyOf(networks);
            return this;
        }

        /** Whether {@code file:} URLs are read. */
        public Builder allowFileUrls(boolean allow) {
            allowFileUrls = allow;
            return this;
        }

        /**
         * The policy.
         *
         * @throws IllegalArgumentException if a part is out of its range
         */
        public DownloadPolicy build() {
            return new DownloadPolicy(
                    maxFileBytes,
                    maxTotalBytes,
                    connectTimeout,
                    idleTimeout,
                    totalTimeout,
                    maxRedirects,
                    maxTries,
                    retryWindow,
                    allowedNetworks,
                    allowFileUrls);
        }
    }
}

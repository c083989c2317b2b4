package io.c2d.rest.grizzly;

import java.time.Duration;

/**
 * How the server treats connections. Every default of Grizzly that lets one client hold up the others is set here.
 *
 * @param host the address to listen on
 * @param port the port, 0 for a free one
 * @param workers how many requests are served at a time
 * @param queue how many more may wait for a worker
 * @param maxHeaderBytes the most that request line and headers may have together
 * @param maxHeaders the most headers
 * @param keepAlive how long an idle connection stays open
 * @param readTimeout the longest that a client may be silent in the middle of a request
 * @param writeTimeout the longest that a client may take nothing of an answer
 */
public record RestServerSettings(
        String host,
        int port,
        int workers,
        int queue,
        int maxHeaderBytes,
        int maxHeaders,
        Duration keepAlive,
        Duration readTimeout,
        Duration writeTimeout) {

    /** Checks the ranges. */
    public RestServerSettings {
        if (port < 0 || port > 65_535 || workers < 1 || queue < 1 || maxHeaderBytes < 1_024 || maxHeaders < 8) {
            throw new IllegalArgumentException("ports are 0 to 65535, there is a worker and room for a request");
        }
        if (keepAlive.toSeconds() < 1 || readTimeout.toMillis() < 1 || writeTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("keep-alive is at least 1 s, time-outs are above zero");
        }
    }

    /** The defaults: 12 workers, 1,024 waiting, headers of 32 KiB, 60 s idle, time-outs of 15 and 30 s. */
    public static RestServerSettings of(String host, int port) {
        return new RestServerSettings(
                host,
                port,
                12,
                1_024,
                32 << 10,
                100,
                Duration.ofSeconds(60),
                Duration.ofSeconds(15),
                Duration.ofSeconds(30));
    }

    /** The same with other numbers of requests served and waiting. */
    public RestServerSettings withWorkers(int served, int waiting) {
        return new RestServerSettings(
                host, port, served, waiting, maxHeaderBytes, maxHeaders, keepAlive, readTimeout, writeTimeout);
    }

    /** The same with other time-outs. */
    public RestServerSettings withTimeouts(Duration read, Duration write) {
        return new RestServerSettings(host, port, workers, queue, maxHeaderBytes, maxHeaders, keepAlive, read, write);
    }
}

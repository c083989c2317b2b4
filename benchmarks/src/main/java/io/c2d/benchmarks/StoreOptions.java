package io.c2d.benchmarks;

import com.google.common.collect.ImmutableList;
import io.c2d.store.jdbc.JdbcSettings;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How a process of ours is told which database to open. */
final class StoreOptions {
    private static final String H2_FILE = "jdbc:h2:file:";

    @Option(names = "--url", required = true)
    private String url = "";

    @Option(names = "--lease-seconds", required = true)
    private int lease = 15;

    /** The arguments that make another process open the same. */
    static ImmutableList<String> arguments(JdbcSettings settings, Duration lease) {
        return ImmutableList.of("--url=" + settings.url(), "--lease-seconds=" + lease.toSeconds());
    }

    Duration lease() {
        return Duration.ofSeconds(lease);
    }

    JdbcSettings settings() {
        return url.startsWith(H2_FILE)
                ? JdbcSettings.h2File(Path.of(url.substring(H2_FILE.length())))
                : JdbcSettings.postgres(url, PostgresServer.USER, "", lease());
    }
}

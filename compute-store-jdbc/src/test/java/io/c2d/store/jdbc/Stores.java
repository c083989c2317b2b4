package io.c2d.store.jdbc;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** Stores for tests. */
final class Stores {
    private Stores() {}

    static JdbcSettings inFile(Path folder) {
        return settings("jdbc:h2:file:" + folder.resolve("jobs"));
    }

    static JdbcSettings inMemory() {
        return settings("jdbc:h2:mem:" + UUID.randomUUID());
    }

    static JdbcSettings settings(String url) {
        return new JdbcSettings(url, "c2d", "", 8, Duration.ofSeconds(10), true);
    }

    static JdbcJobStore open(JdbcSettings settings) {
        return JdbcJobStore.open(settings, new Random(1));
    }

    /** A statement past the store's methods. */
    static void execute(JdbcJobStore store, String sql) {
        store.database().jdbi().useHandle(handle -> handle.execute(sql));
    }

    static int count(JdbcJobStore store, String from) {
        return store.database()
                .jdbi()
                .withHandle(handle -> handle.createQuery("select count(*) from " + from)
                        .mapTo(Integer.class)
                        .one());
    }

    /** Lets the database's own time pass. */
    static void pass(JdbcJobStore store, Duration duration) {
        Instant end = store.now().plus(duration);
        while (store.now().isBefore(end)) {
            LockSupport.parkNanos(5_000_000);
        }
    }
}

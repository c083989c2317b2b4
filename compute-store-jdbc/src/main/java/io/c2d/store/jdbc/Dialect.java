package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.zaxxer.hikari.HikariConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The one place for what differs between databases; the statements elsewhere are of the subset that all of them run. */
enum Dialect {
    /** H2 inside of this process, in a file or in memory. */
    H2 {
        @Override
        boolean takes(String url) {
            return url.startsWith(PREFIX)
                    && (url.startsWith(MEMORY) || file(url).isPresent());
        }

        /**
         * {@code WRITE_DELAY=0}: by default acknowledged commits are lost when the process is killed. No hook of H2's own
         * closes the database under calls that are still running. Attempts (1 to 2 kB) stay inside of their rows. Files
         * are read and written by {@code async:}, since an interrupt of a caller closes H2's default channel, and with it
         * the database for everybody (java.nio.channels.InterruptibleChannel).
         */
        @Override
        String connectionUrl(JdbcSettings settings) {
            String given = settings.url();
            String parameters = given.substring(withoutParameters(given).length());
            StringBuilder url = new StringBuilder(file(given)
                    .map(path -> PREFIX + "async:" + path.toAbsolutePath() + parameters)
                    .orElse(given));
            ImmutableMap.of(
                            "WRITE_DELAY", "0",
                            "DB_CLOSE_ON_EXIT", "FALSE",
                            "LOCK_TIMEOUT", Long.toString(settings.timeLimit().toMillis()),
                            "MAX_LENGTH_INPLACE_LOB", "8192")
                    .forEach((name, value) -> {
                        if (!settings.url().toUpperCase(Locale.ROOT).contains(";" + name + "=")) {
                            url.append(';').append(name).append('=').append(value);
                        }
                    });
            return url.toString();
        }

        @Override
        void configure(HikariConfig pool, JdbcSettings settings) {
            pool.setConnectionTimeout(settings.timeLimit().toMillis());
        }

        @Override
        Claims claims() {
            return new H2Claims();
        }

        @Override
        Commits commits() {
            return new H2Commits();
        }

        @Override
        ImmutableList<String> together(List<String> inserts) {
            return ImmutableList.copyOf(inserts);
        }

        @Override
        boolean writesTogether() {
            return false;
        }

        @Override
        Optional<Path> file(String url) {
            String rest = withoutParameters(url).substring(PREFIX.length());
            boolean named = rest.startsWith("file:");
            String path = named ? rest.substring("file:".length()) : rest;
            if (path.startsWith("~")) {
                return Optional.of(Path.of(System.getProperty("user.home") + path.substring(1)));
            }
            return named || path.startsWith("/") || path.startsWith("./")
                    ? Optional.of(Path.of(path))
                    : Optional.empty();
        }
    },

    /** PostgreSQL from version 15 on, over the network. */
    POSTGRESQL {
        @Override
        boolean takes(String url) {
            return url.startsWith("jdbc:postgresql:");
        }

        @Override
        String connectionUrl(JdbcSettings settings) {
            return settings.url();
        }

        @Override
        void configure(HikariConfig pool, JdbcSettings settings) {
            PostgresConnections connections = new PostgresConnections(settings);
            pool.setDataSourceProperties(connections.properties());
            pool.setConnectionInitSql(connections.initSql());
            pool.setConnectionTimeout(connections.poolMillis());
            pool.setValidationTimeout(connections.validationMillis());
            pool.setExceptionOverride(new PostgresConnections.Eviction());
        }

        @Override
        Claims claims() {
            return new PostgresClaims();
        }

        @Override
        Commits commits() {
            return new PostgresCommits();
        }

        @Override
        ImmutableList<String> together(List<String> inserts) {
            int last = inserts.size() - 1;
            StringBuilder statement = new StringBuilder();
            for (int i = 0; i < last; i++) {
                statement.append(i == 0 ? "with " : ", ").append("part").append(i);
                statement.append(" as (").append(inserts.get(i)).append(')');
            }
            return ImmutableList.of(
                    statement.append(' ').append(inserts.get(last)).toString());
        }

        @Override
        boolean writesTogether() {
            return true;
        }

        @Override
        Optional<Path> file(String url) {
            return Optional.empty();
        }
    };

    private static final String PREFIX = "jdbc:h2:";
    private static final String MEMORY = PREFIX + "mem:";

    /**
     * The dialect of a URL.
     *
     * @throws IllegalArgumentException where this version has none for it
     */
    static Dialect of(String url) {
        for (Dialect dialect : values()) {
            if (dialect.takes(url)) {
                return dialect;
            }
        }
        throw new IllegalArgumentException("store.url is not supported: this version takes jdbc:h2:file:PATH,"
                + " jdbc:h2:mem:NAME and jdbc:postgresql://HOST/NAME, not " + scheme(url));
    }

    /** A URL without its parameters and without what stands before the host: both may hold secrets. */
    static String withoutParameters(String url) {
        return url.replaceFirst("[;?].*", "").replaceFirst("//.*@", "//");
    }

    private static String scheme(String url) {
        int slashes = url.indexOf('/');
        String start = slashes < 0 ? withoutParameters(url) : url.substring(0, slashes);
        return start.length() > 40 ? start.substring(0, 40) + "…" : start;
    }

    abstract boolean takes(String url);

    /** The URL as it is opened: with what the store's promises need, as far as the operator has not set it. */
    abstract String connectionUrl(JdbcSettings settings);

    /** Sets what connections need. */
    abstract void configure(HikariConfig pool, JdbcSettings settings);

    /** How jobs are claimed. */
    abstract Claims claims();

    /** How groups are committed. */
    abstract Commits commits();

    /** Inserts that are done all or not at all, in as few statements as can be. */
    abstract ImmutableList<String> together(List<String> inserts);

    /** Whether {@link #together} makes one of them. */
    abstract boolean writesTogether();

    /** Where the tables' history is: what all have in common, and what is this database's own. */
    String[] migrations() {
        String folder = "classpath:io/c2d/store/jdbc/migration/";
        return new String[] {folder + "common", folder + name().toLowerCase(Locale.ROOT)};
    }

    /** The database's file without its ending, if it is in one. */
    abstract Optional<Path> file(String url);
}

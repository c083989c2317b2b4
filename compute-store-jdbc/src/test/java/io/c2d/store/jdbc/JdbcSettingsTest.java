package io.c2d.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JdbcSettingsTest {
    @Test
    void thePasswordIsInNoText() {
        JdbcSettings settings =
                new JdbcSettings("jdbc:h2:file:/a;CIPHER=AES", "me", "hunter2", 4, Duration.ofSeconds(5), true);
        assertThat(settings).hasToString("JdbcSettings[jdbc:h2:file:/a, user me, 4 connections, PT5S, exclusive]");
    }

    @Test
    void aPostgresCallTakesAtMostAThirdOfTheLease() {
        JdbcSettings settings = JdbcSettings.postgres(
                "jdbc:postgresql://me:hunter2@a,b/db?password=hunter2", "me", "hunter2", Duration.ofSeconds(15));
        assertThat(settings).hasToString("JdbcSettings[jdbc:postgresql://a,b/db, user me, 12 connections, PT5S]");
        PostgresConnections connections = new PostgresConnections(settings);
        assertThat(connections.poolMillis()).isEqualTo(2_000);
        assertThat(connections.properties())
                .containsEntry("socketTimeout", "3")
                .containsEntry("connectTimeout", "2")
                .containsEntry("tcpKeepAlive", "true");
        assertThat(connections.initSql()).isEqualTo("""
                set statement_timeout = 2400; set lock_timeout = 1200;
                set idle_in_transaction_session_timeout = 2400; set tcp_keepalives_idle = 1;
                set tcp_keepalives_interval = 1; set tcp_keepalives_count = 2; set tcp_user_timeout = 5000;
                set default_transaction_isolation = 'read committed'; set plan_cache_mode = force_generic_plan;
                set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off""");
        assertThatThrownBy(() -> JdbcSettings.postgres("jdbc:postgresql:db", "", "", Duration.ofMillis(2_999)))
                .hasMessage("timeLimit is 1 second to 10 minutes");
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> new JdbcSettings("jdbc:h2:mem:a", "", "", 0, Duration.ofSeconds(5), true))
                .hasMessage("poolSize is 1 to 100");
        assertThatThrownBy(() -> new JdbcSettings("jdbc:h2:mem:a", "", "", 1, Duration.ofMillis(999), true))
                .hasMessage("timeLimit is 1 second to 10 minutes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://db/c2d?password=hunter2",
                "jdbc:h2:tcp://host/c2d;PASSWORD=hunter2",
                "jdbc:h2:zip:hunter2.zip!/c2d",
                "jdbc:h2:relative",
                "h2",
                ""
            })
    void otherDatabasesAreRefusedWithoutTellingTheUrl(String url) {
        assertThatThrownBy(() -> Stores.open(Stores.settings(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("store.url is not supported: this version takes jdbc:h2:file:PATH,"
                        + " jdbc:h2:mem:NAME and jdbc:postgresql://HOST/NAME, not ")
                .hasMessageNotContaining("hunter2;")
                .hasMessageNotContaining("password");
    }

    @Test
    void whatTheOperatorHasSetInTheUrlStays() {
        JdbcSettings settings = Stores.settings("jdbc:h2:file:/a;write_delay=500");
        assertThat(Dialect.H2.connectionUrl(settings))
                .isEqualTo("jdbc:h2:async:/a;write_delay=500;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000;"
                        + "MAX_LENGTH_INPLACE_LOB=8192");
        assertThat(Dialect.H2.file("jdbc:h2:~/a;X=1")).contains(Path.of(System.getProperty("user.home"), "a"));
    }
}

package io.c2d.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.c2d.core.port.StoreUnavailableException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.Test;

final class OutageTest {
    private final Outage outage = new Outage();

    private static String noConnection() {
        throw new ConnectionException(new SQLException("none to be had"));
    }

    private static String refused() {
        throw new IllegalStateException("refused");
    }

    @Test
    void oneCallAtATimeTriesADatabaseThatIsGoneAndTheOthersFailAtOnce() throws Exception {
        assertThatThrownBy(() -> outage.call(OutageTest::noConnection)).isInstanceOf(ConnectionException.class);
        CountDownLatch tries = new CountDownLatch(1);
        CountDownLatch isBack = new CountDownLatch(1);
        CompletableFuture<String> probe = CompletableFuture.supplyAsync(() -> outage.call(() -> {
            tries.countDown();
            try {
                isBack.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "answer";
        }));
        tries.await();
        assertThatThrownBy(() -> outage.call(() -> "another"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessage("the database does not answer");
        isBack.countDown();
        assertThat(probe.get()).isEqualTo("answer");
        assertThat(outage.call(() -> "all")).isEqualTo("all");
    }

    @Test
    void aFailedTryLetsTheNextOneTry() {
        assertThatThrownBy(() -> outage.call(OutageTest::noConnection)).isInstanceOf(ConnectionException.class);
        assertThatThrownBy(() -> outage.call(OutageTest::noConnection)).isInstanceOf(ConnectionException.class);
        assertThat(outage.call(() -> "back")).isEqualTo("back");
    }

    @Test
    void whatTheDatabaseItselfRefusesIsNoOutage() {
        assertThatThrownBy(() -> outage.call(OutageTest::refused)).hasMessage("refused");
        assertThat(outage.call(() -> "goes on")).isEqualTo("goes on");
    }
}

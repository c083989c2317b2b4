package io.c2d.store.jdbc;

import io.c2d.core.port.JobStore;
import io.c2d.testkit.JobStoreContract;
import java.time.Duration;

final class H2MemoryJobStoreTest extends JobStoreContract {

    @Override
    protected JobStore openEmpty() {
        return Stores.open(Stores.inMemory());
    }

    @Override
    protected void pass(Duration duration) {
        Stores.pass((JdbcJobStore) store(), duration);
    }
}

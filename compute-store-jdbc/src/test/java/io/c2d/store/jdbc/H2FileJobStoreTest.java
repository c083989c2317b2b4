package io.c2d.store.jdbc;

import io.c2d.core.port.JobStore;
import io.c2d.testkit.JobStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

final class H2FileJobStoreTest extends JobStoreContract {
    @TempDir
    private Path folder = Path.of("");

    @Override
    protected JobStore openEmpty() {
        return Stores.open(Stores.inFile(folder));
    }

    @Override
    protected void pass(Duration duration) {
        Stores.pass((JdbcJobStore) store(), duration);
    }
}

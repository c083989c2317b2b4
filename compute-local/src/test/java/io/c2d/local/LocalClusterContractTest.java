package io.c2d.local;

import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.port.ComputeCluster;
import io.c2d.testkit.ComputeClusterContract;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contract in every sandbox, with real processes. */
final class LocalClusterContractTest {
    abstract static class InSandbox extends ComputeClusterContract {
        private final String sandbox;

        @TempDir
        Path folder = Path.of("");

        InSandbox(String sandbox) {
            this.sandbox = sandbox;
        }

        @Override
        protected ComputeCluster openEmpty() throws Exception {
            return LocalCluster.builder()
                    .folder(folder.resolve("work"))
                    .artifacts(FileArtifactStore.open(folder.resolve("artifacts"), "test", new Random(1)))
                    .sandbox(sandbox)
                    .open();
        }

        @Override
        protected void await(BooleanSupplier condition) throws Exception {
            Waiting.until(condition);
        }
    }

    @Nested
    final class Namespaces extends InSandbox {
        Namespaces() {
            super("namespaces");
        }
    }

    @Nested
    final class Auto extends InSandbox {
        Auto() {
            super("auto");
        }
    }

    @Nested
    final class Unsandboxed extends InSandbox {
        Unsandboxed() {
            super("process");
        }
    }
}

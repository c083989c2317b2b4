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
        private final ContainerSettings containers;

        @TempDir
        Path folder = Path.of("");

        InSandbox(String sandbox, ContainerSettings containers) {
            this.sandbox = sandbox;
            this.containers = containers;
        }

        @Override
        protected ComputeCluster openEmpty() throws Exception {
            return LocalCluster.builder()
                    .folder(folder.resolve("work"))
                    .artifacts(FileArtifactStore.open(folder.resolve("artifacts"), "test", new Random(1)))
                    .sandbox(sandbox)
                    .containers(containers)
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
            super("namespaces", ContainerSettings.DEFAULTS);
        }
    }

    @Nested
    final class Bubblewrap extends InSandbox {
        Bubblewrap() {
            super("bubblewrap,namespaces", ContainerSettings.DEFAULTS);
        }
    }

    @Nested
    final class Container extends InSandbox {
        Container() {
            super("container", TestingContainers.require().settings());
        }
    }

    @Nested
    final class Unsandboxed extends InSandbox {
        Unsandboxed() {
            super("process", ContainerSettings.DEFAULTS);
        }
    }
}

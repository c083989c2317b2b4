package io.c2d.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.c2d.core.file.FileArtifactStore;
import io.c2d.core.port.ArtifactStore;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileArtifactStoreTest extends ArtifactStoreContract {
    @TempDir
    Path folder = Path.of("");

    @Override
    protected ArtifactStore openEmpty() throws Exception {
        return FileArtifactStore.open(folder, "test", new Random(1));
    }

    @Test
    void anotherInstallationsFolderIsRefused() {
        assertThatThrownBy(() -> FileArtifactStore.open(folder, "other", new Random(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("belongs to installation test");
    }
}

package io.c2d.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.ArtifactStore;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link ArtifactStore} must do. An adapter's test extends it and gives an empty store for each test. */
public abstract class ArtifactStoreContract {
    private final Random random = new Random(7);
    private final JobId job = Samples.jobId(random);
    private final StepId step = new StepId(job, 1, 0, StepKind.PUBLISH, 1);
    private @Nullable ArtifactStore opened;

    /** An empty store. */
    protected abstract ArtifactStore openEmpty() throws Exception;

    @BeforeEach
    final void open() throws Exception {
        opened = openEmpty();
    }

    /** The store under test. */
    protected final ArtifactStore store() {
        if (opened == null) {
            throw new IllegalStateException("not open");
        }
        return opened;
    }

    private Artifact put(StepId where, String path, String content) throws IOException {
        return store().put(
                        where,
                        path,
                        Artifact.Role.OUTPUT,
                        new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
    }

    private String read(Artifact artifact, long from) throws IOException {
        try (InputStream in = store().open(artifact, from).orElseThrow()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aFileComesBackWithSizeAndHash() throws Exception {
        Artifact artifact = put(step, "outputs/a.csv", "1,2,3");
        assertThat(artifact.size()).isEqualTo(5);
        assertThat(artifact.sha256())
                .isEqualTo(Hashing.sha256()
                        .hashString("1,2,3", StandardCharsets.UTF_8)
                        .toString());
        assertThat(read(artifact, 0)).isEqualTo("1,2,3");
        assertThat(read(artifact, 2)).isEqualTo("2,3");
        assertThat(read(artifact, 5)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "sub/dir/b", "with space and \u00fc \u2603", "%2e%2e", "a\\b", "-rf", "c:d", ".hidden"})
    void everySafePathIsKept(String path) throws Exception {
        put(step, path, "x" + path);
        assertThat(read(new Artifact(step, path, Artifact.Role.OUTPUT, 1, "00".repeat(32)), 0))
                .isEqualTo("x" + path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc/passwd", "..", "../x", "a/../../x", "a//b", "a/", "./a", "a\0b"})
    void anUnsafePathIsRefused(String path) {
        assertThatThrownBy(() -> put(step, path, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSecondPutReplacesTheFirst() throws Exception {
        put(step, "a", "first");
        Artifact second = put(step, "a", "second");
        assertThat(read(second, 0)).isEqualTo("second");
    }

    @Test
    void aBrokenUploadLeavesNoFile() {
        InputStream broken = new FilterInputStream(new ByteArrayInputStream(new byte[100_000])) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                if (count < 0) {
                    throw new IOException("the source broke");
                }
                return count;
            }
        };
        assertThatThrownBy(() -> store().put(step, "a", Artifact.Role.OUTPUT, broken))
                .hasMessageContaining("the source broke");
        assertThat(openable(new Artifact(step, "a", Artifact.Role.OUTPUT, 1, "00".repeat(32))))
                .isFalse();
    }

    private boolean openable(Artifact artifact) {
        try {
            return store().open(artifact, 0).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void triesAndAttemptsAndJobsAreApart() throws Exception {
        StepId secondTry = step.nextTry();
        StepId secondAttempt = new StepId(job, 2, 0, StepKind.PUBLISH, 1);
        StepId otherJob = new StepId(Samples.jobId(random), 1, 0, StepKind.PUBLISH, 1);
        Artifact one = put(step, "a", "1");
        Artifact two = put(secondTry, "a", "2");
        Artifact three = put(secondAttempt, "a", "3");
        Artifact four = put(otherJob, "a", "4");
        assertThat(store().attempts(job)).containsExactlyInAnyOrder(1, 2);
        assertThat(store().jobs()).containsExactlyInAnyOrder(job, otherJob.job());
        store().delete(job, 1);
        assertThat(store().attempts(job)).containsExactly(2);
        assertThat(openable(one)).isFalse();
        assertThat(openable(two)).isFalse();
        assertThat(read(three, 0)).isEqualTo("3");
        assertThat(read(four, 0)).isEqualTo("4");
        store().delete(job, 2);
        store().delete(job, 2);
        assertThat(store().attempts(job)).isEmpty();
        assertThat(store().jobs()).containsExactly(otherJob.job());
    }
}

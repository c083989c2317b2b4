package io.c2d.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class JobIdTest {
    @Test
    void aNewIdIsAUuidOfVersion7ThatBeginsWithItsTime() {
        JobId id = JobId.create(Instant.ofEpochMilli(0x0193_57f0_a1b2L), new Random(1));
        assertThat(id.value()).matches("019357f0a1b27[0-9a-f]{3}[89ab][0-9a-f]{15}");
        assertThat(JobId.create(Instant.EPOCH, new Random(2))).isNotEqualTo(JobId.create(Instant.EPOCH, new Random(3)));
    }

    @Test
    void anotherFormIsNoId() {
        assertThat(JobId.parse("../../etc/passwd")).isEmpty();
        assertThat(JobId.parse("0F0E0D0C0B0A09080706050403020100")).isEmpty();
        assertThat(JobId.parse("0f0e0d0c0b0a09080706050403020100")).isPresent();
        assertThatThrownBy(() -> new JobId("x")).isInstanceOf(IllegalArgumentException.class);
    }
}

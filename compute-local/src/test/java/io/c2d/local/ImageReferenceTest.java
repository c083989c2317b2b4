package io.c2d.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.c2d.core.model.ContainerImage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageReferenceTest {
    private static final String DIGEST = "sha256:" + "0c".repeat(32);

    private static String of(String name, @Nullable String tag, @Nullable String digest) {
        return ImageReference.of(new ContainerImage(name, tag, digest, "true")).text();
    }

    @ParameterizedTest
    @CsvSource({
        "debian, 12, docker.io/library/debian:12",
        "debian, , docker.io/library/debian:latest",
        "debian:11, , docker.io/library/debian:11",
        "debian:11, 11, docker.io/library/debian:11",
        "org/algo, python-branin, docker.io/org/algo:python-branin",
        "a/b/c, 1, docker.io/a/b/c:1",
        "localhost/algo, 1, localhost/algo:1",
        "reg.example.org/a/b, 1, reg.example.org/a/b:1",
        "reg:5000/a, 1, reg:5000/a:1",
        "reg:5000/a:2, , reg:5000/a:2",
        "a-b/c__d.e, V_1.2-x, docker.io/a-b/c__d.e:V_1.2-x"
    })
    void aNameIsMadeFull(String name, @Nullable String tag, String full) {
        assertThat(of(name, tag, null)).isEqualTo(full);
    }

    @Test
    void theDigestWinsOverTags() {
        assertThat(of("debian:11", "12", DIGEST)).isEqualTo("docker.io/library/debian@" + DIGEST);
        assertThat(ImageReference.parse("reg:5000/a@" + DIGEST)).hasToString("reg:5000/a@" + DIGEST);
        assertThat(ImageReference.parse("reg:5000/a@" + DIGEST).isByDigest()).isTrue();
        assertThat(ImageReference.parse("reg:5000/a:1").isByDigest()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-v",
                "--privileged",
                "-v/a",
                "a/-v",
                "Debian",
                "a//b",
                "/a",
                "a/",
                "a b",
                "a\nb",
                "-reg.org/a",
                "reg.org:port/a",
                "a:-v",
                "a:",
                "a@sha256:0c",
                "a@"
            })
    void whatNoRegistryTakesIsRefused(String name) {
        assertThatThrownBy(() -> ImageReference.parse(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void twoTagsThatDifferAreRefused() {
        assertThatThrownBy(() -> of("debian:11", "12", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the image's name has the tag \"11\", and tag says \"12\"");
    }

    @Test
    void aNameIsNotEndless() {
        assertThatThrownBy(() -> of("a".repeat(256), "1", null)).isInstanceOf(IllegalArgumentException.class);
    }
}

package io.c2d.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What others said, on one line. */
class SentenceTest {
    @Test
    void linesAndControlCharactersBecomeBlanks() {
        assertThat(Sentence.of(" a\nb\0c\u0085d\t", 100)).isEqualTo("a b c d");
    }

    @Test
    void whatIsLongerIsCutAndSaysSo() {
        assertThat(Sentence.of("abcd", 4)).isEqualTo("abcd");
        assertThat(Sentence.of("abcde", 4)).isEqualTo("abcd…");
    }

    @Test
    void noCharacterIsCutInHalf() {
        String smile = "\ud83d\ude00";
        assertThat(Sentence.of("abc" + smile + "d", 4)).isEqualTo("abc…");
        assertThat(Sentence.of("abc" + smile + "d", 5)).isEqualTo("abc" + smile + "…");
        assertThat(Sentence.of("a\ud800b\udc00", 10)).isEqualTo("a?b?");
    }
}

package io.c2d.core.model;

import com.google.common.base.CharMatcher;

/**
 * What somebody else said, made fit to be stored and shown: on one line, without control characters (PostgreSQL takes no
 * U+0000), without half characters, and no longer than allowed.
 */
public final class Sentence {
    private static final String MORE = "…";

    private Sentence() {}

    /**
     * The text on one line.
     *
     * @param text anything
     * @param max the most characters of it that stay, at least 1; what is longer ends with an ellipsis
     */
    public static String of(String text, int max) {
        String line = CharMatcher.javaIsoControl().replaceFrom(text, ' ').strip();
        if (line.length() <= max) {
            return whole(line);
        }
        int end = Character.isHighSurrogate(line.charAt(max - 1)) ? max - 1 : max;
        return whole(line.substring(0, end)) + MORE;
    }

    /** Half of a character of two halves is nothing that UTF-8 could hold. */
    private static String whole(String line) {
        StringBuilder whole = new StringBuilder(line.length());
        line.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '?' : c)
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }
}

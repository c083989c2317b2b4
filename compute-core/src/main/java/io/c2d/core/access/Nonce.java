package io.c2d.core.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A caller's Unix time in milliseconds, optionally with {@code -} and up to 16 letters or digits, which tell apart requests
 * of the same millisecond.
 *
 * @param text as the caller wrote it
 * @param at the time in it
 */
public record Nonce(String text, Instant at) {
    // 15 digits last until the year 33658; more could overflow when added to.
    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})(-[A-Za-z0-9]{1,16})?");

    /** The nonce that a text is, if it has the form of one. */
    public static Optional<Nonce> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new Nonce(text, Instant.ofEpochMilli(Long.parseLong(matcher.group(1)))))
                : Optional.empty();
    }

    /** Whether its time is no further from now than the window, either way. */
    public boolean isWithin(Duration window, Instant now) {
        return Duration.between(at, now).abs().compareTo(window) <= 0;
    }

    /** From when it is outside of the window anyway. */
    public Instant forgetAfter(Duration window) {
        return at.plus(window);
    }
}

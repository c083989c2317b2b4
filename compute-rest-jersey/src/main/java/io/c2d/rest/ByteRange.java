package io.c2d.rest;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One range of bytes (RFC 9110, 14.1.2).
 *
 * @param from the first byte
 * @param length how many, at least one unless the whole is empty
 */
record ByteRange(long from, long length) {
    private static final Pattern FORM = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /** What a Range header asks for. */
    enum Kind {
        /** Everything: no header, or one that we may ignore (several ranges, another unit, nonsense). */
        WHOLE,
        /** A part. */
        PART,
        /** Nothing that is there. */
        UNSATISFIABLE
    }

    static Kind kind(String header, long size) {
        Matcher matcher = FORM.matcher(header.replace(" ", ""));
        boolean ranged = matcher.matches()
                && !(matcher.group(1).isEmpty() && matcher.group(2).isEmpty());
        if (!ranged || isBackwards(matcher)) {
            return Kind.WHOLE;
        }
        return of(header, size).isPresent() ? Kind.PART : Kind.UNSATISFIABLE;
    }

    private static boolean isBackwards(Matcher matcher) {
        return !matcher.group(1).isEmpty()
                && !matcher.group(2).isEmpty()
                && Long.parseLong(matcher.group(1)) > Long.parseLong(matcher.group(2));
    }

    /** The part that a well-formed header asks for, cut to the size; nothing where it begins behind the end. */
    static Optional<ByteRange> of(String header, long size) {
        Matcher matcher = FORM.matcher(header.replace(" ", ""));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        if (matcher.group(1).isEmpty()) {
            long last = Math.min(size, Long.parseLong(matcher.group(2)));
            return last == 0 ? Optional.empty() : Optional.of(new ByteRange(size - last, last));
        }
        long from = Long.parseLong(matcher.group(1));
        long to = matcher.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(matcher.group(2)));
        return from > to ? Optional.empty() : Optional.of(new ByteRange(from, to - from + 1));
    }

    /** The value of {@code Content-Range}. */
    String contentRange(long size) {
        return "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }
}

package io.c2d.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads dates as the seed's field list and as its example have them: Unix seconds, or ISO-8601. */
final class WireDate {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,12}(\\.[0-9]{1,30})?");
    private static final int MAX_MAGNITUDE = 12;
    private static final int MAX_SCALE = 30;

    private WireDate() {}

    /**
     * A number or a string of Unix seconds, with or without a fraction, or a string in ISO-8601 with an offset. Missing,
     * null and {@code ""} are no date.
     *
     * @throws IllegalArgumentException where it is something else
     */
    static @Nullable Instant read(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (node.isNumber()) {
            return ofSeconds(node.decimalValue());
        }
        if (!node.isTextual()) {
            throw new IllegalArgumentException("a date is a number or a string");
        }
        String text = node.textValue().strip();
        if (text.isEmpty()) {
            return null;
        }
        if (NUMBER.matcher(text).matches()) {
            return ofSeconds(new BigDecimal(text));
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a date is Unix seconds or ISO-8601", e);
        }
    }

    private static Instant ofSeconds(BigDecimal seconds) {
        // Looked at before any arithmetic: 1e999999999 would take for ever to expand.
        long magnitude = (long) seconds.precision() - seconds.scale();
        if (seconds.signum() != 0 && (magnitude > MAX_MAGNITUDE || seconds.scale() > MAX_SCALE)) {
            throw new IllegalArgumentException("a date has at most 12 digits of seconds");
        }
        if (seconds.signum() == 0) {
            return Instant.EPOCH;
        }
        BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
        BigDecimal nanos = seconds.subtract(whole).movePointRight(9).setScale(0, RoundingMode.FLOOR);
        return Instant.ofEpochSecond(whole.longValueExact(), nanos.intValueExact());
    }
}

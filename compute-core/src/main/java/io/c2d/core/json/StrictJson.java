package io.c2d.core.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.c2d.core.model.ComputeException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Reads JSON as a signed API must: no duplicate keys, nothing behind the value, no text that other readers would take for
 * another (U+0000, unpaired surrogates), numbers in the form in which they came. Thread-safe.
 */
public final class StrictJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private StrictJson() {}

    /**
     * Reads one JSON value.
     *
     * @throws ComputeException with the pointer {@code ""} where the text is broken, with pointers to each text or number
     *     that may not be
     */
    public static JsonNode read(byte[] utf8) {
        return checked(utf8.length == 0, () -> MAPPER.readTree(utf8));
    }

    /** As {@link #read(byte[])}, from text. */
    public static JsonNode read(String json) {
        return checked(json.isEmpty(), () -> MAPPER.readTree(json));
    }

    /** A value as text, numbers in the form in which they came. */
    public static String write(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    private static JsonNode checked(boolean empty, Reading reading) {
        JsonNode node;
        try {
            node = reading.read();
        } catch (JsonProcessingException e) {
            throw ComputeException.invalid("", "the body is not JSON: " + sentence(e));
        } catch (IOException e) {
            throw ComputeException.invalid("", "the body is not JSON text in UTF-8");
        }
        if (empty || node.isMissingNode()) {
            throw ComputeException.invalid("", "the body is empty; JSON is needed");
        }
        Faults faults = new Faults();
        check(node, "", faults);
        faults.throwIfAny();
        return node;
    }

    private static String sentence(JsonProcessingException e) {
        // Jackson's first line says what; the lines behind it name classes and quote the source.
        String text = e.getOriginalMessage();
        int end = text.indexOf('\n');
        String first = end < 0 ? text : text.substring(0, end);
        // Where a limit of the parser was passed (depth, digits of a number) there is no location.
        JsonLocation at = e.getLocation();
        return at == null ? first : first + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    private static void check(JsonNode node, String pointer, Faults faults) {
        if (node.isTextual()) {
            checkText(node.textValue(), pointer, faults);
        } else if (node.isNumber()) {
            checkNumber(node, pointer, faults);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                check(node.get(i), Faults.pointer(pointer, i), faults);
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                // A broken key can't be written into a pointer: its object is pointed at.
                checkText(field.getKey(), pointer, faults);
                check(field.getValue(), Faults.pointer(pointer, field.getKey()), faults);
            }
        }
    }

    private static void checkText(String text, String pointer, Faults faults) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                faults.add(pointer, "text may not contain U+0000");
                return;
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    faults.add(pointer, "text may not contain an unpaired surrogate");
                    return;
                }
                i++;
            }
        }
    }

    private static void checkNumber(JsonNode node, String pointer, Faults faults) {
        BigDecimal value = node.decimalValue();
        // Looked at before any arithmetic: 1e999999999 would take for ever to expand. RFC 8785 knows doubles only.
        long magnitude = (long) value.precision() - value.scale();
        if (value.signum() != 0 && (magnitude > 400 || Double.isInfinite(value.doubleValue()))) {
            faults.add(pointer, "the number is too large for a double (RFC 8785, 3.2.2.3)");
        }
    }

    @FunctionalInterface
    private interface Reading {
        JsonNode read() throws IOException;
    }
}

package io.c2d.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.access.SignedMessage;
import io.c2d.core.json.Faults;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.ComputeException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one request, from its query and its JSON body. Empty counts as absent; two that mean the same and
 * differ are a fault. Not thread-safe.
 */
final class Parameters {
    private final RawRequest raw;
    private final JsonNode body;
    private final Faults faults;

    private Parameters(RawRequest raw, JsonNode body, Faults faults) {
        this.raw = raw;
        this.body = body;
        this.faults = faults;
    }

    /**
     * Takes them from the request.
     *
     * @throws ComputeException where its body is no JSON object
     */
    static Parameters read(RawRequest raw, Faults faults) {
        JsonNode body = raw.body();
        if (!body.isMissingNode() && !body.isObject()) {
            throw ComputeException.invalid("", "the body is a JSON object");
        }
        return new Parameters(raw, body, faults);
    }

    /** The text of a parameter, under any of its names; {@code ""} where absent. */
    String text(int maxLength, String... names) {
        Set<String> found = new LinkedHashSet<>();
        for (String name : names) {
            for (String value : raw.query().getOrDefault(name, List.of())) {
                collect(name, value, maxLength, found);
            }
            JsonNode member = body.path(name);
            if (member.isTextual()) {
                collect(name, member.textValue(), maxLength, found);
            } else if (!member.isMissingNode() && !member.isNull()) {
                fault(name, name + " is a string");
            }
        }
        return single(found, names);
    }

    /** As {@link #text}, where a JSON number is as good. */
    String token(int maxLength, String name) {
        JsonNode member = body.path(name);
        boolean scalar = member.isIntegralNumber() || member.isBoolean();
        if (!scalar) {
            return text(maxLength, name);
        }
        Set<String> found = new LinkedHashSet<>();
        collect(name, member.asText(), maxLength, found);
        for (String value : raw.query().getOrDefault(name, List.of())) {
            collect(name, value, maxLength, found);
        }
        return single(found, name);
    }

    /** A whole number, or the fallback where absent. */
    long number(String name, long min, long max, long fallback) {
        String text = token(20, name);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, as any other text that is out of range.
        }
        fault(name, name + " is a whole number from " + min + " to " + max);
        return fallback;
    }

    /** A flag: 1 or true, 0 or false. */
    boolean flag(String name) {
        String text = token(5, name);
        if (!text.isEmpty()
                && !text.equals("0")
                && !text.equals("false")
                && !text.equals("1")
                && !text.equals("true")) {
            fault(name, name + " is 0 or 1");
        }
        return text.equals("1") || text.equals("true");
    }

    /** An object, from the body or as JSON text in the query; {@code null} where absent. */
    @Nullable
    JsonNode object(String name) {
        List<JsonNode> found = new ArrayList<>();
        for (String value : raw.query().getOrDefault(name, List.of())) {
            if (!value.isEmpty()) {
                found.add(StrictJson.read(value));
            }
        }
        JsonNode member = body.path(name);
        boolean absent = member.isMissingNode()
                || member.isNull()
                || (member.isTextual() && member.textValue().isEmpty());
        if (!absent) {
            found.add(member);
        }
        if (found.isEmpty()) {
            return null;
        }
        if (found.stream().distinct().count() > 1) {
            fault(name, name + " is given twice, and the two differ");
        }
        if (!found.get(0).isObject()) {
            fault(name, name + " is an object");
            return null;
        }
        return found.get(0);
    }

    /** Notes a fault of a parameter. */
    void fault(String name, String message) {
        faults.add(Faults.pointer("", name), message);
    }

    private void collect(String name, String value, int maxLength, Set<String> found) {
        if (value.isEmpty()) {
            return;
        }
        if (value.length() > maxLength) {
            fault(name, name + " has at most " + maxLength + " characters");
        } else if (SignedMessage.hasControls(value)) {
            fault(name, name + " may not contain control characters");
        } else if (!isUnicode(value)) {
            fault(name, name + " may not contain an unpaired surrogate");
        } else {
            found.add(value);
        }
    }

    private static boolean isUnicode(String value) {
        return value.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private String single(Set<String> found, String... names) {
        if (found.size() > 1) {
            fault(names[0], "the values of " + String.join(" and ", names) + " differ; give one");
        }
        return found.isEmpty() ? "" : found.iterator().next();
    }
}

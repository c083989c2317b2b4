package io.c2d.core.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A value at a place of a document. Reading it with the wrong type notes a fault and yields nothing, so that reading goes
 * on and finds the others; {@code null} counts as absent.
 */
final class JsonField {
    private final JsonNode node;
    private final String pointer;
    private final Faults faults;

    JsonField(JsonNode node, String pointer, Faults faults) {
        this.node = node;
        this.pointer = pointer;
        this.faults = faults;
    }

    String pointer() {
        return pointer;
    }

    boolean isPresent() {
        return !node.isMissingNode() && !node.isNull();
    }

    void fault(String message) {
        faults.add(pointer, message);
    }

    JsonField member(String name) {
        return new JsonField(node.path(name), Faults.pointer(pointer, name), faults);
    }

    /** The one of two synonyms that is there; two that differ are a fault. */
    JsonField member(String name, String synonym) {
        JsonField first = member(name);
        JsonField second = member(synonym);
        if (first.isPresent() && second.isPresent() && !first.node.equals(second.node)) {
            second.fault("\"" + name + "\" and \"" + synonym + "\" mean the same and differ");
        }
        return first.isPresent() ? first : second;
    }

    boolean isObject(String what) {
        if (!isPresent()) {
            fault(what + " is missing; an object is needed");
            return false;
        }
        if (!node.isObject()) {
            fault(what + " is an object");
            return false;
        }
        return true;
    }

    ImmutableList<JsonField> elements(String what, int max) {
        if (!isPresent()) {
            fault(what + " is missing; an array is needed");
            return ImmutableList.of();
        }
        if (!node.isArray()) {
            fault(what + " is an array");
            return ImmutableList.of();
        }
        if (node.size() > max) {
            fault(what + " has at most " + max + " elements");
            return ImmutableList.of();
        }
        ImmutableList.Builder<JsonField> elements = ImmutableList.builder();
        for (int i = 0; i < node.size(); i++) {
            elements.add(new JsonField(node.get(i), Faults.pointer(pointer, i), faults));
        }
        return elements.build();
    }

    boolean isArray() {
        return node.isArray();
    }

    /** The text; {@code ""} counts as absent. */
    Optional<String> text(String what, int maxLength) {
        if (!isPresent()) {
            return Optional.empty();
        }
        if (!node.isTextual()) {
            fault(what + " is a string");
            return Optional.empty();
        }
        String text = node.textValue();
        if (text.length() > maxLength) {
            fault(what + " has at most " + maxLength + " characters");
            return Optional.empty();
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    Optional<String> requiredText(String what, int maxLength) {
        boolean absent = !isPresent() || (node.isTextual() && node.textValue().isEmpty());
        if (absent) {
            fault(what + " is missing");
            return Optional.empty();
        }
        return text(what, maxLength);
    }

    OptionalInt integer(String what, int min, int max) {
        if (!isPresent()) {
            return OptionalInt.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < min || node.intValue() > max) {
            fault(what + " is a whole number from " + min + " to " + max);
            return OptionalInt.empty();
        }
        return OptionalInt.of(node.intValue());
    }

    /** The reference takes {@code true}, {@code 1} and {@code "1"} as yes. */
    boolean flag(String what) {
        if (!isPresent()) {
            return false;
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        String text = node.isTextual() || node.isIntegralNumber() ? node.asText() : "?";
        if (!text.equals("1") && !text.equals("0") && !text.isEmpty()) {
            fault(what + " is true or false (or 1 or 0)");
        }
        return text.equals("1");
    }
}

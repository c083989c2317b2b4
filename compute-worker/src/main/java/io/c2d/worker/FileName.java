package io.c2d.worker;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The name of one file, as bytes and as text. Java decodes names by the locale that it was started in, under {@code LANG=C}
 * as question marks, so the bytes are taken from the path's URI, where they are escaped one by one.
 *
 * @param raw one name, as the file system has it
 * @param shown ASCII only, other bytes escaped as in a URL; for logs
 * @param decoded the name as text, {@code null} where its bytes are no UTF-8
 */
record FileName(Path raw, String shown, @Nullable String decoded) {
    /** Reads the name of a folder's entry. */
    static FileName of(Path entry) {
        Path raw = Objects.requireNonNull(entry.getFileName(), "an entry has a name");
        String uri = raw.toUri().getRawPath();
        // The URI ends with a slash where a folder of that name is in the working directory.
        int end = uri.endsWith("/") ? uri.length() - 1 : uri.length();
        String shown = uri.substring(uri.lastIndexOf('/', end - 1) + 1, end);
        return new FileName(raw, shown, decode(shown));
    }

    /** Whether it is text without control characters. */
    boolean isValid() {
        return decoded != null && decoded.chars().noneMatch(Character::isISOControl);
    }

    /** The text of a valid name, what can be shown of another. */
    String text() {
        return decoded == null ? shown : decoded;
    }

    private static @Nullable String decode(String escaped) {
        ByteBuffer bytes = ByteBuffer.allocate(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%') {
                bytes.put((byte) Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.put((byte) c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}

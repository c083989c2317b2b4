package io.c2d.core.json;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.erdtman.jcs.JsonCanonicalizer;

/** The canonical form of JSON (RFC 8785) and its hash: equal for documents that mean the same. Thread-safe. */
public final class CanonicalJson {
    private CanonicalJson() {}

    /**
     * The canonical form.
     *
     * @param json an object or an array that {@link StrictJson} has let through
     * @throws IllegalArgumentException where it is neither
     */
    public static String of(String json) {
        try {
            return new JsonCanonicalizer(json).getEncodedString();
        } catch (IOException e) {
            throw new IllegalArgumentException("no canonical form", e);
        }
    }

    /** The SHA-256 of the canonical form's UTF-8, 64 lower-case hex digits. */
    public static String sha256(String json) {
        return Hashing.sha256().hashString(of(json), StandardCharsets.UTF_8).toString();
    }
}

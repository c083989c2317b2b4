package io.c2d.core.model;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whom a job belongs to: free text (the seed's example is {@code 0x22}), or an Ethereum address. Addresses compare without
 * regard to letter case, everything else exactly.
 *
 * @param text as the caller wrote it, 1 to 255 characters
 */
public record Owner(String text) {
    /** The longest owner that is taken, in characters. */
    public static final int MAX_LENGTH = 255;

    private static final Pattern ADDRESS = Pattern.compile("0[xX][0-9a-fA-F]{40}");

    /** Checks the length. */
    public Owner {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("an owner has 1 to " + MAX_LENGTH + " characters");
        }
    }

    /** Whether the text has the form of an Ethereum address. */
    public static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

    /** What owners are compared and looked up by: lower case where it is an address. */
    public String key() {
        return isAddress(text) ? text.toLowerCase(Locale.ROOT) : text;
    }

    /** Whether both mean the same owner. */
    public boolean sameAs(Owner other) {
        return key().equals(other.key());
    }

    @Override
    public String toString() {
        return text;
    }
}

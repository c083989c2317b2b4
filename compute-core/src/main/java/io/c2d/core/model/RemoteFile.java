package io.c2d.core.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file somewhere else.
 *
 * @param url where it is, an absolute URL; may carry secrets, so it is never logged
 * @param declaredSha256 what its content must hash to, 64 lower-case hex digits, if the caller said so
 */
public record RemoteFile(String url, @Nullable String declaredSha256) {
    /** The declared hash, if there is one. */
    public Optional<String> sha256() {
        return Optional.ofNullable(declaredSha256);
    }

    /** Leaves the URL out: its query may be a secret. */
    @Override
    public String toString() {
        return "RemoteFile[…]";
    }
}

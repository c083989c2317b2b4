package io.c2d.core.access;

import io.c2d.core.port.NonceUse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who made a request, and the nonce that its effect uses up.
 *
 * @param caller who
 * @param nonce {@code null} where the request was not signed
 */
public record Identity(Caller caller, @Nullable NonceUse nonce) {
    /** The nonce, if the request was signed. */
    public Optional<NonceUse> nonceUse() {
        return Optional.ofNullable(nonce);
    }
}

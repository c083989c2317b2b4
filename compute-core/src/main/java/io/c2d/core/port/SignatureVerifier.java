package io.c2d.core.port;

import java.util.Optional;

/** Recovers who signed a message. Pure and thread-safe. */
@FunctionalInterface
public interface SignatureVerifier {
    /**
     * The signer's address ({@code 0x} and 40 lower-case hex digits), or nothing where the signature is malformed. Another
     * message than the one signed yields another address, not nothing.
     */
    Optional<String> recover(String message, String signature);
}

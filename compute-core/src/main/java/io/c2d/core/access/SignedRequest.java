package io.c2d.core.access;

import io.c2d.core.model.Owner;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request's claim to come from somebody.
 *
 * @param message what its signature should be over
 * @param given the signature, {@code null} without one
 * @param token a bearer token, {@code null} without one
 */
public record SignedRequest(
        SignedMessage message,
        @Nullable String given,
        @Nullable String token) {
    /** The signature, if there is one. */
    public Optional<String> signature() {
        return Optional.ofNullable(given);
    }

    /** The bearer token, if there is one. */
    public Optional<String> bearerToken() {
        return Optional.ofNullable(token);
    }

    /** The owner that the message names, if it names one. */
    public Optional<Owner> named() {
        return message.owner().isEmpty() ? Optional.empty() : Optional.of(new Owner(message.owner()));
    }

    /** Leaves signature and token out. */
    @Override
    public String toString() {
        return "SignedRequest[" + message.method() + " " + message.path() + "]";
    }
}

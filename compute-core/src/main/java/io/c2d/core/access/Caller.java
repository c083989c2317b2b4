package io.c2d.core.access;

import io.c2d.core.model.Owner;
import java.util.Optional;

/** Who is asking, as far as that was proved. */
public sealed interface Caller {
    /** The owner whose jobs are this caller's own; nothing where it has none, or where all are. */
    default Optional<Owner> principal() {
        return Optional.empty();
    }

    /** Nobody known: a request without credentials where those are not needed. */
    record Anonymous() implements Caller {}

    /** Anybody, where requests are not signed: counts as the owner of whatever job it names. */
    record Unsigned() implements Caller {}

    /**
     * Who signed.
     *
     * @param address the signer
     */
    record Signer(Owner address) implements Caller {
        @Override
        public Optional<Owner> principal() {
            return Optional.of(address);
        }
    }

    /**
     * A configured gateway, which acts for the owner that its request names.
     *
     * @param address the signer
     * @param actsFor the owner named
     */
    record Gateway(Owner address, Owner actsFor) implements Caller {
        @Override
        public Optional<Owner> principal() {
            return Optional.of(actsFor);
        }
    }

    /** An admin, by address or by bearer token. */
    record Admin() implements Caller {}
}

package io.c2d.core.port;

import java.time.Instant;

/**
 * A signed request's nonce, to be used up in the transaction of the request's effect.
 *
 * @param signer who signed, an address in lower case
 * @param nonce the caller's own text
 * @param requestHash what was signed; tells an exact repeat from another request with the same nonce
 * @param forgetAfter from when the nonce is outside of its window anyway and need not be kept; a request that comes to the store
 *     after that is refused, since nobody can tell any more whether it is a repeat
 */
public record NonceUse(String signer, String nonce, String requestHash, Instant forgetAfter) {
    /** Whether the request was too long on its way. */
    public boolean isOver(Instant now) {
        return forgetAfter.isBefore(now);
    }
}

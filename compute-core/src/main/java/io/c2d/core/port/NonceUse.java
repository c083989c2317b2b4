package io.c2d.core.port;

import java.time.Instant;

/**
 * A signed request's nonce, to be used up in the transaction of the request's effect.
 *
 * @param signer who signed, an address in lower case
 * @param nonce the caller's own text
 * @param requestHash what was signed; tells an exact repeat from another request with the same nonce
 * @param forgetAfter from when the nonce is outside of its window anyway and need not be kept
 */
public record NonceUse(String signer, String nonce, String requestHash, Instant forgetAfter) {}

/**
 * Ethereum signatures: {@link io.c2d.signing.EthereumSignatureVerifier} recovers who signed a message,
 * {@link io.c2d.signing.EthereumSigner} signs one. Built on BouncyCastle's lightweight classes; no security provider is
 * registered.
 */
@NullMarked
package io.c2d.signing;

import org.jspecify.annotations.NullMarked;

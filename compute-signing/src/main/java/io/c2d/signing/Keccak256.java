package io.c2d.signing;

import org.bouncycastle.crypto.digests.KeccakDigest;

/** The hash of Ethereum: Keccak with 256 bits, as it was before NIST changed the padding for SHA3-256. */
final class Keccak256 {
    private Keccak256() {}

    /** The 32 bytes of the hash of all parts, one after the other. */
    static byte[] of(byte[]... parts) {
        KeccakDigest digest = new KeccakDigest(256);
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        byte[] hash = new byte[digest.getDigestSize()];
        digest.doFinal(hash, 0);
        return hash;
    }
}

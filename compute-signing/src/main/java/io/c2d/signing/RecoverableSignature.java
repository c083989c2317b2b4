package io.c2d.signing;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.util.BigIntegers;

/**
 * An ECDSA signature with what is needed to recover the public key: 65 bytes on the wire, r, s (32 bytes each, big endian)
 * and v.
 *
 * @param r the x coordinate of the point R, in 1..n-1
 * @param s in 1..n/2: of the two values that would verify only the lower (EIP-2), so nobody can make a second signature
 *     from a first
 * @param oddY whether the y coordinate of R is odd
 */
record RecoverableSignature(BigInteger r, BigInteger s, boolean oddY) {
    private static final String PREFIX = "0x";
    private static final int SCALAR_BYTES = 32;
    private static final int HEX_DIGITS = 2 * (2 * SCALAR_BYTES + 1);

    /** What v counts from: 27 for an even y, 28 for an odd one. Some signers write 0 and 1 instead. */
    private static final int V_BASE = 27;

    RecoverableSignature {
        if (!Secp256k1.isScalar(r)) {
            throw new IllegalArgumentException("r is not in 1..n-1");
        }
        if (!Secp256k1.isScalar(s) || s.compareTo(Secp256k1.HALF_ORDER) > 0) {
            throw new IllegalArgumentException("s is not in 1..n/2");
        }
    }

    /** Reads 130 hex digits of either case with or without {@code 0x}; nothing where they are no signature in the low form. */
    static Optional<RecoverableSignature> parse(String text) {
        String digits = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        if (digits.length() != HEX_DIGITS) {
            return Optional.empty();
        }
        try {
            byte[] bytes = HexFormat.of().parseHex(digits);
            return Optional.of(new RecoverableSignature(
                    new BigInteger(1, Arrays.copyOfRange(bytes, 0, SCALAR_BYTES)),
                    new BigInteger(1, Arrays.copyOfRange(bytes, SCALAR_BYTES, 2 * SCALAR_BYTES)),
                    parseV(bytes[2 * SCALAR_BYTES])));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static boolean parseV(byte v) {
        return switch (v) {
            case 0, V_BASE -> false;
            case 1, V_BASE + 1 -> true;
            default -> throw new IllegalArgumentException("v is none of 0, 1, 27, 28");
        };
    }

    /** {@code 0x} and 130 lower-case hex digits, with v 27 or 28. */
    String toHex() {
        HexFormat hex = HexFormat.of();
        return PREFIX
                + hex.formatHex(BigIntegers.asUnsignedByteArray(SCALAR_BYTES, r))
                + hex.formatHex(BigIntegers.asUnsignedByteArray(SCALAR_BYTES, s))
                + hex.toHexDigits((byte) (oddY ? V_BASE + 1 : V_BASE));
    }
}

package io.c2d.signing;

import io.c2d.core.port.SignatureVerifier;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/**
 * Recovers the signer of an EIP-191 personal signature, as Ethereum's wallets make it.
 *
 * <p>A signature is 65 bytes (r, s, v) as 130 hex digits, with or without {@code 0x}; r and s are in 1..n-1, s in its low
 * form (EIP-2), v is 0, 1, 27 or 28. Whatever is not of this form has no signer, and neither has a message without a UTF-8
 * form (an unpaired surrogate); nothing is thrown. Immutable and safe for use by several threads.
 */
public final class EthereumSignatureVerifier implements SignatureVerifier {
    private final PersonalDigest digest;

    /** Verifies signatures over the text itself, {@link PersonalDigest#TEXT}. */
    public EthereumSignatureVerifier() {
        this(PersonalDigest.TEXT);
    }

    /** Verifies signatures over the given digest; one made over another recovers to an address that nobody has. */
    public EthereumSignatureVerifier(PersonalDigest digest) {
        this.digest = digest;
    }

    @Override
    public Optional<String> recover(String message, String signature) {
        Optional<RecoverableSignature> parsed = RecoverableSignature.parse(signature);
        if (parsed.isEmpty()) {
            return Optional.empty();
        }
        try {
            return publicKey(new BigInteger(1, digest.of(message)), parsed.get())
                    .map(key -> EthereumAddress.of(key).lowerCase());
        } catch (CharacterCodingException notUnicode) {
            return Optional.empty();
        }
    }

    /** SEC 1, section 4.1.6: Q = r⁻¹(sR - eG), where v tells which of the two points with x = r is R. */
    private static Optional<ECPoint> publicKey(BigInteger e, RecoverableSignature signature) {
        Optional<ECPoint> point = pointWithX(signature.r(), signature.oddY());
        if (point.isEmpty()) {
            return Optional.empty();
        }
        BigInteger n = Secp256k1.ORDER;
        BigInteger inverse = BigIntegers.modOddInverseVar(n, signature.r());
        BigInteger timesBase = e.negate().multiply(inverse).mod(n);
        BigInteger timesPoint = signature.s().multiply(inverse).mod(n);
        ECPoint key = ECAlgorithms.sumOfTwoMultiplies(Secp256k1.BASE, timesBase, point.get(), timesPoint)
                .normalize();
        return key.isInfinity() ? Optional.empty() : Optional.of(key);
    }

    private static Optional<ECPoint> pointWithX(BigInteger x, boolean oddY) {
        byte[] compressed = new byte[33];
        compressed[0] = (byte) (oddY ? 3 : 2);
        BigIntegers.asUnsignedByteArray(x, compressed, 1, 32);
        try {
            return Optional.of(Secp256k1.CURVE.decodePoint(compressed));
        } catch (IllegalArgumentException notOnTheCurve) {
            return Optional.empty();
        }
    }
}

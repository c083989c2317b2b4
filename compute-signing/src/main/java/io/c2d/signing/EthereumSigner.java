package io.c2d.signing;

import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/**
 * Signs messages with one private key of Ethereum, as wallets do (EIP-191 personal signatures). The same key and message
 * always give the same signature (RFC 6979 with SHA-256). Immutable; one signer may be used by several threads.
 *
 * <p>The key shows in no exception and not in {@link #toString}.
 */
public final class EthereumSigner {
    private static final Pattern PRIVATE_KEY = Pattern.compile("(?:0x)?([0-9a-fA-F]{64})");
    private static final int KEY_BYTES = 32;

    private final BigInteger privateKey;
    private final String address;

    private EthereumSigner(BigInteger privateKey) {
        this.privateKey = privateKey;
        this.address = EthereumAddress.of(Secp256k1.timesBase(privateKey)).checksummed();
    }

    /**
     * A signer with an existing key.
     *
     * @param privateKey 64 hex digits, with or without {@code 0x}; as a number in 1..n-1 of secp256k1
     * @throws IllegalArgumentException if it is not such a key; the message does not contain it
     */
    public static EthereumSigner ofPrivateKey(String privateKey) {
        var form = PRIVATE_KEY.matcher(privateKey);
        if (!form.matches()) {
            throw new IllegalArgumentException("a private key is 64 hex digits, with or without 0x");
        }
        BigInteger key = new BigInteger(form.group(1), 16);
        if (!Secp256k1.isScalar(key)) {
            throw new IllegalArgumentException("the private key is not in 1..n-1 of secp256k1");
        }
        return new EthereumSigner(key);
    }

    /** A signer with a new key, drawn evenly from all there are; {@link #exportPrivateKey} tells it for keeping. */
    public static EthereumSigner create(SecureRandom random) {
        BigInteger greatest = Secp256k1.ORDER.subtract(BigInteger.ONE);
        return new EthereumSigner(BigIntegers.createRandomInRange(BigInteger.ONE, greatest, random));
    }

    /** The signer's address: {@code 0x} and 40 hex digits, with the checksum of EIP-55 in the letters' case. */
    public String address() {
        return address;
    }

    /** The private key, {@code 0x} and 64 hex digits. A secret: for a key file, never for a log or a message. */
    public String exportPrivateKey() {
        return "0x" + HexFormat.of().formatHex(BigIntegers.asUnsignedByteArray(KEY_BYTES, privateKey));
    }

    /**
     * Signs the text itself, {@link PersonalDigest#TEXT}.
     *
     * @return {@code 0x} and 130 hex digits: r, s in its low form, and v as 27 or 28
     * @throws IllegalArgumentException if the message has no UTF-8 form (an unpaired surrogate)
     */
    public String sign(String message) {
        return sign(message, PersonalDigest.TEXT);
    }

    /**
     * Signs the given digest of the message.
     *
     * @return {@code 0x} and 130 hex digits: r, s in its low form, and v as 27 or 28
     * @throws IllegalArgumentException if the message has no UTF-8 form (an unpaired surrogate)
     */
    public String sign(String message, PersonalDigest digest) {
        try {
            return sign(digest.of(message)).toHex();
        } catch (CharacterCodingException notUnicode) {
            throw new IllegalArgumentException("the message has an unpaired surrogate and no UTF-8 form", notUnicode);
        }
    }

    /** SEC 1, section 4.1.3, with the nonces of RFC 6979, section 3.2. */
    private RecoverableSignature sign(byte[] digest) {
        BigInteger n = Secp256k1.ORDER;
        BigInteger e = new BigInteger(1, digest);
        HMacDSAKCalculator nonces = new HMacDSAKCalculator(new SHA256Digest());
        nonces.init(n, privateKey, digest);
        while (true) {
            BigInteger k = nonces.nextK();
            ECPoint point = Secp256k1.timesBase(k);
            BigInteger r = point.getAffineXCoord().toBigInteger();
            BigInteger s = BigIntegers.modOddInverse(n, k)
                    .multiply(e.add(privateKey.multiply(r)))
                    .mod(n);
            // An x of n or more could be told only by a v of 29 or 30, which nobody takes: the next k (never seen).
            if (Secp256k1.isScalar(r) && s.signum() != 0) {
                return lowForm(r, s, point.getAffineYCoord().testBitZero());
            }
        }
    }

    /** Negating s mirrors R, whose y then has the other parity. */
    private static RecoverableSignature lowForm(BigInteger r, BigInteger s, boolean oddY) {
        return s.compareTo(Secp256k1.HALF_ORDER) > 0
                ? new RecoverableSignature(r, Secp256k1.ORDER.subtract(s), !oddY)
                : new RecoverableSignature(r, s, oddY);
    }

    /** The address alone. */
    @Override
    public String toString() {
        return "EthereumSigner[" + address + "]";
    }
}

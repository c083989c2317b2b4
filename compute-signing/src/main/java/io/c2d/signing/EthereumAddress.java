package io.c2d.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.bouncycastle.math.ec.ECPoint;

/**
 * An account of Ethereum: the last 20 bytes of the keccak256 of its public key.
 *
 * @param lowerCase {@code 0x} and 40 lower-case hex digits
 */
record EthereumAddress(String lowerCase) {
    private static final String PREFIX = "0x";
    private static final int BYTES = 20;
    private static final Pattern FORM = Pattern.compile("0x[0-9a-f]{40}");

    EthereumAddress {
        if (!FORM.matcher(lowerCase).matches()) {
            throw new IllegalArgumentException("an address is 0x and 40 lower-case hex digits");
        }
    }

    /** The account of a public key, which is not the point at infinity. */
    static EthereumAddress of(ECPoint publicKey) {
        byte[] encoded = publicKey.getEncoded(false);
        // The first byte only says "uncompressed"; Ethereum hashes the 64 bytes of x and y.
        byte[] hash = Keccak256.of(Arrays.copyOfRange(encoded, 1, encoded.length));
        return new EthereumAddress(PREFIX + HexFormat.of().formatHex(hash, hash.length - BYTES, hash.length));
    }

    /** The form with a checksum in the letters' case (EIP-55). */
    String checksummed() {
        String digits = lowerCase.substring(PREFIX.length());
        String hash = HexFormat.of().formatHex(Keccak256.of(digits.getBytes(US_ASCII)));
        StringBuilder text = new StringBuilder(PREFIX);
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            boolean upper = HexFormat.fromHexDigit(hash.charAt(i)) >= 8;
            text.append(upper ? Character.toUpperCase(digit) : digit);
        }
        return text.toString();
    }
}

package io.c2d.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * What of a message goes into the digest that a personal signature is made over. Both forms are EIP-191 version
 * {@code 0x45} ("personal_sign"): keccak256 of {@code "\x19Ethereum Signed Message:\n"}, the length of the content in
 * bytes as a decimal, and the content.
 */
public enum PersonalDigest {
    /** The content is the message in UTF-8: what wallets sign, and the default everywhere. */
    TEXT {
        @Override
        byte[] content(byte[] utf8) {
            return utf8;
        }
    },

    /** The content is the 32 bytes of the keccak256 of the message in UTF-8: what Ocean Providers sign since 2022. */
    TEXT_HASH {
        @Override
        byte[] content(byte[] utf8) {
            return Keccak256.of(utf8);
        }
    };

    private static final byte[] PREFIX = "\u0019Ethereum Signed Message:\n".getBytes(US_ASCII);

    abstract byte[] content(byte[] utf8);

    /**
     * The 32 bytes to be signed.
     *
     * @throws CharacterCodingException if the message has no UTF-8 form (an unpaired surrogate). Replacing it by a
     *     {@code ?}, as {@link String#getBytes()} does, would let one signature stand for several messages.
     */
    byte[] of(String message) throws CharacterCodingException {
        ByteBuffer encoded = UTF_8.newEncoder().encode(CharBuffer.wrap(message));
        byte[] utf8 = new byte[encoded.remaining()];
        encoded.get(utf8);
        byte[] content = content(utf8);
        return Keccak256.of(PREFIX, Integer.toString(content.length).getBytes(US_ASCII), content);
    }
}

package io.c2d.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.port.SignatureVerifier;
import io.c2d.signing.SignatureVectors.Vector;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EthereumSignatureVerifierTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String MESSAGE = "111";

    private final SignatureVerifier verifier = new EthereumSignatureVerifier();
    private final EthereumSigner signer =
            EthereumSigner.ofPrivateKey("0000000000000000000000000000000000000000000000000000000000000002");

    @ParameterizedTest
    @MethodSource("textVectors")
    void recoversWhoSignedTheText(Vector vector) {
        assertThat(verifier.recover(vector.message(), vector.signature()))
                .contains(vector.address().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @MethodSource("textHashVectors")
    void recoversWhoSignedTheHashOfTheText(Vector vector) {
        assertThat(new EthereumSignatureVerifier(PersonalDigest.TEXT_HASH)
                        .recover(vector.message(), vector.signature()))
                .contains(vector.address().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @MethodSource("textHashVectors")
    void aSignatureOverTheHashIsNoneOverTheText(Vector vector) {
        assertThat(verifier.recover(vector.message(), vector.signature()))
                .isPresent()
                .get()
                .isNotEqualTo(vector.address().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @MethodSource("invalidVectors")
    void refusesWhatIsNoSignatureOfTheMessage(JsonNode vector) {
        var recovered = verifier.recover(
                vector.required("message").textValue(),
                vector.required("signature").textValue());

        if (vector.has("notAddress")) {
            String signer = vector.required("notAddress").textValue().toLowerCase(Locale.ROOT);
            assertThat(recovered).isPresent().get().isNotEqualTo(signer);
        } else {
            assertThat(recovered).isEmpty();
        }
    }

    @Test
    void takesBothSpellingsOfVAndOfThePrefix() {
        JsonNode vector = SignatureVectors.vAliases();
        String address = vector.required("address").textValue().toLowerCase(Locale.ROOT);
        String message = vector.required("message").textValue();

        assertThat(vector.required("signatures").valueStream().map(JsonNode::textValue))
                .hasSize(3)
                .allSatisfy(signature ->
                        assertThat(verifier.recover(message, signature)).contains(address));
    }

    @Test
    void takesHexDigitsOfEitherCase() {
        String upper = signer.sign(MESSAGE).substring(2).toUpperCase(Locale.ROOT);

        assertThat(verifier.recover(MESSAGE, "0x" + upper)).contains(lowerCaseAddress());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 26, 29, 30, 37, 38, 128, 155, 255})
    void takesNoOtherVThanThoseFour(int v) {
        String signature = signer.sign(MESSAGE);

        assertThat(verifier.recover(MESSAGE, signature.substring(0, 130) + HEX.toHexDigits((byte) v)))
                .isEmpty();
    }

    @Test
    void theOtherParityIsAnotherSigner() {
        String signature = signer.sign(MESSAGE);
        String otherV = signature.endsWith("1b") ? "1c" : "1b";

        assertThat(verifier.recover(MESSAGE, signature.substring(0, 130) + otherV))
                .isPresent()
                .get()
                .isNotEqualTo(lowerCaseAddress());
    }

    @Test
    void takesSUpToHalfOfTheOrderAndNotOneMore() {
        BigInteger r = Secp256k1.BASE.normalize().getAffineXCoord().toBigInteger();

        assertThat(verifier.recover(MESSAGE, signature(r, Secp256k1.HALF_ORDER, 27)))
                .isPresent();
        assertThat(verifier.recover(MESSAGE, signature(r, Secp256k1.HALF_ORDER.add(BigInteger.ONE), 27)))
                .isEmpty();
    }

    @Test
    void hasNoSignerWhereNoPointOfTheCurveHasX() {
        // 5³ + 7 is no square modulo p.
        assertThat(verifier.recover(MESSAGE, signature(BigInteger.valueOf(5), BigInteger.ONE, 27)))
                .isEmpty();
    }

    @Test
    void hasNoSignerWhereTheKeyWouldBeThePointAtInfinity() throws Exception {
        // With R = 2G and s = e/2 the equation gives r⁻¹(eG - eG).
        BigInteger e = new BigInteger(1, PersonalDigest.TEXT.of(MESSAGE));
        var point = Secp256k1.timesBase(BigInteger.TWO);
        BigInteger s = e.multiply(BigInteger.TWO.modInverse(Secp256k1.ORDER)).mod(Secp256k1.ORDER);
        boolean odd = point.getAffineYCoord().testBitZero();
        if (s.compareTo(Secp256k1.HALF_ORDER) > 0) {
            s = Secp256k1.ORDER.subtract(s);
            odd = !odd;
        }

        BigInteger r = point.getAffineXCoord().toBigInteger();
        assertThat(verifier.recover(MESSAGE, signature(r, s, odd ? 28 : 27))).isEmpty();
        assertThat(verifier.recover(MESSAGE, signature(r, s, odd ? 27 : 28))).isPresent();
    }

    @Test
    void aMessageWithoutUtf8FormIsNotTakenForTheOneWithAQuestionMark() {
        String signature = signer.sign("owner?");

        assertThat(verifier.recover("owner?", signature)).contains(lowerCaseAddress());
        assertThat(verifier.recover("owner\ud800", signature)).isEmpty();
    }

    @Test
    void thousandSignaturesOfRandomKeysAndMessagesComeBack() {
        long seed = new SecureRandom().nextLong();
        System.out.println("EthereumSignatureVerifierTest round trips, seed " + seed);
        Random random = new Random(seed);

        for (int i = 0; i < 1000; i++) {
            EthereumSigner someone = EthereumSigner.ofPrivateKey(hex(random, 32));
            PersonalDigest digest = random.nextBoolean() ? PersonalDigest.TEXT : PersonalDigest.TEXT_HASH;
            String message = text(random, random.nextInt(200));

            assertThat(new EthereumSignatureVerifier(digest).recover(message, someone.sign(message, digest)))
                    .as("seed %s, round %s", seed, i)
                    .contains(someone.address().toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void garbageNeverThrowsAndHasNoSigner() {
        long seed = new SecureRandom().nextLong();
        System.out.println("EthereumSignatureVerifierTest garbage, seed " + seed);
        Random random = new Random(seed);

        for (int i = 0; i < 2000; i++) {
            String garbage = garbage(random, i % 5);

            assertThat(verifier.recover(MESSAGE, garbage))
                    .as("seed %s, round %s", seed, i)
                    .isEmpty();
        }
    }

    @Test
    void randomBytesOfTheRightFormGiveAnAddressOrNothing() {
        long seed = new SecureRandom().nextLong();
        System.out.println("EthereumSignatureVerifierTest random bytes, seed " + seed);
        Random random = new Random(seed);

        for (int i = 0; i < 1000; i++) {
            String signature = "0x" + hex(random, 64) + (i % 2 == 0 ? "00" : "1c");

            assertThat(verifier.recover(text(random, 5), signature).orElse("0x" + "0".repeat(40)))
                    .as("seed %s, round %s", seed, i)
                    .matches("0x[0-9a-f]{40}");
        }
    }

    /** Some text that is no signature: characters that are no hex digits, or hex of another length, or a wrong v. */
    private static String garbage(Random random, int kind) {
        return switch (kind) {
            case 0 -> characters(random, random.nextInt(300));
            case 1 -> "0x" + characters(random, 129) + "g";
            case 2 -> "0x" + hex(random, 64) + "\u0661b";
            case 3 -> hex(random, random.nextInt(65));
            default -> "0X" + hex(random, 65);
        };
    }

    private static String characters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(Character.MAX_VALUE + 1));
        }
        return text.toString();
    }

    private static String text(Random random, int codePoints) {
        return random.ints(0, Character.MAX_CODE_POINT + 1)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .limit(codePoints)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String hex(Random random, int bytes) {
        byte[] some = new byte[bytes];
        random.nextBytes(some);
        return HEX.formatHex(some);
    }

    private static String signature(BigInteger r, BigInteger s, int v) {
        return String.format(Locale.ROOT, "0x%064x%064x%02x", r, s, v);
    }

    private String lowerCaseAddress() {
        return signer.address().toLowerCase(Locale.ROOT);
    }

    static Stream<Vector> textVectors() {
        return SignatureVectors.of(PersonalDigest.TEXT);
    }

    static Stream<Vector> textHashVectors() {
        return SignatureVectors.of(PersonalDigest.TEXT_HASH);
    }

    static Stream<Arguments> invalidVectors() {
        return SignatureVectors.invalid()
                .map(vector -> argumentSet(vector.required("why").textValue(), vector));
    }
}

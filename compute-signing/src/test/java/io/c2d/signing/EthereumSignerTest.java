package io.c2d.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.c2d.signing.SignatureVectors.Vector;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EthereumSignerTest {
    private static final String KEY = "0x00000000000000000000000000000000000000000000000000000000deadbeef";
    private static final String ORDER = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    private static final String GREATEST_KEY = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140";

    @ParameterizedTest
    @MethodSource("textVectors")
    void signsTheTextAsEthersDoes(Vector vector) {
        assertThat(SignatureVectors.signerOf(vector.address()).sign(vector.message()))
                .isEqualTo(vector.signature());
    }

    @ParameterizedTest
    @MethodSource("textHashVectors")
    void signsTheHashOfTheTextAsEthersDoes(Vector vector) {
        assertThat(SignatureVectors.signerOf(vector.address()).sign(vector.message(), PersonalDigest.TEXT_HASH))
                .isEqualTo(vector.signature());
    }

    @Test
    void readsAKeyWithAndWithoutPrefixInEitherCase() {
        EthereumSigner signer = EthereumSigner.ofPrivateKey(KEY);
        String digits = KEY.substring(2);

        assertThat(EthereumSigner.ofPrivateKey(digits).address()).isEqualTo(signer.address());
        assertThat(EthereumSigner.ofPrivateKey(digits.toUpperCase(Locale.ROOT)).address())
                .isEqualTo(signer.address());
    }

    @Test
    void takesTheLeastAndTheGreatestKey() {
        assertThat(EthereumSigner.ofPrivateKey("0".repeat(63) + "1").address())
                .isEqualTo("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
        // The key n-1 is the mirror of 1: another address, and it signs like any other.
        EthereumSigner greatest = EthereumSigner.ofPrivateKey(GREATEST_KEY);
        assertThat(new EthereumSignatureVerifier().recover("", greatest.sign("")))
                .contains(greatest.address().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0x",
                "0x1",
                "0000000000000000000000000000000000000000000000000000000000000000",
                ORDER,
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "0x00000000000000000000000000000000000000000000000000000000deadbeefff",
                "0x00000000000000000000000000000000000000000000000000000000deadbeeg",
                " 0x00000000000000000000000000000000000000000000000000000000deadbeef",
                "-0000000000000000000000000000000000000000000000000000000deadbeef"
            })
    void refusesWhatIsNoKeyWithoutTellingIt(String text) {
        assertThatThrownBy(() -> EthereumSigner.ofPrivateKey(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .message()
                .isIn(
                        "a private key is 64 hex digits, with or without 0x",
                        "the private key is not in 1..n-1 of secp256k1");
    }

    @Test
    void showsItsAddressAndNotItsKey() {
        EthereumSigner signer = EthereumSigner.ofPrivateKey(KEY);

        assertThat(signer).hasToString("EthereumSigner[" + signer.address() + "]");
    }

    @Test
    void aNewKeyIsAnotherEachTimeAndCanBeKept() {
        SecureRandom random = new SecureRandom();
        EthereumSigner signer = EthereumSigner.create(random);

        EthereumSigner kept = EthereumSigner.ofPrivateKey(signer.exportPrivateKey());

        assertThat(kept.address()).isEqualTo(signer.address());
        assertThat(kept.sign("a")).isEqualTo(signer.sign("a"));
        assertThat(EthereumSigner.create(random).address()).isNotEqualTo(signer.address());
    }

    @Test
    void exportsAKeyInFullLength() {
        assertThat(EthereumSigner.ofPrivateKey(KEY).exportPrivateKey()).isEqualTo(KEY);
    }

    @Test
    void signsNothingThatHasNoUtf8Form() {
        EthereumSigner signer = EthereumSigner.ofPrivateKey(KEY);

        assertThatThrownBy(() -> signer.sign("owner\udc00"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the message has an unpaired surrogate and no UTF-8 form");
    }

    @Test
    void eightThreadsWithOneSignerGetTheSameSignatures() throws Exception {
        EthereumSigner signer = EthereumSigner.ofPrivateKey(KEY);
        List<String> expected = signatures(EthereumSigner.ofPrivateKey(KEY));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            CyclicBarrier start = new CyclicBarrier(8);
            List<Future<List<String>>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(threads.submit(() -> {
                    start.await();
                    return signatures(signer);
                }));
            }
            for (Future<List<String>> result : results) {
                assertThat(result.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(Collections.frequency(expected, expected.get(0))).isEqualTo(1);
    }

    private static List<String> signatures(EthereumSigner signer) {
        return IntStream.range(0, 50).mapToObj(i -> signer.sign("message " + i)).toList();
    }

    static Stream<Vector> textVectors() {
        return SignatureVectors.of(PersonalDigest.TEXT);
    }

    static Stream<Vector> textHashVectors() {
        return SignatureVectors.of(PersonalDigest.TEXT_HASH);
    }
}

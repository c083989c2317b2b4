package io.c2d.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.c2d.signing.SignatureVectors.Vector;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PersonalDigestTest {
    private static final EthereumSigner PROVIDER =
            EthereumSigner.ofPrivateKey("0000000000000000000000000000000000000000000000000000000000000002");
    private static final String OWNER = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";
    private static final String JOB = "0f0e0d0c0b0a09080706050403020100";
    private static final String DID = "did:op:" + "ab".repeat(20);

    @ParameterizedTest
    @MethodSource("textVectors")
    void hashesTheTextAsEthersDoes(Vector vector) throws Exception {
        assertThat(hex(PersonalDigest.TEXT, vector.message())).isEqualTo(vector.digest());
    }

    @ParameterizedTest
    @MethodSource("textHashVectors")
    void hashesTheHashOfTheTextAsEthersDoes(Vector vector) throws Exception {
        assertThat(hex(PersonalDigest.TEXT_HASH, vector.message())).isEqualTo(vector.digest());
    }

    @Test
    void theProviderOfTheVectorsHasThisAddress() {
        assertThat(PROVIDER.address()).isEqualTo("0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF");
    }

    /** What Ocean Providers sign: until 2022 the text, then its hash, with v as 0 or 1. */
    @ParameterizedTest
    @CsvSource({
        "TEXT, SIGNER DID, 7486f9c21aefc497b438047bf85655227a56ec7d46929bfaf34505aff31f04c1,"
                + "8016520f9aaec95e7dc9e3fd67f85b275d3885a7ae1af41290dd10ba04c87b37"
                + "2edcc6a0f69f8608b199fafc4445ddc33e63e57d78d25816eb2129d8365110b31b",
        "TEXT, SIGNER JOB DID, 55d2548b3e989439fea9be945d9c2ae56457c2010ed5932c767f4fb81bd08fbe,"
                + "4a788d1706272a6f9dc7a2e77f5fb5b20bfa81a1a7400efa028da7dd11500746"
                + "4369d74708e947ee099200919740e470d8d0f4e250030c7aaa4d3c0f9ae091361b",
        "TEXT_HASH, OWNER 1649894400.25, a5703d2169ccce9ff58e89370a7df3e3c1b881d644cc0d5a57530b092ac3dbc1,"
                + "c20c7f5bf1e40223b9cfc518fba40510f2ff60f35027e024836aae6c08d3e44b"
                + "65e2ba466a77aed58d7fe2118d4a9d98d3ada09aa810c0aa2cf9f6c373a51d5001",
        "TEXT_HASH, OWNER 1693526400123456789, a4ff88934a6081599257c84e430c14b2dbe3dc63b340ef2e1c5cfd58a9dfa6cf,"
                + "ff8778503626f36c7968d56884f5578006a46816affe7d9ee33045ba0bd30e15"
                + "100cbc451883fec9c15c6f3be330354e538b71b9d97881ea1c1376df59cfb23801",
        "TEXT_HASH, OWNER JOB 1693526400123456789, 1a8ce6235973d1fbca0587a4d7ece15f77e585f021e1898530e8baa2ce3aa23e,"
                + "1dedfce28923c7514f799772a951f03fba12305381bb5396ff2ca6b94643ccb3"
                + "20e1d7e98f1ca6f39d05ab7e6ae7012b59634cbfe28d6035342e36faba3a9fe501"
    })
    void agreesWithWhatOceanProvidersSign(PersonalDigest digest, String parts, String expected, String signature)
            throws Exception {
        String message = parts.replace("SIGNER", PROVIDER.address())
                .replace("OWNER", OWNER)
                .replace("JOB", JOB)
                .replace("DID", DID)
                .replace(" ", "");

        assertThat(hex(digest, message)).isEqualTo("0x" + expected);
        assertThat(new EthereumSignatureVerifier(digest).recover(message, "0x" + signature))
                .contains(PROVIDER.address().toLowerCase(Locale.ROOT));
    }

    private static String hex(PersonalDigest digest, String message) throws Exception {
        return "0x" + HexFormat.of().formatHex(digest.of(message));
    }

    static Stream<Vector> textVectors() {
        return SignatureVectors.of(PersonalDigest.TEXT);
    }

    static Stream<Vector> textHashVectors() {
        return SignatureVectors.of(PersonalDigest.TEXT_HASH);
    }
}

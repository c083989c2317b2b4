package io.c2d.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.json.CanonicalJson;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The shared vectors were made with ethers and another implementation of RFC 8785. */
class SignedMessageTest {
    private static JsonNode vectors() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                SignedMessageTest.class.getResourceAsStream("/vectors/ethereum-signatures.json"))) {
            return StrictJson.read(in.readAllBytes());
        }
    }

    @Test
    void canonicalFormsAndHashesAreThoseOfTheVectors() throws IOException {
        int seen = 0;
        for (JsonNode vector : vectors().required("canonicalJson")) {
            String json = StrictJson.write(vector.required("value"));
            assertThat(CanonicalJson.of(json))
                    .isEqualTo(vector.required("canonical").textValue());
            assertThat(CanonicalJson.sha256(json))
                    .isEqualTo(vector.required("sha256").textValue());
            seen++;
        }
        assertThat(seen).isEqualTo(4);
    }

    @Test
    void messagesBuiltFromTheirPartsAreThoseThatEthersSigned() throws IOException {
        List<String> workflows = new ArrayList<>();
        for (JsonNode vector : vectors().required("personalSign")) {
            String text = vector.required("message").textValue();
            if (text.startsWith("compute-to-data v1")) {
                SignedMessage message = parts(text);
                assertThat(message.text()).isEqualTo(text);
                assertThat(message.owner()).isEqualTo(vector.required("address").textValue());
                workflows.add(message.workflow());
            }
        }
        String seed =
                vectors().required("canonicalJson").get(0).required("sha256").textValue();
        assertThat(workflows).hasSizeGreaterThanOrEqualTo(4).containsOnly(seed, "");
    }

    private static SignedMessage parts(String text) {
        List<String> values = text.lines()
                .skip(1)
                .map(line -> line.substring(line.indexOf(": ") + 2))
                .toList();
        return new SignedMessage(
                values.get(0),
                values.get(1),
                values.get(2),
                values.get(3),
                values.get(4),
                values.get(5),
                values.get(6),
                values.get(7));
    }

    @Test
    void whatIsMissingIsLeftEmptyAndTheLastLineHasNoNewline() {
        SignedMessage message = new SignedMessage("https://c.example", "DELETE", "/api/v1/compute", "", "", "", "", "");
        assertThat(message.text()).isEqualTo("""
                compute-to-data v1
                audience: https://c.example
                method: DELETE
                path: /api/v1/compute
                owner:\s
                agreementId:\s
                jobId:\s
                workflow:\s
                nonce:\s""");
    }

    @Test
    void aNewlineInAValueIsRefusedSinceItCouldPassForAnotherLine() {
        assertThatThrownBy(() -> new SignedMessage("a", "GET", "/p", "0x1\nagreementId: 9", "b\u0085", "", "", "1"))
                .isInstanceOfSatisfying(
                        ComputeException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        new Fault("/owner", "owner may not contain control characters"),
                                        new Fault("/agreementId", "agreementId may not contain control characters")));
    }

    @Test
    void noncesHaveATimeAndAtMostSixteenLettersOrDigits() {
        assertThat(Nonce.parse("1732420000001-a7Q").orElseThrow().at())
                .isEqualTo(Instant.ofEpochMilli(1_732_420_000_001L));
        assertThat(Nonce.parse("1-0123456789abcdef")).isPresent();
        assertThat(List.of("", "-", "1-", "1-0123456789abcdefg", "1.0", " 1", "1-\u0131", "-1", "1234567890123456"))
                .allSatisfy(text -> assertThat(Nonce.parse(text)).isEmpty());
    }

    @Test
    void theWindowIsClosedOnBothSides() {
        Nonce nonce = Nonce.parse("1000000").orElseThrow();
        Duration window = Duration.ofMinutes(5);
        assertThat(nonce.isWithin(window, Instant.ofEpochMilli(1_300_000))).isTrue();
        assertThat(nonce.isWithin(window, Instant.ofEpochMilli(1_300_001))).isFalse();
        assertThat(nonce.isWithin(window, Instant.ofEpochMilli(700_000))).isTrue();
        assertThat(nonce.isWithin(window, Instant.ofEpochMilli(699_999))).isFalse();
        assertThat(nonce.forgetAfter(window)).isEqualTo(Instant.ofEpochMilli(1_300_000));
    }
}

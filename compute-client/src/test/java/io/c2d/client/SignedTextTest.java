package io.c2d.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SignedTextTest {
    static Stream<String> messages() throws IOException {
        try (InputStream file = SignedTextTest.class.getResourceAsStream("/ethereum-signatures.json")) {
            JsonNode vectors = StrictJson.read(Objects.requireNonNull(file).readAllBytes());
            return vectors
                    .required("personalSign")
                    .valueStream()
                    .map(vector -> vector.required("message").textValue())
                    .filter(message -> message.startsWith("compute-to-data v1"))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void givesTheNineLinesOfTheVectors(String message) {
        Map<String, String> values = new HashMap<>();
        message.lines().skip(1).forEach(line -> {
            String[] parts = line.split(": ", 2);
            values.put(parts[0], parts[1]);
        });
        SignedText text = new SignedText(
                values.getOrDefault("audience", "?"),
                values.getOrDefault("method", "?"),
                values.getOrDefault("path", "?"),
                values.getOrDefault("owner", "?"),
                values.getOrDefault("agreementId", "?"),
                values.getOrDefault("jobId", "?"),
                values.getOrDefault("workflow", "?"),
                values.getOrDefault("nonce", "?"));
        assertThat(text.text()).isEqualTo(message);
        assertThat(text.text().lines()).hasSize(9);
    }

    @Test
    void sixVectorsAreThere() throws IOException {
        assertThat(messages()).hasSize(6);
    }

    @Test
    void refusesControlCharactersWithWhichAValueCouldPassForALine() {
        assertThatThrownBy(() -> new SignedText("a", "GET", "/p", "o", "1\njobId: x", "", "", "1"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package io.c2d.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Stream;

/** The signatures in {@code ethereum-signatures.json}, which ethers 6 made. */
final class SignatureVectors {
    private static final JsonNode ALL = read();

    private SignatureVectors() {}

    /** One signature of one of the {@link #signerOf known keys}. */
    record Vector(String address, String message, String digest, String signature) {
        @Override
        public String toString() {
            return address + " " + message.lines().findFirst().orElse("");
        }
    }

    /** The signatures over a digest. */
    static Stream<Vector> of(PersonalDigest digest) {
        String section = digest == PersonalDigest.TEXT ? "personalSign" : "keccakPersonalSign";
        return elements(section)
                .map(node -> new Vector(
                        node.required("address").textValue(),
                        node.required("message").textValue(),
                        node.required("digest").textValue(),
                        node.required("signature").textValue()));
    }

    static Stream<JsonNode> invalid() {
        return elements("invalid");
    }

    static JsonNode vAliases() {
        return ALL.required("vAliases");
    }

    /** The signer with this address, made from the file's keys. */
    static EthereumSigner signerOf(String address) {
        return elements("keysForTestsOnly")
                .map(key -> EthereumSigner.ofPrivateKey(key.textValue()))
                .filter(signer -> signer.address().equals(address))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no key of the vectors has the address " + address));
    }

    private static Stream<JsonNode> elements(String section) {
        JsonNode array = ALL.required(section);
        if (array.isEmpty()) {
            throw new AssertionError("no vectors in " + section);
        }
        return array.valueStream();
    }

    private static JsonNode read() {
        try (InputStream file = Objects.requireNonNull(
                SignatureVectors.class.getResourceAsStream("/ethereum-signatures.json"), "the file of vectors")) {
            return new JsonMapper().readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

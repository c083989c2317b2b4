package io.c2d.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.c2d.core.json.StrictJson;
import io.c2d.core.model.Job;
import io.c2d.core.port.JobQuery;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The seed's request, broken in ten thousand ways. */
class MutationTest {
    private static final int ROUNDS = 10_000;
    private static final String COMPUTE = "/api/v1/compute";
    private static final ImmutableList<String> VALUES = ImmutableList.of(
            "null",
            "true",
            "0",
            "-1",
            "1e400",
            "1e-400",
            "123456789012345678901234567890",
            "2.50",
            "1e999999999",
            "\"\"",
            "\"\\u0000\"",
            "\"a\\nb\\u0007\"",
            "\"\\ud800\"",
            "\"\\u00e9\\u2603\"",
            "\"../../etc/passwd\"",
            "\"" + "x".repeat(9_000) + "\"",
            "[]",
            "{}",
            "[[[[]]]]",
            "{\"\":{\"~/\":[1]}}",
            "[1,\"a\",null]");

    @TempDir
    Path folder;

    @Test
    void nothingBreaksTheServerAndWhatIsStoredIsWhole() throws IOException {
        long seed = Long.getLong("c2d.seed", System.nanoTime());
        System.out.println("MutationTest: -Dc2d.seed=" + seed);
        Random random = new Random(seed);
        int accepted = 0;
        try (TestingService service = TestingService.start(folder, TestingService.unsigned())) {
            for (int round = 0; round < ROUNDS; round++) {
                byte[] body = mutate(random, round);
                HttpResponse<String> response = post(service, body);
                String what = "round " + round + " of seed " + seed + ": " + response.body();
                assertThat(response.statusCode()).as(what).isIn(201, 400, 409);
                if (response.statusCode() == 201) {
                    accepted++;
                } else {
                    explains(response, what);
                }
            }
            assertThat(accepted).isBetween(ROUNDS / 50, ROUNDS);
            assertThat(listed(service)).isEqualTo(accepted);
        }
    }

    private static void explains(HttpResponse<String> response, String what) {
        JsonNode error = StrictJson.read(response.body());
        assertThat(error.required("error").textValue()).as(what).isNotBlank().doesNotContain("Exception");
        if (response.statusCode() == 400) {
            assertThat(error.required("details")).as(what).isNotEmpty();
            error.required("details")
                    .forEach(d -> assertThat(d.required("pointer").textValue())
                            .as(what)
                            .matches("(/.*)?"));
        }
    }

    /** Every stored job can be read, alone and in its list. */
    private static int listed(TestingService service) {
        int count = 0;
        String next = COMPUTE;
        while (!next.isEmpty()) {
            HttpResponse<String> page = service.call("GET", next, "");
            assertThat(page.statusCode()).isEqualTo(200);
            for (JsonNode status : StrictJson.read(page.body())) {
                assertThat(status.required("jobId").textValue()).matches("[0-9a-f]{32}");
                count++;
            }
            String link = page.headers().firstValue("Link").orElse("");
            next = link.isEmpty() ? "" : TestingService.local(link.substring(1, link.indexOf('>')));
        }
        for (Job job : service.engine
                .query(new JobQuery(null, null, null, JobQuery.State.ANY, null, 1_000))
                .jobs()) {
            assertThat(job.submission().workflow().stages()).isNotEmpty();
            assertThat(StrictJson.read(job.submission().workflow().document()).isObject())
                    .isTrue();
        }
        return count;
    }

    private static HttpResponse<String> post(TestingService service, byte[] body) {
        return service.send(HttpRequest.newBuilder(URI.create(service.server.address() + COMPUTE))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private static byte[] mutate(Random random, int round) {
        String fresh = SeedRequest.BODY.replace("\"111\"", "\"agreement-" + round + "\"");
        if (random.nextInt(3) == 0) {
            return flipped(random, fresh.getBytes(StandardCharsets.UTF_8));
        }
        ObjectNode root = (ObjectNode) StrictJson.read(fresh);
        String text = "";
        for (int i = 0; i <= random.nextInt(3); i++) {
            text = change(random, root);
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] flipped(Random random, byte[] bytes) {
        for (int i = 0; i <= random.nextInt(3); i++) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    /** Drops, duplicates or replaces one member or element somewhere; the text of the whole. */
    private static String change(Random random, ObjectNode root) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        JsonNode place = containers.get(random.nextInt(containers.size()));
        String marker = "\"marker-" + random.nextLong() + "\"";
        JsonNode marked = StrictJson.read(marker);
        String value = VALUES.get(random.nextInt(VALUES.size()));
        if (place instanceof ArrayNode array) {
            array.add(marked);
        } else if (place instanceof ObjectNode object && !object.isEmpty()) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(4)) {
                case 0 -> {
                    object.remove(name);
                    return StrictJson.write(root);
                }
                case 1 -> {
                    object.set("twice", marked);
                    String twice = StrictJson.write(root).replace("\"twice\":" + marker, "\"" + name + "\":" + value);
                    object.remove("twice");
                    return twice;
                }
                case 2 -> object.set("unknown" + random.nextInt(10), marked);
                default -> object.set(name, marked);
            }
        }
        String text = StrictJson.write(root).replace(marker, value);
        return text;
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }
}

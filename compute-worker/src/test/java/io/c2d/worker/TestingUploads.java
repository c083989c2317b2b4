package io.c2d.worker;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real server that takes uploads as ours does, and whose next answers can be told beforehand. */
final class TestingUploads implements AutoCloseable {
    static final String PATH = "/api/v1/uploads/0123456789abcdef0123456789abcdef/2/0-publish-1";
    /** An answer of its kind, to be told instead of the true one. */
    static final int OTHER_HASH = 1;
    /** As {@link #OTHER_HASH}, with another size. */
    static final int OTHER_SIZE = 2;
    /** As {@link #OTHER_HASH}, with words that are no JSON. */
    static final int NO_JSON = 3;
    /** The connection is closed with no answer, the content unread. */
    static final int CLOSED = 4;
    /** There is no answer until the end of the test. */
    static final int SILENT = 5;

    /** What came: the target as it was sent, the headers, the content with a character for each byte. */
    record Upload(String method, String target, Headers headers, String content) {
        byte[] bytes() {
            return content.getBytes(StandardCharsets.ISO_8859_1);
        }

        String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }
    }

    final List<Upload> uploads = new CopyOnWriteArrayList<>();
    final CountDownLatch silent = new CountDownLatch(1);
    private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    TestingUploads() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    URI target() {
        return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port() + PATH);
    }

    private int port() {
        return server.getAddress().getPort();
    }

    /** Tells the next answers: a status, or one of the kinds; then come true ones again. */
    TestingUploads answering(Integer... next) {
        answers.addAll(List.of(next));
        return this;
    }

    ImmutableList<String> targets() {
        return uploads.stream()
                .map(upload -> upload.target().substring(PATH.length() + 1))
                .collect(ImmutableList.toImmutableList());
    }

    /** What came last under a path. */
    String text(String path) {
        return uploads.stream()
                .filter(upload -> upload.target().startsWith(PATH + "/" + path + "?"))
                .reduce((first, second) -> second)
                .map(Upload::text)
                .orElse("");
    }

    private void handle(HttpExchange exchange) throws IOException {
        Integer told = answers.poll();
        int answer = told == null ? 201 : told;
        try (exchange) {
            if (answer == CLOSED) {
                uploads.add(upload(exchange, new byte[0]));
                return;
            }
            byte[] content = exchange.getRequestBody().readAllBytes();
            uploads.add(upload(exchange, content));
            if (answer == SILENT) {
                silent.countDown();
                over.await();
                return;
            }
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1:" + port() + "/elsewhere");
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"compute-to-data\"");
            byte[] body = body(answer, content).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer < 100 ? 201 : answer, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Upload upload(HttpExchange exchange, byte[] content) {
        return new Upload(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                exchange.getRequestHeaders(),
                new String(content, StandardCharsets.ISO_8859_1));
    }

    private static String body(int answer, byte[] content) {
        byte[] hashed = answer == OTHER_HASH ? "other".getBytes(StandardCharsets.UTF_8) : content;
        return answer == NO_JSON
                ? "stored"
                : "{\"path\":\"x\",\"size\":%d,\"sha256\":\"%s\"}"
                        .formatted(
                                answer == OTHER_SIZE ? content.length + 1 : content.length,
                                Hashing.sha256().hashBytes(hashed));
    }

    @Override
    public void close() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}

package io.c2d.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A data server: serves two lines at {@code /data.csv}, the same at {@code /held.csv} once told to, and 404 elsewhere. */
final class HeldData implements AutoCloseable {
    static final String CONTENT = "a,b\n1,2\n";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger held = new AtomicInteger();

    private HeldData(HttpServer server) {
        this.server = server;
    }

    static HeldData serve() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        HeldData data = new HeldData(server);
        server.setExecutor(data.threads);
        server.createContext("/", data::answer);
        server.start();
        return data;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/held.csv")) {
                held.incrementAndGet();
                released.await();
            } else if (!path.equals("/data.csv")) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] body = CONTENT.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    URI url(String file) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + file);
    }

    /** How many requests for the held file there were. */
    int heldRequests() {
        return held.get();
    }

    void release() {
        released.countDown();
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
    }
}

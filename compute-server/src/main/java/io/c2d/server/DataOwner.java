package io.c2d.server;

import com.google.common.collect.ImmutableSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Plays the data's owner in the demo: serves two files over HTTP on a free loopback port. */
final class DataOwner implements AutoCloseable {
    private static final ImmutableSet<String> FILES = ImmutableSet.of("stations.csv", "measurements.csv");

    private final HttpServer server;
    private final Path folder;

    private DataOwner(HttpServer server, Path folder) {
        this.server = server;
        this.folder = folder;
    }

    static DataOwner serve(Path folder) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        DataOwner owner = new DataOwner(server, folder);
        server.createContext("/", owner::answer);
        server.start();
        return owner;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String name = exchange.getRequestURI().getPath().substring(1);
            if (!FILES.contains(name)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            Path file = folder.resolve(name);
            exchange.getResponseHeaders().set("Content-Type", "text/csv");
            exchange.sendResponseHeaders(200, Files.size(file));
            Files.copy(file, exchange.getResponseBody());
        }
    }

    URI url(String file) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + file);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

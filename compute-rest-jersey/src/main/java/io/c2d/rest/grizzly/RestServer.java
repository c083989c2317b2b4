package io.c2d.rest.grizzly;

import io.c2d.rest.ErrorBody;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.glassfish.grizzly.http.server.HttpServer;
import org.glassfish.grizzly.http.server.NetworkListener;
import org.glassfish.grizzly.http.server.ServerConfiguration;
import org.glassfish.grizzly.threadpool.ThreadPoolConfig;
import org.glassfish.jersey.grizzly2.httpserver.GrizzlyHttpContainer;
import org.glassfish.jersey.server.ContainerFactory;
import org.glassfish.jersey.server.ResourceConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Jersey application on Grizzly. Thread-safe. */
public final class RestServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RestServer.class);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final HttpServer server;
    private final URI address;

    private RestServer(HttpServer server, URI address) {
        this.server = server;
        this.address = address;
    }

    /**
     * Begins to listen, then mounts the application; requests in between are told to come back.
     *
     * @param settings how connections are treated
     * @param application made when the port is known; given {@code http://HOST:PORT}
     * @throws IOException if it can't listen there
     */
    public static RestServer start(RestServerSettings settings, Function<URI, ? extends ResourceConfig> application)
            throws IOException {
        NetworkListener listener = listener(settings);
        HttpServer server = new HttpServer();
        server.addListener(listener);
        FrontHandler front = new FrontHandler();
        ServerConfiguration configuration = server.getServerConfiguration();
        configuration.addHttpHandler(front, "/");
        // The API takes parameters in a JSON body on every method; Grizzly refuses such GETs and DELETEs by default.
        configuration.setAllowPayloadForUndefinedHttpMethods(true);
        // Before the start: after it, it has no effect, and errors come with a stack trace.
        configuration.setDefaultErrorPageGenerator((request, status, reason, description, exception) -> {
            if (exception != null) {
                log.error("a request failed before the application saw it", exception);
            }
            request.getResponse().setContentType("application/json");
            return new String(errorPage(status).bytes(), StandardCharsets.UTF_8);
        });
        server.start();
        try {
            URI address = URI.create("http://" + bracketed(settings.host()) + ":" + listener.getPort());
            front.mount(ContainerFactory.createContainer(GrizzlyHttpContainer.class, application.apply(address)));
            return new RestServer(server, address);
        } catch (RuntimeException e) {
            server.shutdownNow();
            throw e;
        }
    }

    private static NetworkListener listener(RestServerSettings settings) {
        NetworkListener listener = new NetworkListener("api", settings.host(), settings.port());
        listener.setMaxHttpHeaderSize(settings.maxHeaderBytes());
        listener.setMaxRequestHeaders(settings.maxHeaders());
        listener.getKeepAlive()
                .setIdleTimeoutInSeconds((int) settings.keepAlive().toSeconds());
        listener.getKeepAlive().setMaxRequestsCount(-1);
        listener.getTransport()
                .setWorkerThreadPoolConfig(ThreadPoolConfig.defaultConfig()
                        .setPoolName("http")
                        .setCorePoolSize(settings.workers())
                        .setMaxPoolSize(settings.workers())
                        .setQueueLimit(settings.queue()));
        listener.getTransport().setReadTimeout(settings.readTimeout().toMillis(), TimeUnit.MILLISECONDS);
        listener.getTransport().setWriteTimeout(settings.writeTimeout().toMillis(), TimeUnit.MILLISECONDS);
        return listener;
    }

    private static ErrorBody errorPage(int status) {
        return switch (status) {
            case 400 -> ErrorBody.malformed("the request can't be read");
            case 404 -> ErrorBody.of("not-found", "there is nothing at this path");
            case 413 -> ErrorBody.of("body-too-large", "the body is too large");
            default ->
                status < 500
                        ? ErrorBody.of("refused", "the request is refused")
                        : ErrorBody.of("internal", "the server failed at this request");
        };
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /** Where it listens: {@code http://HOST:PORT}. */
    public URI address() {
        return address;
    }

    /**
     * Takes no more connections and lets the answers under way finish.
     *
     * @param grace the longest that they are waited for; then they are cut
     */
    public void stop(Duration grace) {
        if (grace.isZero()) {
            server.shutdownNow();
            return;
        }
        try {
            server.shutdown(Math.max(1, grace.toSeconds()), TimeUnit.SECONDS)
                    .get(grace.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            server.shutdownNow();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("answers under way were cut: {}", String.valueOf(e.getMessage()));
            server.shutdownNow();
        }
    }

    /** As {@link #stop}, with 10 s of grace. */
    @Override
    public void close() {
        stop(GRACE);
    }
}

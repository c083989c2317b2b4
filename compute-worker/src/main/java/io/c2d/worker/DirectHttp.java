package io.c2d.worker;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends one GET over a connection of its own. Nothing of the surroundings has a say: no proxy, no system properties of the
 * HTTP client, no cookies, no credentials; no redirect, retry or decompression happens by itself. A connection is never
 * used again, so that no job gets at another job's. Safe to use from several threads.
 */
final class DirectHttp {
    /** Headers without end would fill the memory. */
    private static final Http1Config HEADER_LIMITS = Http1Config.custom()
            .setMaxLineLength(16 * 1024)
            .setMaxHeaderCount(200)
            .setMaxEmptyLineCount(10)
            .build();

    private final TlsSocketStrategy tls;

    DirectHttp() {
        this(DefaultClientTlsStrategy.createDefault());
    }

    DirectHttp(TlsSocketStrategy tls) {
        this.tls = tls;
    }

    /** How one request is made. */
    record Limits(Duration connect, Duration idle) {}

    /** From where a file that broke off goes on; {@code validator} says which version of it. */
    record Range(long from, String validator) {}

    /**
     * Sends the request and returns when the head of the answer is there.
     *
     * @param signal closes the connection, at whatever it is
     * @throws IOException if there is no answer
     */
    Response get(
            HttpHost host, URI uri, @Nullable Range range, PinnedResolver resolver, Limits limits, Cancellation signal)
            throws IOException {
        Connection connection = new Connection(resolver, limits, signal);
        try {
            HttpGet request = new HttpGet(uri);
            request.addHeader("Accept-Encoding", "identity");
            request.addHeader("Connection", "close");
            if (range != null) {
                request.addHeader("Range", "bytes=" + range.from() + "-");
                request.addHeader("If-Range", range.validator());
            }
            return new Response(connection, connection.client.executeOpen(host, request, HttpCoreContext.create()));
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** One connection with its client. */
    private final class Connection implements Closeable {
        private final Cancellation.Hook hook;
        private final CloseableHttpClient client;
        private volatile @Nullable Socket socket;

        Connection(PinnedResolver resolver, Limits limits, Cancellation signal) {
            DefaultHttpClientConnectionOperator operator = new DefaultHttpClientConnectionOperator(
                    proxy -> open(signal),
                    null,
                    resolver,
                    RegistryBuilder.<TlsSocketStrategy>create()
                            .register("https", tls)
                            .build());
            client = build(operator, limits);
            hook = signal.onCancel(this::drop);
        }

        private CloseableHttpClient build(DefaultHttpClientConnectionOperator operator, Limits limits) {
            Timeout connect = Timeout.of(limits.connect());
            Timeout idle = Timeout.of(limits.idle());
            BasicHttpClientConnectionManager manager = new BasicHttpClientConnectionManager(
                    operator,
                    ManagedHttpClientConnectionFactory.builder()
                            .http1Config(HEADER_LIMITS)
                            .build());
            manager.setConnectionConfig(ConnectionConfig.custom()
                    .setConnectTimeout(connect)
                    .setSocketTimeout(idle)
                    .build());
            manager.setTlsConfig(TlsConfig.custom().setHandshakeTimeout(connect).build());
            return HttpClientBuilder.create()
                    .setConnectionManager(manager)
                    // Said though it is the default without system properties: no proxy, whatever that default becomes.
                    .setRoutePlanner(new DefaultRoutePlanner(null))
                    .setConnectionReuseStrategy((request, response, context) -> false)
                    .setUserAgent("compute-to-data")
                    .disableRedirectHandling()
                    .disableAutomaticRetries()
                    .disableContentCompression()
                    .disableCookieManagement()
                    .disableAuthCaching()
                    .disableConnectionState()
                    .setDefaultRequestConfig(RequestConfig.custom()
                            .setAuthenticationEnabled(false)
                            .setRedirectsEnabled(false)
                            .setExpectContinueEnabled(false)
                            .setProtocolUpgradeEnabled(false)
                            .setContentCompressionEnabled(false)
                            .setResponseTimeout(idle)
                            .build())
                    .build();
        }

        /** A plain {@code new Socket()} would go through the SOCKS proxy that the JVM may have been given. */
        private Socket open(Cancellation signal) throws IOException {
            Socket fresh = new Socket(Proxy.NO_PROXY);
            socket = fresh;
            if (signal.isCancelled()) {
                fresh.close();
            }
            return fresh;
        }

        /** Ends whatever waits for the connection; the client's own close would read the rest of the answer first. */
        private void drop() {
            Socket open = socket;
            if (open != null) {
                try {
                    open.close();
                } catch (IOException e) {
                    // It is of no use any more, closed or not.
                }
            }
        }

        @Override
        public void close() {
            hook.remove();
            drop();
            client.close(CloseMode.IMMEDIATE);
        }
    }

    /** An answer, its body not read yet. Closing it closes the connection. */
    static final class Response implements Closeable {
        private final Connection connection;
        private final ClassicHttpResponse response;

        private Response(Connection connection, ClassicHttpResponse response) {
            this.connection = connection;
            this.response = response;
        }

        int status() {
            return response.getCode();
        }

        Optional<String> header(String name) {
            Header header = response.getFirstHeader(name);
            return header == null ? Optional.empty() : Optional.ofNullable(header.getValue());
        }

        /** The length of the body in bytes, -1 where the server does not say. */
        long length() {
            HttpEntity entity = response.getEntity();
            return entity == null ? 0 : entity.getContentLength();
        }

        /** The body; it must not be closed, that would read it to its end. */
        InputStream body() {
            HttpEntity entity = response.getEntity();
            try {
                return entity == null ? InputStream.nullInputStream() : entity.getContent();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}

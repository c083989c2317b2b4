package io.c2d.client;

import com.google.common.base.Ticker;
import io.c2d.core.model.Owner;
import io.c2d.signing.EthereumSigner;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Sets up a {@link ComputeClient}. Not thread-safe; may build several clients. */
public final class ComputeClientBuilder {
    final URI base;

    @Nullable
    EthereumSigner signer;

    @Nullable
    Owner owner;

    @Nullable
    String bearerToken;

    @Nullable
    HttpClient http;

    @Nullable
    Pause pause;

    Duration connectTimeout = Duration.ofSeconds(10);
    Duration requestTimeout = Duration.ofSeconds(30);
    RetryPolicy retries = RetryPolicy.DEFAULT;
    InstantSource clock = InstantSource.system();
    Ticker ticker = Ticker.systemTicker();
    RandomGenerator random = new SecureRandom();
    String audience;

    ComputeClientBuilder(URI baseUri) {
        this.base = URI.create(withoutSlash(checked(baseUri)));
        this.audience = base.toString();
    }

    /** Signs every request with this key (<em>strict</em>); without one, requests are not signed. */
    public ComputeClientBuilder signer(EthereumSigner key) {
        this.signer = key;
        return this;
    }

    /**
     * The owner that every request names, where it is not the signer: that of a gateway's customer, or the caller's name
     * where the service takes unsigned requests. By default the signer's address, which requests that name a job leave out.
     */
    public ComputeClientBuilder owner(Owner name) {
        this.owner = name;
        return this;
    }

    /**
     * An admin's token, sent with each request to the API and never to a link. It is as good as a password: use it over
     * https, or on the same machine.
     *
     * @throws IllegalArgumentException if it is not of visible ASCII characters; the message does not contain it
     */
    public ComputeClientBuilder bearerToken(String token) {
        if (token.isEmpty() || !token.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new IllegalArgumentException("a bearer token is of visible ASCII characters");
        }
        this.bearerToken = token;
        return this;
    }

    /** The longest that making a connection takes; 10 s by default. Without effect with {@link #httpClient}. */
    public ComputeClientBuilder connectTimeout(Duration limit) {
        this.connectTimeout = positive("connectTimeout", limit);
        return this;
    }

    /** The longest that one try takes, and that a download waits for its next bytes; 30 s by default. */
    public ComputeClientBuilder requestTimeout(Duration limit) {
        this.requestTimeout = positive("requestTimeout", limit);
        return this;
    }

    /** How often and how long a call is tried; {@link RetryPolicy#DEFAULT} by default. */
    public ComputeClientBuilder retries(RetryPolicy policy) {
        this.retries = policy;
        return this;
    }

    /** How the client waits; in real time by default, and then {@link ComputeClient#close} ends every pause. */
    public ComputeClientBuilder pause(Pause waiting) {
        this.pause = waiting;
        return this;
    }

    /**
     * The HTTP client to use, which the caller owns; by default one of the client's own, with HTTP/1.1, without redirects
     * and cookies. One that follows redirects may carry a bearer token to another path.
     */
    public ComputeClientBuilder httpClient(HttpClient client) {
        this.http = client;
        return this;
    }

    /** Where nonces take their time from; the system's clock by default. */
    public ComputeClientBuilder clock(InstantSource source) {
        this.clock = source;
        return this;
    }

    /** What durations are measured by; the system's by default. */
    public ComputeClientBuilder ticker(Ticker source) {
        this.ticker = source;
        return this;
    }

    /** What nonces, idempotency keys and jitter are drawn from; a {@link SecureRandom} by default. Used by one thread at a time. */
    public ComputeClientBuilder random(RandomGenerator generator) {
        this.random = generator;
        return this;
    }

    /** The server's public URL, as signatures name it; the base URI by default. A slash at its end is left out. */
    public ComputeClientBuilder audience(URI publicUrl) {
        this.audience = withoutSlash(publicUrl);
        return this;
    }

    /** The client. */
    public ComputeClient build() {
        return new ComputeClient(this);
    }

    HttpClient httpOrNew() {
        return http != null
                ? http
                : HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(connectTimeout)
                        .build();
    }

    private static URI checked(URI base) {
        String scheme = base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
        boolean web = scheme.equals("http") || scheme.equals("https");
        if (!web || base.getHost() == null || base.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the base URI is an http or https URL without user information");
        }
        if (base.getRawQuery() != null || base.getRawFragment() != null) {
            throw new IllegalArgumentException("the base URI has neither query nor fragment");
        }
        return base;
    }

    private static String withoutSlash(URI uri) {
        return uri.toString().replaceAll("/+$", "");
    }

    private static Duration positive(String name, Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException(name + " is positive");
        }
        return limit;
    }
}

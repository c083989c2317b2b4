package io.c2d.worker;

import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Longs;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/** One file over HTTP: follows redirects, tries again, goes on where it broke off. Serves one download in one thread. */
final class HttpTransfer {
    private static final ImmutableSet<Integer> REDIRECTS = ImmutableSet.of(301, 302, 303, 307, 308);
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\\*)");

    private final DownloadPolicy policy;
    private final AddressGuard guard;
    private final DirectHttp http;
    private final Downloader.Tools tools;
    private final Cancellation signal;

    HttpTransfer(
            DownloadPolicy policy, AddressGuard guard, DirectHttp http, Downloader.Tools tools, Cancellation signal) {
        this.policy = policy;
        this.guard = guard;
        this.http = http;
        this.tools = tools;
        this.signal = signal;
    }

    /** Fetches the file. */
    void run(RemoteUrl url, Reception reception) throws StagingException, IOException {
        Retries retries = new Retries(policy, tools.ticker());
        while (true) {
            Downloader.checkCancelled(signal);
            long before = reception.size();
            try {
                tryOnce(url, reception);
                return;
            } catch (StagingException e) {
                Downloader.checkCancelled(signal);
                Optional<Duration> wait =
                        e.isRetriable() ? retries.failed(reception.size() - before, e.retryAfter()) : Optional.empty();
                if (wait.isEmpty()) {
                    throw e;
                }
                pause(wait.get());
            }
        }
    }

    private void pause(Duration length) {
        try {
            tools.pause().pause(signal, length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins at the URL that the caller named, also after a break: where it redirects to may hold for a short time only. */
    private void tryOnce(RemoteUrl url, Reception reception) throws StagingException, IOException {
        RemoteUrl current = url;
        for (int followed = 0; ; followed++) {
            DirectHttp.Range range = reception.missing();
            try (DirectHttp.Response response = request(current, range, reception)) {
                if (!REDIRECTS.contains(response.status())) {
                    receive(response, range, reception);
                    return;
                }
                if (followed >= policy.maxRedirects()) {
                    throw StagingException.lasting("too many redirects for " + reception.about());
                }
                current = follow(current, response, reception);
            } catch (Reception.SourceException e) {
                throw translate(e.reason(), reception);
            }
        }
    }

    private DirectHttp.Response request(RemoteUrl url, DirectHttp.@Nullable Range range, Reception reception)
            throws Reception.SourceException, StagingException {
        HttpHost host = Objects.requireNonNull(url.host(), "a file URL was sent here");
        PinnedResolver resolver =
                new PinnedResolver(tools.lookup(), tools.lookups(), guard, policy.connectTimeout(), signal);
        try {
            return http.get(
                    host,
                    url.uri(),
                    range,
                    resolver,
                    new DirectHttp.Limits(policy.connectTimeout(), policy.idleTimeout()),
                    signal);
        } catch (RejectedExecutionException e) {
            throw StagingException.passing("host cannot be looked up now for " + reception.about(), e);
        } catch (IOException e) {
            throw new Reception.SourceException(e);
        }
    }

    private static RemoteUrl follow(RemoteUrl from, DirectHttp.Response response, Reception reception)
            throws StagingException {
        Optional<String> location = response.header("Location");
        if (location.isEmpty()) {
            throw StagingException.lasting(
                    "HTTP " + response.status() + " without a place to go for " + reception.about());
        }
        try {
            return from.redirect(location.get());
        } catch (RemoteUrl.InvalidUrlException e) {
            throw StagingException.lasting(e.getMessage() + " for " + reception.about());
        }
    }

    private static void receive(DirectHttp.Response response, DirectHttp.@Nullable Range range, Reception reception)
            throws Reception.SourceException, StagingException, IOException {
        int status = response.status();
        if (status == 200 || status == 203) {
            reception.restart(validator(response));
        } else if (range != null && (status == 206 || status == 416)) {
            if (status == 416 || !continues(response, range)) {
                reception.restart(Optional.empty());
                throw StagingException.passing("broken off for " + reception.about(), Optional.empty());
            }
        } else {
            throw refusal(response, reception);
        }
        reception.receive(response.body(), response.length());
    }

    private static StagingException refusal(DirectHttp.Response response, Reception reception) {
        int status = response.status();
        String message = "HTTP " + status + " for " + reception.about();
        if (status == 408 || status == 429 || status >= 500) {
            Optional<Duration> retryAfter = response.header("Retry-After")
                    .map(Longs::tryParse)
                    .filter(seconds -> seconds >= 0 && seconds < 1_000_000)
                    .map(Duration::ofSeconds);
            return StagingException.passing(message, retryAfter);
        }
        return StagingException.lasting(message);
    }

    /** Whether the answer is what comes after the bytes that are there, of the same version. */
    private static boolean continues(DirectHttp.Response response, DirectHttp.Range range) {
        Matcher content = CONTENT_RANGE.matcher(response.header("Content-Range").orElse(""));
        Optional<String> version = validator(response);
        return content.matches()
                && Long.parseLong(content.group(1)) == range.from()
                && (version.isEmpty() || version.get().equals(range.validator()));
    }

    /** What tells this version of the file from others; a weak ETag does not (RFC 9110, 13.1.5). */
    private static Optional<String> validator(DirectHttp.Response response) {
        return response.header("ETag").filter(tag -> tag.startsWith("\"")).or(() -> response.header("Last-Modified"));
    }

    private StagingException translate(IOException e, Reception reception) {
        String about = " for " + reception.about();
        if (e instanceof PinnedResolver.RefusedAddressException) {
            return StagingException.lasting(e.getMessage() + about);
        }
        if (e instanceof UnknownHostException) {
            return StagingException.passing("host cannot be found" + about, e);
        }
        if (e instanceof ConnectTimeoutException) {
            return StagingException.passing(
                    "connecting timed out after " + Downloader.seconds(policy.connectTimeout()) + about, e);
        }
        if (e instanceof SocketTimeoutException) {
            return StagingException.passing(
                    "timed out after " + Downloader.seconds(policy.idleTimeout()) + " of silence" + about, e);
        }
        if (e instanceof ConnectException) {
            boolean refused = String.valueOf(e.getMessage()).contains("refused");
            return StagingException.passing(refused ? "connection refused" + about : "connection failed" + about, e);
        }
        if (e instanceof NoRouteToHostException) {
            return StagingException.passing("host cannot be reached" + about, e);
        }
        if (e instanceof SSLHandshakeException || e instanceof SSLPeerUnverifiedException) {
            return StagingException.lasting("no secure connection" + about, e);
        }
        if (e instanceof ClientProtocolException) {
            return StagingException.lasting("malformed answer" + about, e);
        }
        return StagingException.passing("connection broken off" + about, e);
    }
}

package io.c2d.worker;

import com.google.common.base.Ascii;
import io.c2d.core.model.Sentence;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.net.URIAuthority;
import org.jspecify.annotations.Nullable;

/**
 * A URL that was looked at: its scheme is one that we fetch, it carries no user name, and its host is one that can be
 * looked up. What is looked up and what is connected to come from the same reading, so they can't differ.
 *
 * @param uri as the caller wrote it
 * @param host scheme, host and port; {@code null} for a {@code file:} URL
 */
record RemoteUrl(URI uri, @Nullable HttpHost host) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]{1,255}|[0-9A-Fa-f:.]{2,45}");
    private static final int MAX_SHOWN = 300;

    /**
     * Reads what a caller or a redirect names.
     *
     * @throws InvalidUrlException with what is wrong with it
     */
    static RemoteUrl parse(String text) throws InvalidUrlException {
        try {
            return of(new URI(text));
        } catch (URISyntaxException e) {
            throw new InvalidUrlException("malformed URL");
        }
    }

    private static RemoteUrl of(URI uri) throws InvalidUrlException, URISyntaxException {
        String scheme = uri.getScheme();
        if (scheme == null) {
            throw new InvalidUrlException("malformed URL");
        }
        if (Ascii.equalsIgnoreCase(scheme, "file")) {
            return new RemoteUrl(uri, null);
        }
        if (!Ascii.equalsIgnoreCase(scheme, "http") && !Ascii.equalsIgnoreCase(scheme, "https")) {
            throw new InvalidUrlException("neither http nor https");
        }
        String authority = uri.getRawAuthority();
        if (authority == null) {
            throw new InvalidUrlException("URL without a host");
        }
        if (authority.indexOf('@') >= 0) {
            throw new InvalidUrlException("URL with user name or password");
        }
        try {
            URIAuthority read = URIAuthority.create(authority);
            if (!NAME.matcher(read.getHostName()).matches()) {
                throw new InvalidUrlException("malformed host");
            }
            return new RemoteUrl(uri, new HttpHost(Ascii.toLowerCase(scheme), read));
        } catch (IllegalArgumentException e) {
            throw new InvalidUrlException("malformed host");
        }
    }

    /**
     * Where a redirect leads.
     *
     * @throws InvalidUrlException with what is wrong with it
     */
    RemoteUrl redirect(String location) throws InvalidUrlException {
        RemoteUrl next;
        try {
            next = of(uri.resolve(new URI(location)));
        } catch (URISyntaxException e) {
            throw new InvalidUrlException("redirected to a malformed URL");
        } catch (InvalidUrlException e) {
            throw new InvalidUrlException("redirected to a wrong place: " + e.getMessage());
        }
        if (next.isFile()) {
            throw new InvalidUrlException("redirected to a local file");
        }
        if (isSecure() && !next.isSecure()) {
            throw new InvalidUrlException("redirected from https to http");
        }
        return next;
    }

    boolean isFile() {
        return host == null;
    }

    boolean isSecure() {
        return host != null && host.getSchemeName().equals("https");
    }

    /** What may be shown of a text that may be a URL. */
    static String show(String text) {
        try {
            return parse(text).shown();
        } catch (InvalidUrlException e) {
            return "malformed URL";
        }
    }

    /** What may be shown: no user name, no query, no fragment, not too long. */
    String shown() {
        HttpHost where = host;
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String all = where == null ? "file:" + path : where.toURI() + path;
        return Sentence.of(all, MAX_SHOWN);
    }

    /** Leaves the query out. */
    @Override
    public String toString() {
        return shown();
    }

    /** A URL that is not fetched, whatever is behind it; the message says why, without the URL. */
    static final class InvalidUrlException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidUrlException(String message) {
            super(message);
        }
    }
}

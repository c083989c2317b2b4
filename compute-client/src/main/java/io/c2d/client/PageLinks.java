package io.c2d.client;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code Link} headers (RFC 8288). Only the cursor is taken out of the link to the next page, and the request for it is
 * made and signed anew: a link never leads the client's credentials elsewhere.
 */
final class PageLinks {
    private static final Pattern LINK = Pattern.compile("<([^<>]*)>([^<]*)");
    private static final Pattern NEXT = Pattern.compile(
            ";\\s*rel\\s*=\\s*(?:\"(?:[^\"]*\\s)?next(?:\\s[^\"]*)?\"|next\\b)", Pattern.CASE_INSENSITIVE);
    private static final Pattern AFTER = Pattern.compile("[?&]after=([^&#]*)");

    private PageLinks() {}

    /** The cursor of the next page, if there is one. */
    static Optional<String> next(List<String> headers, String what) {
        for (String header : headers) {
            Matcher link = LINK.matcher(header);
            while (link.find()) {
                if (NEXT.matcher(link.group(2)).find()) {
                    return Optional.of(cursor(link.group(1), what));
                }
            }
        }
        return Optional.empty();
    }

    private static String cursor(String target, String what) {
        Matcher after = AFTER.matcher(target);
        if (!after.find()) {
            throw new ComputeClientException(
                    ComputeClientException.Kind.UNEXPECTED_ANSWER, what + ": the link to the next page has no cursor");
        }
        try {
            return URLDecoder.decode(after.group(1), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ComputeClientException(
                    ComputeClientException.Kind.UNEXPECTED_ANSWER, what + ": the next page's cursor is malformed", e);
        }
    }
}

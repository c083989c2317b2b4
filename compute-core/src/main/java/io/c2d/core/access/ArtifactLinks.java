package io.c2d.core.access;

import com.google.common.base.Preconditions;
import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import com.google.common.net.PercentEscaper;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.JobId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Links to artifacts: whoever has one may download, for as long as it is valid and the artifact exists. The signature is an
 * HMAC-SHA256 over everything else in the link. Thread-safe.
 */
public final class ArtifactLinks {
    /** The key's length in bytes. */
    public static final int KEY_BYTES = 32;

    /** What comes before the job's id in a link's path. */
    public static final String BASE = "/api/v1/artifacts/";

    // RFC 3986, unreserved; everything else is escaped, so that no container takes a part of a name for syntax.
    private static final PercentEscaper SEGMENT = new PercentEscaper("-._~", false);

    private final HashFunction mac;
    private final Duration lifetime;

    /**
     * Links signed with a key.
     *
     * @param hexKey {@value #KEY_BYTES} bytes in hex
     * @param lifetime how long a link is valid, at least a second
     */
    public ArtifactLinks(String hexKey, Duration lifetime) {
        byte[] key = BaseEncoding.base16().lowerCase().decode(hexKey.toLowerCase(Locale.ROOT));
        Preconditions.checkArgument(key.length == KEY_BYTES, "a link key has %s bytes in hex", KEY_BYTES);
        Preconditions.checkArgument(lifetime.toSeconds() > 0, "links are valid for a second at least");
        this.mac = Hashing.hmacSha256(key);
        this.lifetime = lifetime;
    }

    /**
     * What a link leads to.
     *
     * @param job whose
     * @param attempt of which attempt, from 1
     * @param stage the stage's position, from 0
     * @param path the artifact's own, for example {@code outputs/a.csv}
     */
    public record Target(JobId job, int attempt, int stage, String path) {}

    /** A link, without scheme and host. */
    public String link(Target target, Instant now) {
        long expires = now.plus(lifetime).getEpochSecond();
        // An encoded slash would be refused by some containers: only the parts between slashes are escaped.
        String path =
                Stream.of(target.path().split("/", -1)).map(SEGMENT::escape).collect(Collectors.joining("/"));
        return BASE + target.job() + "/" + target.attempt() + "/" + target.stage() + "/" + path + "?expires=" + expires
                + "&sig=" + sign(target, Long.toString(expires));
    }

    /**
     * Checks a link.
     *
     * @param expires as in the link
     * @param signature as in the link
     * @throws ComputeException {@code LINK_INVALID} if anything of it was altered, else {@code LINK_EXPIRED} if its time is
     *     over
     */
    public void check(Target target, String expires, String signature, Instant now) {
        byte[] right = sign(target, expires).getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(right, signature.getBytes(StandardCharsets.UTF_8))) {
            throw new ComputeException(
                    ErrorCode.LINK_INVALID, "the link was altered; get a new one with the job's status");
        }
        // Whatever carries our signature was written by us, so it is a number.
        if (now.getEpochSecond() > Long.parseLong(expires)) {
            throw new ComputeException(
                    ErrorCode.LINK_EXPIRED, "the link has expired; get a new one with the job's status");
        }
    }

    private String sign(Target target, String expires) {
        // The path comes last: it alone may contain a newline.
        String text =
                target.job() + "\n" + target.attempt() + "\n" + target.stage() + "\n" + expires + "\n" + target.path();
        return mac.hashString(text, StandardCharsets.UTF_8).toString();
    }
}

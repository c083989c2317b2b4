package io.c2d.core.port;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Why an image could not be pulled, for whoever named it: by kinds, since the words of the network would tell a caller about
 * hosts and ports that only the cluster reaches.
 */
public final class PullFailure {
    private static final ImmutableMap<String, ImmutableList<String>> KINDS = ImmutableMap.of(
            "its registry has no such image",
            ImmutableList.of("manifest unknown", "name unknown", "not found", "no such image", "does not exist"),
            "its registry does not give it to this service",
            ImmutableList.of("unauthorized", "denied", "authentication required", "forbidden"),
            "its registry can't be reached",
            ImmutableList.of(
                    "failed to do request",
                    "pinging container registry",
                    "dial tcp",
                    "no such host",
                    "timeout",
                    "tls: ",
                    "x509",
                    ": eof",
                    "malformed http",
                    "http response to https",
                    "unreachable"),
            "there is no room for it",
            ImmutableList.of("no space left"));

    private PullFailure() {}

    /**
     * The kind of failure.
     *
     * @param words what Docker, Podman or a kubelet says
     * @return half a sentence, nothing where the words are of no known kind
     */
    public static Optional<String> kind(String words) {
        String all = words.toLowerCase(Locale.ROOT);
        return KINDS.entrySet().stream()
                .filter(kind -> kind.getValue().stream().anyMatch(all::contains))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}

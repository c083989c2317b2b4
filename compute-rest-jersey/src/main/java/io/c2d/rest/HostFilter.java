package io.c2d.rest;

import com.google.common.net.InetAddresses;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * On loopback the {@code Host} must be loopback or the public URL's: a web page whose name was made to resolve to this
 * machine ("DNS rebinding") carries its own name there.
 */
@PreMatching
final class HostFilter implements ContainerRequestFilter {
    private final Optional<String> publicHost;

    HostFilter(RestSettings settings) {
        this.publicHost = host(settings.access().audience());
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String header = RequestHeaders.first(request, "Host").orElse("");
        Optional<String> host = host("http://" + header + "/");
        boolean ours = host.isPresent() && (isLoopback(host.get()) || host.equals(publicHost));
        if (!ours) {
            throw new HttpFault(421, "misdirected-request", "this server does not answer to that Host");
        }
    }

    private static boolean isLoopback(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        // Only a literal address is looked at: resolving a name is what the attack is about.
        return bare.equals("localhost")
                || (InetAddresses.isInetAddress(bare)
                        && InetAddresses.forString(bare).isLoopbackAddress());
    }

    private static Optional<String> host(String url) {
        try {
            return Optional.ofNullable(new URI(url).getHost()).map(h -> h.toLowerCase(Locale.ROOT));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}

package io.c2d.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Looks a host up once and gives the connection the addresses that were checked, so that no second answer of a name server
 * can lead elsewhere. One refused address refuses the host. Serves one request.
 */
final class PinnedResolver implements DnsResolver {
    private final Lookup lookup;
    private final Executor lookups;
    private final AddressGuard guard;
    private final Duration limit;
    private final Cancellation signal;

    PinnedResolver(Lookup lookup, Executor lookups, AddressGuard guard, Duration limit, Cancellation signal) {
        this.lookup = lookup;
        this.lookups = lookups;
        this.guard = guard;
        this.limit = limit;
        this.signal = signal;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] found = find(host);
        for (InetAddress address : found) {
            if (!guard.permits(address)) {
                throw new RefusedAddressException(address);
            }
        }
        return found;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    /** The machine's resolver can neither be interrupted nor limited, so another thread waits for it. */
    private InetAddress[] find(String host) throws UnknownHostException {
        CompletableFuture<InetAddress[]> answer = CompletableFuture.supplyAsync(() -> ask(host), lookups);
        Cancellation.Hook hook = signal.onCancel(() -> answer.cancel(false));
        try {
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(host, e);
        } catch (ExecutionException | TimeoutException | CancellationException e) {
            throw unknown(host, e);
        } finally {
            hook.remove();
        }
    }

    private InetAddress[] ask(String host) {
        try {
            return lookup.find(host);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static UnknownHostException unknown(String host, Exception cause) {
        UnknownHostException unknown = new UnknownHostException(host);
        unknown.initCause(cause);
        return unknown;
    }

    /** Finds a host's addresses; the machine's own resolver, but for tests. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] find(String host) throws UnknownHostException;
    }

    /** The host has an address that may not be connected to. */
    static final class RefusedAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        RefusedAddressException(InetAddress address) {
            super("address " + address.getHostAddress() + " is not allowed");
        }
    }
}

package io.c2d.worker;

import com.google.common.base.Ticker;
import com.google.common.collect.ImmutableList;
import io.c2d.core.model.RemoteFile;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A downloader whose time stands still but for its pauses, which return at once; loopback is allowed. */
final class TestingDownloads implements AutoCloseable {
    static final ImmutableList<Network> LOOPBACK = ImmutableList.of(Network.parse("127.0.0.0/8"));

    final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
    final ExecutorService lookups = Executors.newCachedThreadPool();
    final List<Duration> pauses = new CopyOnWriteArrayList<>();
    final List<String> looked = new CopyOnWriteArrayList<>();
    final AtomicLong nanos = new AtomicLong();
    final Ticker ticker = new Ticker() {
        @Override
        public long read() {
            return nanos.get();
        }
    };
    private final Path folder;
    DownloadPolicy.Builder policy = DownloadPolicy.builder().allowedNetworks(LOOPBACK);
    PinnedResolver.Lookup lookup = InetAddress::getAllByName;

    TestingDownloads(Path folder) {
        this.folder = folder;
    }

    Path target() {
        return folder.resolve("0");
    }

    void pause(Cancellation signal, Duration length) {
        pauses.add(length);
        nanos.addAndGet(length.toNanos());
    }

    Downloader.Fetched fetch(String url) throws StagingException, IOException {
        return fetch(url, null, new Cancellation());
    }

    Downloader.Fetched fetch(String url, @Nullable String sha256, Cancellation cancellation)
            throws StagingException, IOException {
        Downloader downloader = new Downloader(
                policy.build(),
                new DirectHttp(),
                new Downloader.Tools(
                        host -> {
                            looked.add(host);
                            return lookup.find(host);
                        },
                        lookups,
                        watchdog,
                        ticker,
                        this::pause));
        return downloader.fetch(
                new Downloader.Order(
                        new RemoteFile(url, sha256),
                        "input 1",
                        target(),
                        "rw-r--r--",
                        policy.build().maxTotalBytes()),
                cancellation);
    }

    @Override
    public void close() {
        watchdog.shutdownNow();
        lookups.shutdownNow();
    }
}

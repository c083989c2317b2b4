package io.c2d.worker;

import com.google.common.base.Ticker;
import io.c2d.core.model.RemoteFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Fetches files within the bounds of a policy. Uses constant memory a file. Safe to use from several threads.
 */
final class Downloader {
    private final DownloadPolicy policy;
    private final AddressGuard guard;
    private final DirectHttp http;
    private final Tools tools;

    Downloader(DownloadPolicy policy, DirectHttp http, Tools tools) {
        this.policy = policy;
        this.guard = new AddressGuard(policy.allowedNetworks());
        this.http = http;
        this.tools = tools;
    }

    /**
     * What comes from outside.
     *
     * @param lookup finds hosts
     * @param lookups where that is waited for
     * @param watchdog ends what takes too long; its tasks return at once
     * @param ticker measures
     * @param pause waits between tries
     */
    record Tools(
            PinnedResolver.Lookup lookup,
            Executor lookups,
            ScheduledExecutorService watchdog,
            Ticker ticker,
            Pause pause) {}

    /**
     * What is to be fetched.
     *
     * @param file where it is, and its hash where that was declared
     * @param subject what messages call it, for example {@code input 1}
     * @param target the file to be made; its folder is there
     * @param mode the file's mode, for example {@code rw-r--r--}
     * @param bytesLeft what the stage-in may still fetch
     */
    record Order(RemoteFile file, String subject, Path target, String mode, long bytesLeft) {}

    /**
     * What was fetched.
     *
     * @param size in bytes
     * @param sha256 64 lower-case hex digits
     */
    record Fetched(long size, String sha256) {}

    /**
     * Fetches one file; where that fails nothing is left of it.
     *
     * @throws StagingException if the source is at fault
     * @throws CancellationException if the signal was given or the thread interrupted
     * @throws IOException if this machine's disk is at fault
     */
    Fetched fetch(Order order, Cancellation caller) throws StagingException, IOException {
        RemoteUrl url;
        try {
            url = RemoteUrl.parse(order.file().url());
        } catch (RemoteUrl.InvalidUrlException e) {
            throw StagingException.lasting(e.getMessage() + " for " + order.subject());
        }
        Cancellation signal = new Cancellation();
        AtomicBoolean late = new AtomicBoolean();
        ScheduledFuture<?> alarm = tools.watchdog()
                .schedule(
                        () -> {
                            late.set(true);
                            signal.cancel();
                        },
                        policy.totalTimeout().toNanos(),
                        TimeUnit.NANOSECONDS);
        Cancellation.Hook hook = caller.onCancel(signal::cancel);
        try (PartFile part = PartFile.begin(order.target())) {
            transfer(url, part, order, signal);
            return finish(url, part, order);
        } catch (StagingException | CancellationException e) {
            if (late.get() && !caller.isCancelled()) {
                throw StagingException.lasting("timed out after " + seconds(policy.totalTimeout()) + " for "
                        + order.subject() + " (" + url.shown() + ")");
            }
            checkCancelled(signal);
            throw e;
        } finally {
            alarm.cancel(false);
            hook.remove();
        }
    }

    private void transfer(RemoteUrl url, PartFile part, Order order, Cancellation signal)
            throws StagingException, IOException {
        Reception reception = new Reception(policy, part, order, url.shown(), signal);
        if (url.isFile()) {
            LocalSource.copy(url, policy, reception);
        } else {
            new HttpTransfer(policy, guard, http, tools, signal).run(url, reception);
        }
    }

    private static Fetched finish(RemoteUrl url, PartFile part, Order order) throws StagingException, IOException {
        String actual = part.sha256();
        String declared = order.file().sha256().orElse(actual);
        if (!declared.equals(actual)) {
            throw StagingException.lasting("sha256 of " + order.subject() + " (" + url.shown() + ") is " + actual
                    + ", not the declared " + declared);
        }
        part.commit(order.mode());
        return new Fetched(part.size(), actual);
    }

    /** Ends a download whose signal was given, or whose thread is to stop. */
    static void checkCancelled(Cancellation signal) {
        if (signal.isCancelled() || Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the download was cancelled");
        }
    }

    /** A duration as messages show it, for example {@code 30 s}. */
    static String seconds(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}

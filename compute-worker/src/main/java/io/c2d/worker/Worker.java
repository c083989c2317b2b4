package io.c2d.worker;

import com.google.common.base.Ticker;
import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Stage;
import io.c2d.core.model.StepId;
import io.c2d.core.port.StepEnd;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The work that is done next to the data: what comes before an algorithm and what comes after it. Each call works in the
 * caller's thread until it is done. Safe to use from several threads; starts and owns no thread.
 */
public final class Worker {
    private final DownloadPolicy policy;
    private final OutputLimits limits;
    private final Ticker ticker;
    private final Downloader downloader;

    private Worker(Builder builder) {
        this.policy = builder.policy;
        this.limits = builder.limits;
        this.ticker = builder.ticker;
        this.downloader = new Downloader(
                policy,
                new DirectHttp(),
                new Downloader.Tools(builder.lookup, builder.lookups, builder.watchdog, builder.ticker, builder.pause));
    }

    /**
     * Starts from the defaults.
     *
     * @param watchdog ends downloads that take too long; its tasks return at once, one thread is enough
     * @param lookups waits for name servers, which can't be interrupted; a lookup that hangs holds a thread of it, and one
     *     that it rejects counts as a passing failure
     */
    public static Builder builder(ScheduledExecutorService watchdog, Executor lookups) {
        return new Builder(watchdog, lookups);
    }

    /**
     * Puts a stage's inputs and algorithm into a folder: {@code inputs/<did>/<n>}, {@code ddos},
     * {@code transformations/algorithm}, and beside them {@code configure.log}, which is for admins only. Stops at the first
     * failure.
     *
     * @param folder is there, is empty, and nobody else writes to it
     * @param cancellation ends it within a second; interrupting the thread does too, but where a connection is silent only
     *     when that ends or times out
     * @return exited with {@link StepEnd#OK}, {@link StepEnd#DATA_FAILED} or {@link StepEnd#ALGORITHM_FAILED} and one
     *     sentence for the caller; or killed, where it was cancelled
     * @throws IOException if this machine's disk is at fault
     */
    public StepEnd stageIn(Stage stage, Path folder, Cancellation cancellation) throws IOException {
        return new StageIn(downloader, policy, ticker, folder, cancellation).run(stage);
    }

    /**
     * Stores the log that {@link #stageIn} left in its folder.
     *
     * @throws IOException if it can't be read or stored
     */
    public Artifact storeConfigureLog(ArtifactSink sink, StepId step, Path folder) throws IOException {
        return sink.put(
                step,
                ConfigureLog.NAME,
                Artifact.Role.CONFIGURE_LOG,
                MoreFiles.asByteSource(folder.resolve(ConfigureLog.NAME), LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * Stores all regular files of the outputs folder as {@code outputs/<path>}, in the order of their paths' bytes, then
     * {@code algorithm.log}, then {@code publish.log}. The logs are stored also where the outputs fail.
     *
     * @param cancellation ends it, as does interrupting the thread
     * @return exited with {@link StepEnd#OK}, or with another code and one sentence for the caller; or killed, where it was
     *     cancelled; always with what was stored
     */
    public StepEnd publish(ArtifactSink sink, PublishRequest request, Cancellation cancellation) {
        return new Publisher(sink, request, limits, cancellation).run();
    }

    /**
     * Copies the outputs of an ended try, for the filter to work on. Folders get mode 0755, files 0644; whose they become
     * is up to the caller.
     *
     * @param from the outputs folder, which hostile code may have written
     * @param to is there, is empty, and nobody else writes to it
     * @return what was left out and why, a line each, for a log
     * @throws CancellationException if it was cancelled or the thread interrupted
     * @throws IOException if there is more than allowed, or the disk is at fault
     */
    public ImmutableList<String> copyOutputs(Path from, Path to, Cancellation cancellation) throws IOException {
        return new TreeCopy(new OutputCollector(from, limits), to, cancellation).run();
    }

    /** Changes parts of the defaults. */
    public static final class Builder {
        private final ScheduledExecutorService watchdog;
        private final Executor lookups;
        private DownloadPolicy policy = DownloadPolicy.defaults();
        private OutputLimits limits = OutputLimits.DEFAULT;
        private Ticker ticker = Ticker.systemTicker();
        private Pause pause = Pause.REAL;
        private PinnedResolver.Lookup lookup = InetAddress::getAllByName;

        private Builder(ScheduledExecutorService watchdog, Executor lookups) {
            this.watchdog = watchdog;
            this.lookups = lookups;
        }

        /** What downloads may do. */
        public Builder policy(DownloadPolicy downloads) {
            policy = downloads;
            return this;
        }

        /** How much an algorithm may leave behind. */
        public Builder limits(OutputLimits outputs) {
            limits = outputs;
            return this;
        }

        /** What measures durations. */
        public Builder ticker(Ticker source) {
            ticker = source;
            return this;
        }

        /** How retries wait. */
        public Builder pause(Pause how) {
            pause = how;
            return this;
        }

        /** How hosts are found. */
        Builder lookup(PinnedResolver.Lookup how) {
            lookup = how;
            return this;
        }

        /** The worker. */
        public Worker build() {
            return new Worker(this);
        }
    }
}

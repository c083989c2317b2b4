package io.c2d.worker;

import com.google.common.collect.ImmutableList;
import com.google.common.io.ByteSource;
import io.c2d.core.model.Artifact;
import io.c2d.core.port.StepEnd;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts outputs and logs into the artifact store. One object a run; for one thread. */
final class Publisher {
    /** Exit code where something was not stored. */
    static final int FAILED = 1;

    private static final Logger log = LoggerFactory.getLogger(Publisher.class);

    private final ArtifactSink sink;
    private final PublishRequest request;
    private final OutputLimits limits;
    private final Cancellation cancellation;
    private final PublishLog report = new PublishLog();
    private final ImmutableList.Builder<Artifact> stored = ImmutableList.builder();
    private @Nullable String failure;

    Publisher(ArtifactSink sink, PublishRequest request, OutputLimits limits, Cancellation cancellation) {
        this.sink = sink;
        this.request = request;
        this.limits = limits;
        this.cancellation = cancellation;
    }

    /** Opens what is stored, once for each time that it is sent. */
    private interface Opening {
        InputStream open() throws IOException;
    }

    /** Does it; a failure at one part does not keep the logs from being stored. */
    StepEnd run() {
        try {
            if (request.outputs() != null) {
                putOutputs(request.outputs());
            } else {
                report.line("no outputs are published");
            }
            if (request.algorithmLog() != null) {
                putAlgorithmLog(request.algorithmLog());
            }
            putReport();
        } catch (CancellationException e) {
            return new StepEnd(StepEnd.Cause.KILLED, null, null, stored.build());
        }
        return new StepEnd(StepEnd.Cause.EXITED, failure == null ? StepEnd.OK : FAILED, failure, stored.build());
    }

    private void putOutputs(Path folder) {
        OutputCollector collector = new OutputCollector(folder, limits);
        try {
            OutputCollector.Listing listing = collector.list();
            listing.notes().forEach(report::line);
            for (OutputCollector.Entry entry : listing.entries()) {
                if (!entry.isFolder()) {
                    putOutput(collector, entry);
                }
            }
        } catch (OutputCollector.LimitException e) {
            fail(String.valueOf(e.getMessage()), null);
        } catch (IOException e) {
            fail("the outputs could not be stored", e);
        }
    }

    private void putOutput(OutputCollector collector, OutputCollector.Entry entry) throws IOException {
        put("outputs/" + entry.path(), Artifact.Role.OUTPUT, () -> collector.open(entry));
    }

    private void putAlgorithmLog(CapturedLog printed) {
        Optional<ByteSource> content = printed.content();
        if (content.isEmpty()) {
            report.line("the algorithm left no log");
            return;
        }
        try {
            put(CapturedLog.NAME, Artifact.Role.ALGORITHM_LOG, content.get()::openStream);
        } catch (IOException e) {
            fail("the algorithm's log could not be stored", e);
        }
    }

    private void putReport() {
        if (request.filterLog() != null) {
            report.include("filter", request.filterLog());
        }
        try {
            put(PublishLog.NAME, Artifact.Role.PUBLISH_LOG, () -> new ByteArrayInputStream(report.bytes()));
        } catch (IOException e) {
            fail("the publish log could not be stored", e);
        }
    }

    private void put(String path, Artifact.Role role, Opening content) throws IOException {
        checkCancelled();
        Artifact artifact = sink.put(request.step(), path, role, new ByteSource() {
            @Override
            public InputStream openStream() throws IOException {
                return new Cancelable(content.open());
            }
        });
        stored.add(artifact);
        report.line(path + ": " + artifact.size() + " bytes, sha256 " + artifact.sha256());
    }

    private void fail(String sentence, @Nullable IOException cause) {
        checkCancelled();
        log.warn("{}: {}", request.step(), sentence, cause);
        report.line("failed: " + sentence + (cause == null ? "" : ": " + cause.getMessage()));
        if (failure == null) {
            failure = sentence;
        }
    }

    private void checkCancelled() {
        if (cancellation.isCancelled() || Thread.currentThread().isInterrupted()) {
            throw new CancellationException("publishing was cancelled");
        }
    }

    /** Breaks off a large file too. */
    private final class Cancelable extends FilterInputStream {
        Cancelable(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            checkCancelled();
            return super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            checkCancelled();
            return super.read(bytes, offset, length);
        }
    }
}

package io.c2d.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as a stream on which no read blocks for longer than its limit: the stream that
 * {@code java.net.http} has waits for ever on a server that falls silent. Holds one portion at a time. Read by one thread;
 * {@link #close} may come from any.
 */
final class TimedBody extends InputStream implements HttpResponse.BodySubscriber<TimedBody> {
    private final Duration idle;
    private final BlockingQueue<Portion> portions = new LinkedBlockingQueue<>();
    private final Queue<ByteBuffer> present = new ArrayDeque<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private @Nullable Portion end;

    /** Some bytes, or the end with or without its failure. */
    private record Portion(
            List<ByteBuffer> bytes, boolean last, @Nullable Throwable failure) {}

    /**
     * A body.
     *
     * @param idle the longest that a read waits
     */
    TimedBody(Duration idle) {
        this.idle = idle;
    }

    @Override
    public CompletionStage<TimedBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription incoming) {
        if (subscription.complete(incoming)) {
            incoming.request(1);
        } else {
            incoming.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        portions.add(new Portion(bytes, false, null));
    }

    @Override
    public void onError(Throwable failure) {
        portions.add(new Portion(List.of(), true, failure));
    }

    @Override
    public void onComplete() {
        portions.add(new Portion(List.of(), true, null));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        while (true) {
            ByteBuffer buffer = present.peek();
            if (buffer == null) {
                if (!advance()) {
                    return -1;
                }
            } else if (!buffer.hasRemaining()) {
                present.remove();
            } else {
                int count = Math.min(length, buffer.remaining());
                buffer.get(target, offset, count);
                return count;
            }
        }
    }

    @Override
    public int available() {
        ByteBuffer buffer = present.peek();
        return buffer == null ? 0 : buffer.remaining();
    }

    /** Waits for the next portion; {@code false} at the end. */
    private boolean advance() throws IOException {
        Portion next = end == null ? take() : end;
        if (next.failure() != null) {
            end = next;
            throw new IOException("the answer was cut off: " + next.failure().getMessage(), next.failure());
        }
        if (next.last()) {
            end = next;
            return false;
        }
        present.addAll(next.bytes());
        subscription.join().request(1);
        return true;
    }

    private Portion take() throws IOException {
        Portion next;
        try {
            next = portions.poll(idle.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading an answer");
        }
        if (next == null) {
            close();
            throw new HttpTimeoutException("nothing more of the answer came for " + idle.toMillis() + " ms");
        }
        return next;
    }

    /** Gives the connection up where the body was not read to its end. */
    @Override
    public void close() {
        portions.add(new Portion(List.of(), true, new IOException("the stream was closed")));
        if (!subscription.completeExceptionally(new IOException("closed before the body began"))
                && !subscription.isCompletedExceptionally()) {
            subscription.join().cancel();
        }
    }
}

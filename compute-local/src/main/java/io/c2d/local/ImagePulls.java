package io.c2d.local;

import io.c2d.local.ContainerSettings.PullPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets images, by a policy and each within a limit. A pull is a process of its own that ends by itself; those who want the
 * same image at the same time share it. After a crash the next server asks again, and finds what was pulled. Thread-safe.
 */
final class ImagePulls {
    private static final Logger log = LoggerFactory.getLogger(ImagePulls.class);

    private final ContainerEngine engine;
    private final PullPolicy policy;
    private final Duration limit;
    private final Map<ImageReference, CompletableFuture<Optional<String>>> underWay = new ConcurrentHashMap<>();

    ImagePulls(ContainerEngine engine, PullPolicy policy, Duration limit) {
        this.engine = engine;
        this.policy = policy;
        this.limit = limit;
    }

    /** Sees to it that the image is there; ends with why it is not, in one sentence for the caller, or with nothing. */
    CompletableFuture<Optional<String>> get(ImageReference image) {
        CompletableFuture<Optional<String>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<String>> others = underWay.putIfAbsent(image, mine);
        if (others != null) {
            return others;
        }
        CompletableFuture<?> unused = begin(image).whenComplete((why, failure) -> {
            underWay.remove(image);
            if (failure == null) {
                mine.complete(why);
            } else {
                mine.completeExceptionally(failure);
            }
        });
        return mine;
    }

    private CompletableFuture<Optional<String>> begin(ImageReference image) {
        if (policy == PullPolicy.ALWAYS && !image.isByDigest()) {
            return pull(image);
        }
        return call(() -> engine.call("image", "inspect", "--format", "{{.Id}}", image.text()))
                .thenCompose(found -> {
                    if (found.isSuccess()) {
                        return CompletableFuture.completedFuture(Optional.empty());
                    }
                    if (policy == PullPolicy.NEVER) {
                        return CompletableFuture.completedFuture(Optional.of(
                                "the image " + image + " is not on this machine, and images are never pulled here"));
                    }
                    return pull(image);
                });
    }

    private CompletableFuture<Optional<String>> pull(ImageReference image) {
        log.info("the image {} is being pulled", image);
        return call(() -> engine.pull(image, limit)).thenApply(result -> {
            if (result.isSuccess()) {
                log.info("the image {} was pulled", image);
                return Optional.empty();
            }
            String why = result.isTimeout()
                    ? "the image " + image + " could not be pulled within " + limit.toSeconds() + " s"
                    : "the image " + image + " can't be pulled: " + EngineMessages.notPulled(result.errors());
            log.warn("{} ({})", why, EngineMessages.sentence(result.errors()));
            return Optional.of(why);
        });
    }

    private interface Call {
        CompletableFuture<Command.Result> start() throws IOException;
    }

    private static CompletableFuture<Command.Result> call(Call call) {
        try {
            return call.start();
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}

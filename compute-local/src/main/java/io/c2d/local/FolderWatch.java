package io.c2d.local;

import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.StepSeen;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners of jobs that look different. Steps of this process say so themselves; what runs under a supervisor is
 * looked at five times a second, as long as it has not ended: a few files each, and no thread.
 */
final class FolderWatch {
    private static final Logger log = LoggerFactory.getLogger(FolderWatch.class);

    private record Watched(String anchor, StepSeen.State state) {}

    private final DetachedSteps detached;
    private final List<Consumer<JobId>> listeners = new CopyOnWriteArrayList<>();
    private final Map<StepId, Watched> watched = new ConcurrentHashMap<>();

    FolderWatch(DetachedSteps detached) {
        this.detached = detached;
    }

    void add(Consumer<JobId> listener) {
        listeners.add(listener);
    }

    void remove(Consumer<JobId> listener) {
        listeners.remove(listener);
    }

    /** Looks at this try until it has ended. */
    void follow(StepId step, String anchor, StepSeen.State state) {
        if (state == StepSeen.State.ENDED) {
            watched.remove(step);
        } else {
            watched.put(step, new Watched(anchor, state));
        }
    }

    void tell(JobId job) {
        listeners.forEach(listener -> listener.accept(job));
    }

    /** One look at everything that is followed. */
    void look() {
        for (Map.Entry<StepId, Watched> entry : ImmutableMap.copyOf(watched).entrySet()) {
            Watched before = entry.getValue();
            try {
                StepSeen.State now =
                        detached.look(entry.getKey(), before.anchor()).state();
                if (now != before.state()) {
                    follow(entry.getKey(), before.anchor(), now);
                    tell(entry.getKey().job());
                }
            } catch (IOException | RuntimeException e) {
                // Its folder has gone, or will be readable again: the engine looks by itself.
                log.debug("the step {} can't be looked at", entry.getKey(), e);
                watched.remove(entry.getKey());
            }
        }
    }
}

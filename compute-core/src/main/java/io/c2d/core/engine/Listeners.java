package io.c2d.core.engine;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Job;
import io.c2d.core.port.JobListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells all listeners; one that throws harms nobody. */
final class Listeners implements JobListener {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final ImmutableList<JobListener> all;

    Listeners(ImmutableList<JobListener> all) {
        this.all = all;
    }

    @Override
    public void onTransition(Job job) {
        for (JobListener listener : all) {
            try {
                listener.onTransition(job);
            } catch (RuntimeException e) {
                log.error("a listener failed", e);
            }
        }
    }
}

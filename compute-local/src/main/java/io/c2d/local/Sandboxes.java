package io.c2d.local;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sandboxes that there are, and which of them is taken: the first that works of those that are named. */
final class Sandboxes {
    private static final Logger log = LoggerFactory.getLogger(Sandboxes.class);
    private static final String AUTO = "auto";
    private static final String INSTALL =
            ". Install bubblewrap or Podman, or let this user make user namespaces (sysctl user.max_user_namespaces);"
                    + " for trusted code alone set local.sandbox=process";

    private final ImmutableMap<String, Candidate> candidates;
    private final Function<Sandbox, Optional<String>> trial;

    /** One that may be taken. */
    interface Candidate {
        /** Makes it; an {@link ContainerEngine.UnavailableException} says what it lacks. */
        Sandbox make() throws ContainerEngine.UnavailableException;
    }

    /**
     * Knows these.
     *
     * @param candidates by label, in the order of {@code auto}
     * @param trial tries one and says why it does not work, if so
     */
    Sandboxes(ImmutableMap<String, Candidate> candidates, Function<Sandbox, Optional<String>> trial) {
        this.candidates = candidates;
        this.trial = trial;
    }

    /**
     * Takes one.
     *
     * @param setting {@code auto}: the first isolating one that works; or labels with commas between: the first of those
     * @throws IllegalStateException where none works, with what to do about it
     */
    Sandbox choose(String setting) {
        boolean auto = setting.equals(AUTO);
        ImmutableList.Builder<String> failures = ImmutableList.builder();
        for (Map.Entry<String, Candidate> candidate : wanted(setting).entrySet()) {
            String label = candidate.getKey();
            try {
                Sandbox sandbox = candidate.getValue().make();
                if (auto && !sandbox.isolates()) {
                    continue;
                }
                Optional<String> failure = trial.apply(sandbox);
                if (failure.isEmpty()) {
                    log.info("algorithms run in the sandbox \"{}\"", label);
                    return sandbox;
                }
                failures.add(failed(label, failure.get()));
            } catch (ContainerEngine.UnavailableException e) {
                log.debug("the sandbox {} can't be tried", label, e);
                failures.add(failed(label, e.sentence()));
            }
        }
        throw new IllegalStateException(String.join("; ", failures.build()) + (auto ? INSTALL : ""));
    }

    private ImmutableMap<String, Candidate> wanted(String setting) {
        if (setting.equals(AUTO)) {
            return candidates;
        }
        ImmutableMap.Builder<String, Candidate> wanted = ImmutableMap.builder();
        for (String label : Splitter.on(',').trimResults().splitToList(setting)) {
            Candidate candidate = candidates.get(label);
            if (candidate == null) {
                throw new IllegalStateException("there is no sandbox \"" + label + "\"; there are auto, "
                        + String.join(", ", candidates.keySet()));
            }
            wanted.put(label, candidate);
        }
        return wanted.buildKeepingLast();
    }

    private static String failed(String label, String why) {
        log.info("the sandbox \"{}\" does not work here: {}", label, why);
        return "the sandbox \"" + label + "\" does not work on this machine: " + why;
    }
}

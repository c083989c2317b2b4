package io.c2d.local;

import com.google.common.collect.ImmutableList;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sandboxes that there are, and which of them is taken. Each runs a script of its own name ({@code NAME.sh}). */
enum Sandboxes implements Sandbox {
    /** Namespaces, made by bubblewrap. */
    BUBBLEWRAP("bubblewrap", true) {
        @Override
        public ImmutableList<String> launcher(boolean asRoot) {
            return asRoot ? ImmutableList.of("unshare", "--mount", "--propagation", "private") : ImmutableList.of();
        }
    },
    /** The same namespaces, made by util-linux. */
    NAMESPACES("namespaces", true) {
        @Override
        public ImmutableList<String> launcher(boolean asRoot) {
            ImmutableList.Builder<String> words =
                    ImmutableList.<String>builder().add("unshare");
            if (!asRoot) {
                words.add("--user", "--map-root-user");
            }
            return words.add("--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--propagation", "private")
                    .build();
        }
    },
    /** None: for trusted code on a developer's machine. */
    PROCESS("process", false) {
        @Override
        public ImmutableList<String> launcher(boolean asRoot) {
            return ImmutableList.of();
        }
    };

    private static final Logger log = LoggerFactory.getLogger(Sandboxes.class);
    private static final String AUTO = "auto";

    private final String label;
    private final boolean isolates;

    Sandboxes(String label, boolean isolates) {
        this.label = label;
        this.isolates = isolates;
    }

    @Override
    public boolean isolates() {
        return isolates;
    }

    @Override
    public String label() {
        return label;
    }

    /**
     * Takes the sandbox of that name, or with {@code auto} the first isolating one that works.
     *
     * @param works tries one
     * @throws IllegalStateException where none works, with what to do about it
     */
    static Sandboxes choose(String setting, Predicate<Sandboxes> works) {
        for (Sandboxes sandbox : values()) {
            boolean candidate = setting.equals(sandbox.label) || (setting.equals(AUTO) && sandbox.isolates);
            if (candidate && works.test(sandbox)) {
                log.info("algorithms run in the sandbox \"{}\"", sandbox.label);
                return sandbox;
            }
            if (setting.equals(sandbox.label)) {
                throw new IllegalStateException("the sandbox \"" + setting + "\" does not work on this machine");
            }
        }
        if (!setting.equals(AUTO)) {
            throw new IllegalStateException(
                    "there is no sandbox \"" + setting + "\"; there are auto, bubblewrap, namespaces, process");
        }
        throw new IllegalStateException(
                "no sandbox works on this machine: install bubblewrap, or let this user make user namespaces"
                        + " (sysctl user.max_user_namespaces); for trusted code alone set local.sandbox=process");
    }
}

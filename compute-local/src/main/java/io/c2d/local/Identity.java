package io.c2d.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * As whom algorithms run: root becomes an ordinary user for them, everybody else stays who they are.
 *
 * @param asRoot whether this process is root
 */
record Identity(boolean asRoot) {
    /** The user and group {@code nobody} on every common Linux, and the kernel's overflow id. */
    static final int NOBODY = 65_534;

    /** This process's. */
    static Identity current() {
        try {
            return new Identity((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0);
        } catch (IOException | UnsupportedOperationException e) {
            // Another system than Unix: it has no root that could become somebody else.
            return new Identity(false);
        }
    }

    String user() {
        return asRoot ? Integer.toString(NOBODY) : "-";
    }

    /** Hands a folder, and what is in it, to the algorithm's user. */
    void handOver(Path folder) throws IOException {
        if (!asRoot) {
            return;
        }
        try (var all = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Files.setAttribute(path, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(path, "unix:gid", NOBODY, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }
}

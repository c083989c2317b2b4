package io.c2d.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * As whom this process runs, and so algorithms: root becomes an ordinary user for them, everybody else stays who they are.
 *
 * @param uid this process's user
 * @param gid this process's group
 */
record Identity(int uid, int gid) {
    /** The user and group {@code nobody} on every common Linux, and the kernel's overflow id. */
    static final int NOBODY = 65_534;

    /** This process's. */
    static Identity current() {
        try {
            Path self = Path.of("/proc/self");
            return new Identity(
                    (Integer) Files.getAttribute(self, "unix:uid"), (Integer) Files.getAttribute(self, "unix:gid"));
        } catch (IOException | UnsupportedOperationException e) {
            // Another system than Unix: it has no root that could become somebody else.
            return new Identity(NOBODY, NOBODY);
        }
    }

    boolean asRoot() {
        return uid == 0;
    }

    /** The user that root becomes; {@code -} for nobody else. */
    String user() {
        return asRoot() ? Integer.toString(NOBODY) : "-";
    }

    /** User and group that the algorithm's folders belong to. */
    String owner() {
        return asRoot() ? NOBODY + ":" + NOBODY : uid + ":" + gid;
    }

    /** Hands a folder, and what is in it, to the algorithm's user. */
    void handOver(Path folder) throws IOException {
        if (!asRoot()) {
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

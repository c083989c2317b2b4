package io.c2d.local;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Who holds a {@code flock}, as {@code /proc/locks} lists it (proc(5)): looked at, never taken, since taking one would look
 * like a living supervisor to the next who looks.
 */
final class KernelLocks {
    private static final Path LOCKS = Path.of("/proc/locks");
    private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings();

    private KernelLocks() {}

    /** Whether somebody holds a lock on the file. By whom the list does not say: it names the process that took it. */
    static boolean isHeld(Path file) throws IOException {
        long inode;
        try {
            inode = (Long) Files.getAttribute(file, "unix:ino");
        } catch (NoSuchFileException e) {
            return false;
        }
        String suffix = ":" + inode;
        for (String line : Files.readAllLines(LOCKS)) {
            List<String> words = WORDS.splitToList(line);
            // "12: FLOCK ADVISORY WRITE 4711 fe:00:131 0 EOF"; the file system's number is not what stat says on some.
            boolean held = words.size() > 5
                    && words.get(1).equals("FLOCK")
                    && words.get(5).endsWith(suffix);
            if (held) {
                return true;
            }
        }
        return false;
    }
}

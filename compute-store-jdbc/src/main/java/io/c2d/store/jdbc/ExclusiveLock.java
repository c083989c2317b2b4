package io.c2d.store.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second store off a database file. H2's own lock keeps other processes off, but lets one process open a file
 * twice, and the second opening would end the first one's leases. The operating system drops the lock with the process.
 */
final class ExclusiveLock implements AutoCloseable {
    private final FileChannel channel;

    private ExclusiveLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock beside the file.
     *
     * @throws IllegalStateException if somebody has it
     */
    static ExclusiveLock take(Path database) {
        Path absolute = database.toAbsolutePath();
        Path file = absolute.resolveSibling(absolute.getFileName() + ".lock");
        try {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw inUse(absolute, null);
            }
            return new ExclusiveLock(channel);
        } catch (IOException e) {
            throw new UncheckedIOException("the database's lock file can't be made: " + file, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** What the one who comes too late is told. */
    static IllegalStateException inUse(Path database, @Nullable Throwable cause) {
        return new IllegalStateException(
                "the database " + database + " is in use: only one server at a time can open an H2 file;"
                        + " stop the other one, or give this one its own data.dir",
                cause);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the database's lock can't be given back", e);
        }
    }
}

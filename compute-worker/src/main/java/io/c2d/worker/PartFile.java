package io.c2d.worker;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file on its way in: written under another name, hashed while it grows, renamed when it is whole, deleted otherwise. For
 * one thread.
 */
final class PartFile implements Closeable {
    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private Hasher hasher = Hashing.sha256().newHasher();
    private long size;
    private boolean committed;

    private PartFile(Path target, Path temporary, FileChannel channel) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
    }

    /** Begins a file beside its final place. */
    static PartFile begin(Path target) throws LocalDiskException {
        Path temporary = target.resolveSibling("." + target.getFileName() + ".part");
        try {
            return new PartFile(
                    target,
                    temporary,
                    FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw new LocalDiskException(e);
        }
    }

    /** The bytes written so far. */
    long size() {
        return size;
    }

    /** Adds bytes at the end. */
    void append(byte[] bytes, int length) throws LocalDiskException {
        try {
            ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            throw new LocalDiskException(e);
        }
        hasher.putBytes(bytes, 0, length);
        size += length;
    }

    /** Forgets what was written. */
    void restart() throws LocalDiskException {
        if (size == 0) {
            return;
        }
        try {
            channel.truncate(0);
        } catch (IOException e) {
            throw new LocalDiskException(e);
        }
        hasher = Hashing.sha256().newHasher();
        size = 0;
    }

    /** The hash of what was written, 64 lower-case hex digits. To be asked once, at the end. */
    String sha256() {
        return hasher.hash().toString();
    }

    /** Gives the file its name and mode. */
    void commit(String mode) throws LocalDiskException {
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
        try {
            channel.close();
            Files.setPosixFilePermissions(temporary, permissions);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LocalDiskException(e);
        }
        committed = true;
    }

    @Override
    public void close() throws LocalDiskException {
        if (committed) {
            return;
        }
        try {
            channel.close();
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            throw new LocalDiskException(e);
        }
    }

    /** This machine's disk fails, which is neither the caller's nor the data's fault. */
    static final class LocalDiskException extends IOException {
        private static final long serialVersionUID = 1L;

        LocalDiskException(IOException cause) {
            super(cause);
        }
    }
}

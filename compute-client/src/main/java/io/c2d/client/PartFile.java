package io.c2d.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has come of a download: {@code <name>.part} beside the target, and {@code <name>.part.etag}, which says of which
 * version of the file it is. Both outlive a failed download, so that a later one goes on. Locked while it is open; used by
 * one thread.
 *
 * <p>Failures of the disk are {@link ComputeClientException.Kind#LOCAL_FILE}.
 */
final class PartFile implements AutoCloseable {
    private static final int MAX_ETAG = 1_024;

    private final Path target;
    private final Path part;
    private final Path tag;
    private final FileChannel channel;
    private @Nullable String etag;
    private long size;
    private boolean finished;

    private PartFile(Path target, Path part, Path tag, FileChannel channel) throws IOException {
        this.target = target;
        this.part = part;
        this.tag = tag;
        this.channel = channel;
        this.etag = readTag(tag);
        this.size = channel.size();
    }

    /** Opens or makes the part of a target, whose folder must be there. */
    static PartFile open(Path target) {
        Path name = target.getFileName();
        if (name == null) {
            throw new IllegalArgumentException("the target is a file in a folder");
        }
        Path part = target.resolveSibling(name + ".part");
        try {
            FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() == null) {
                    throw new OverlappingFileLockException();
                }
                return new PartFile(target, part, target.resolveSibling(name + ".part.etag"), channel);
            } catch (IOException | OverlappingFileLockException e) {
                channel.close();
                throw e;
            }
        } catch (OverlappingFileLockException e) {
            throw new ComputeClientException(
                    ComputeClientException.Kind.LOCAL_FILE, part + " is being written by another download", e);
        } catch (IOException e) {
            throw failure(part, e);
        }
    }

    long size() {
        return size;
    }

    /** The version that the bytes are of; without one, they can't be gone on with. */
    Optional<String> etag() {
        return Optional.ofNullable(etag);
    }

    /** Whether an answer is about the same version; one that does not say counts, having been asked with If-Range. */
    boolean isOf(Optional<String> other) {
        return other.isEmpty() || other.equals(etag());
    }

    /** Forgets the bytes; those that follow are of this version. A weak tag does not promise the same bytes. */
    void startOver(Optional<String> version) {
        String strong = version.filter(v -> v.startsWith("\"") && v.length() <= MAX_ETAG)
                .orElse(null);
        try {
            // Emptied before the tag changes: bytes of one version never stand beside the tag of another.
            channel.truncate(0);
            size = 0;
            etag = strong;
            if (strong == null) {
                Files.deleteIfExists(tag);
            } else {
                Files.writeString(tag, strong);
            }
        } catch (IOException e) {
            throw failure(part, e);
        }
    }

    void append(byte[] bytes, int count) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
        try {
            while (buffer.hasRemaining()) {
                size += channel.write(buffer, size);
            }
        } catch (IOException e) {
            throw failure(part, e);
        }
    }

    /** The part is whole: puts it in the target's place, at once and for good. */
    void finish() {
        try {
            channel.force(true);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            finished = true;
            Files.deleteIfExists(tag);
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    /** Keeps what has come; where nothing has, nothing stays. */
    @Override
    public void close() {
        try {
            if (size == 0 && !finished) {
                Files.deleteIfExists(part);
                Files.deleteIfExists(tag);
            }
            channel.close();
        } catch (IOException e) {
            throw failure(part, e);
        }
    }

    private static @Nullable String readTag(Path tag) throws IOException {
        if (!Files.exists(tag) || Files.size(tag) > MAX_ETAG) {
            return null;
        }
        String text = Files.readString(tag);
        boolean usable = text.startsWith("\"") && text.chars().noneMatch(Character::isISOControl);
        return usable ? text : null;
    }

    private static ComputeClientException failure(Path file, IOException cause) {
        return new ComputeClientException(
                ComputeClientException.Kind.LOCAL_FILE,
                file + ": " + cause.getClass().getSimpleName(),
                cause);
    }
}

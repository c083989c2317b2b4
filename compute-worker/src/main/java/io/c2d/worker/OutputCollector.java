package io.c2d.worker;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.ByteStreams;
import io.c2d.core.model.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Lists and opens what an algorithm left in a folder. That folder was written by hostile code: no link is ever followed
 * (every part of a path is opened relative to the open folder before it, {@code openat} with {@code O_NOFOLLOW}), and what
 * is neither a regular file nor a folder is left alone. A regular file with several names is listed under each.
 *
 * <p>Only folders of tries that were seen ended are read. Java can't open without waiting, so a fifo put in the place of a
 * file between look and open by something still alive would block.
 */
final class OutputCollector {
    private final Path root;
    private final OutputLimits limits;

    OutputCollector(Path root, OutputLimits limits) {
        this.root = root.toAbsolutePath().normalize();
        this.limits = limits;
    }

    /**
     * A file or a folder.
     *
     * @param parts the names on the way to it, as the file system has them
     * @param path the same as text, with {@code /} between parts
     * @param isFolder which of the two
     * @param size in bytes, 0 for a folder
     */
    record Entry(ImmutableList<Path> parts, String path, boolean isFolder, long size) {}

    /**
     * What there is.
     *
     * @param entries ordered by the UTF-8 bytes of their paths, a folder before what is in it
     * @param notes what was left out and why, for the log; bounded
     */
    record Listing(ImmutableList<Entry> entries, ImmutableList<String> notes) {}

    /** More was left than is allowed; the message is a sentence for the caller. */
    static final class LimitException extends IOException {
        private static final long serialVersionUID = 1L;

        LimitException(String message) {
            super(message);
        }
    }

    /**
     * Lists all.
     *
     * @throws LimitException if there is more than allowed
     * @throws IOException if it can't be read
     */
    Listing list() throws IOException {
        Walk walk = new Walk();
        try (SecureDirectoryStream<Path> folder = openRoot()) {
            walk.descend(folder, ImmutableList.of(), "");
        }
        return new Listing(ImmutableList.copyOf(walk.entries), walk.notes.lines());
    }

    /** Opens a listed file; no more of it is read than was counted. */
    InputStream open(Entry entry) throws IOException {
        SecureDirectoryStream<Path> folder = openRoot();
        try {
            int last = entry.parts().size() - 1;
            for (Path part : entry.parts().subList(0, last)) {
                SecureDirectoryStream<Path> inner = openFolder(folder, part);
                folder.close();
                folder = inner;
            }
            Path name = entry.parts().get(last);
            if (!attributes(folder, name).isRegularFile()) {
                throw new IOException("no regular file any more: " + entry.path());
            }
            return ByteStreams.limit(
                    Channels.newInputStream(folder.newByteChannel(
                            name, ImmutableSet.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))),
                    entry.size());
        } finally {
            folder.close();
        }
    }

    private SecureDirectoryStream<Path> openRoot() throws IOException {
        Path parent = root.getParent();
        Path name = root.getFileName();
        if (parent == null || name == null) {
            throw new NoSuchFileException(root.toString());
        }
        try (DirectoryStream<Path> above = Files.newDirectoryStream(parent)) {
            return openFolder(secure(above), name);
        }
    }

    private static SecureDirectoryStream<Path> openFolder(SecureDirectoryStream<Path> from, Path name)
            throws IOException {
        return secure(from.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
        if (stream instanceof SecureDirectoryStream) {
            return (SecureDirectoryStream<Path>) stream;
        }
        stream.close();
        throw new IOException("this system has no safe way to read folders that others write");
    }

    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        return folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    /** One walk over all folders. */
    private final class Walk {
        private final List<Entry> entries = new ArrayList<>();
        private final Notes notes = new Notes();
        private long seen;
        private long files;
        private long bytes;

        /** A folder sorts as if its name ended with the slash that its files' paths have there. */
        private record Child(FileName name, boolean isFolder, long size) {
            byte[] sortKey() {
                return (name.text() + (isFolder ? "/" : "")).getBytes(StandardCharsets.UTF_8);
            }
        }

        void descend(SecureDirectoryStream<Path> folder, ImmutableList<Path> above, String prefix) throws IOException {
            for (Child child : children(folder, prefix)) {
                ImmutableList<Path> parts = ImmutableList.<Path>builder()
                        .addAll(above)
                        .add(child.name().raw())
                        .build();
                if (parts.size() > limits.maxDepth()) {
                    throw new LimitException("the outputs are more than " + limits.maxDepth() + " folders deep");
                }
                String path = prefix + child.name().text();
                entries.add(new Entry(parts, path, child.isFolder(), child.size()));
                if (child.isFolder()) {
                    try (SecureDirectoryStream<Path> inner =
                            openFolder(folder, child.name().raw())) {
                        descend(inner, parts, path + "/");
                    }
                } else {
                    count(child.size());
                }
            }
        }

        private List<Child> children(SecureDirectoryStream<Path> folder, String prefix) throws IOException {
            List<Child> found = new ArrayList<>();
            for (Path entry : folder) {
                if (++seen > limits.maxEntries()) {
                    throw new LimitException("the outputs have more than " + limits.maxEntries() + " entries");
                }
                FileName name = FileName.of(entry);
                if (!name.isValid() || !Artifact.isSafePath(prefix + name.text())) {
                    notes.add("left out, its name is not allowed: " + name.shown());
                    continue;
                }
                BasicFileAttributes attributes = attributes(folder, name.raw());
                if (attributes.isDirectory()) {
                    found.add(new Child(name, true, 0));
                } else if (attributes.isRegularFile()) {
                    found.add(new Child(name, false, attributes.size()));
                } else {
                    notes.add("left out, no regular file: " + name.shown());
                }
            }
            found.sort(Comparator.comparing(Child::sortKey, Arrays::compareUnsigned));
            return found;
        }

        private void count(long size) throws LimitException {
            if (++files > limits.maxFiles()) {
                throw new LimitException("the outputs have more than " + limits.maxFiles() + " files");
            }
            if (size > limits.maxTotalBytes() - bytes) {
                throw new LimitException("the outputs are larger than " + limits.maxTotalBytes() + " bytes");
            }
            bytes += size;
        }
    }
}

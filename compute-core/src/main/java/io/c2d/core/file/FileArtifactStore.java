package io.c2d.core.file;

import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingOutputStream;
import com.google.common.io.ByteStreams;
import com.google.common.io.CountingOutputStream;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.common.primitives.Ints;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Artifacts as files: {@code <root>/<job>/<attempt>/<stage-step-try>/<path>}. A file appears whole or not at all: it is
 * written under a temporary name, synced and renamed. The root carries the installation's id, and another installation is
 * refused. Several processes may share one root.
 */
public final class FileArtifactStore implements ArtifactStore {
    private static final String MARKER = ".installation";
    private static final String TEMPORARY = ".uploads";

    private final Path root;
    private final RandomGenerator random;

    private FileArtifactStore(Path root, RandomGenerator random) {
        this.root = root;
        this.random = random;
    }

    /** As {@link #open(Path, String, RandomGenerator)}, with a {@link SecureRandom}. */
    public static FileArtifactStore open(Path root, String installation) throws IOException {
        return open(root, installation, new SecureRandom());
    }

    /**
     * Opens a root, making it if absent.
     *
     * @param root the folder
     * @param installation the installation's id, which the folder carries from now on
     * @param random for temporary names; thread-safe
     * @throws IOException if it can't be made or read
     * @throws IllegalStateException if it carries another installation's id
     */
    public static FileArtifactStore open(Path root, String installation, RandomGenerator random) throws IOException {
        Path real = Files.createDirectories(root).toRealPath();
        Path marker = real.resolve(MARKER);
        if (!Files.exists(marker)) {
            mark(marker, installation, random);
        }
        String found = Files.readString(marker).strip();
        if (!found.equals(installation)) {
            throw new IllegalStateException("the artifact folder " + real + " belongs to installation " + found);
        }
        return new FileArtifactStore(real, random);
    }

    /** Written aside and linked, so that a marker is never seen half written, and the first of two that come at once stays. */
    private static void mark(Path marker, String installation, RandomGenerator random) throws IOException {
        Path aside = marker.resolveSibling(MARKER + "-" + Long.toHexString(random.nextLong()));
        Files.writeString(aside, installation, StandardOpenOption.CREATE_NEW);
        try {
            Files.createLink(marker, aside);
        } catch (FileAlreadyExistsException e) {
            // Another server was first: what it wrote is read next.
        } finally {
            Files.delete(aside);
        }
    }

    @Override
    public Artifact put(StepId step, String path, Artifact.Role role, InputStream content) throws IOException {
        Path target = resolve(step, path);
        Path temporary = temporary(step);
        try {
            Written written = write(temporary, content);
            createParents(step, target);
            move(temporary, target);
            sync(parentOf(target));
            return new Artifact(step, path, role, written.size(), written.sha256());
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private record Written(long size, String sha256) {}

    private static Written write(Path file, InputStream content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            HashingOutputStream hashing = new HashingOutputStream(Hashing.sha256(), Channels.newOutputStream(channel));
            CountingOutputStream counting = new CountingOutputStream(new BufferedOutputStream(hashing, 1 << 16));
            ByteStreams.copy(content, counting);
            counting.flush();
            channel.force(true);
            return new Written(counting.getCount(), hashing.hash().toString());
        }
    }

    @Override
    public Optional<InputStream> open(Artifact artifact, long from) throws IOException {
        try {
            FileChannel channel = FileChannel.open(
                    resolve(artifact.step(), artifact.path()), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(Channels.newInputStream(channel.position(from)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public ImmutableSet<Integer> attempts(JobId job) throws IOException {
        ImmutableSet.Builder<Integer> attempts = ImmutableSet.builder();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root.resolve(job.value()))) {
            for (Path folder : folders) {
                Integer attempt = Ints.tryParse(folder.getFileName().toString());
                if (attempt != null) {
                    attempts.add(attempt);
                }
            }
        } catch (NoSuchFileException e) {
            return ImmutableSet.of();
        }
        return attempts.build();
    }

    @Override
    public ImmutableSet<JobId> jobs() throws IOException {
        ImmutableSet.Builder<JobId> jobs = ImmutableSet.builder();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
            for (Path folder : folders) {
                // What bears no job's name is not of our making, and not ours to judge.
                JobId.parse(folder.getFileName().toString()).ifPresent(jobs::add);
            }
        }
        return jobs.build();
    }

    @Override
    public void delete(JobId job, int attempt) throws IOException {
        Path folder = root.resolve(job.value()).resolve(Integer.toString(attempt));
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            // An upload that comes late makes a new folder, which the next look shows.
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        try {
            Files.deleteIfExists(root.resolve(job.value()));
        } catch (DirectoryNotEmptyException e) {
            // Other attempts are left.
            return;
        }
    }

    private Path resolve(StepId step, String path) {
        if (!Artifact.isSafePath(path)) {
            throw new IllegalArgumentException("an artifact's path stays below its folder");
        }
        Path folder = folder(step);
        Path target = folder.resolve(path).normalize();
        if (!target.startsWith(folder) || target.equals(folder)) {
            throw new IllegalArgumentException("an artifact's path stays below its folder");
        }
        return target;
    }

    private Path folder(StepId step) {
        return root.resolve(step.job().value())
                .resolve(Integer.toString(step.attempt()))
                .resolve(step.name());
    }

    private Path temporary(StepId step) throws IOException {
        // Beside the step's files, so that deleting the attempt takes unfinished uploads with it.
        Path folder = Files.createDirectories(parentOf(folder(step)).resolve(TEMPORARY));
        byte[] name = new byte[12];
        random.nextBytes(name);
        return folder.resolve(HexFormat.of().formatHex(name));
    }

    private static void createParents(StepId step, Path target) throws IOException {
        try {
            Files.createDirectories(parentOf(target));
        } catch (FileAlreadyExistsException e) {
            throw new IOException("a file of " + step + " is in the way of a folder", e);
        }
    }

    private static Path parentOf(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalStateException("every artifact has a folder");
        }
        return parent;
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the artifact folder's file system can't rename at once", e);
        }
    }

    /** Makes the rename durable, where the system can sync folders. */
    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            if (System.getProperty("os.name").startsWith("Linux")) {
                throw e;
            }
        }
    }
}

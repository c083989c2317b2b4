package io.c2d.local;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.primitives.Ints;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.FoundAttempt;
import io.c2d.core.port.Presence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Where attempts lie: {@code <root>/<job>/<attempt>-<token>}, with a link {@code <attempt>} beside it. The token is the
 * anchor's identity; the link is made last and in one go, so that of two that prepare at a time one wins. Removal renames
 * the folder away: from then on nothing of the attempt can start, since a start makes its folder inside by that name.
 */
final class AttemptFolders {
    private static final String REMOVED = ".removed";

    private final Path root;
    private final RandomGenerator random;

    AttemptFolders(Path root, RandomGenerator random) {
        this.root = root;
        this.random = random;
    }

    /** Makes the attempt's folder and its link, unless the link is there. */
    void prepare(AttemptRef attempt) throws IOException {
        Path job = Files.createDirectories(jobFolder(attempt));
        Path link = link(attempt);
        if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        byte[] token = new byte[16];
        random.nextBytes(token);
        String name = attempt.attempt() + "-" + HexFormat.of().formatHex(token);
        Path folder = Files.createDirectory(job.resolve(name));
        try {
            Files.createSymbolicLink(link, Path.of(name));
        } catch (FileAlreadyExistsException e) {
            Files.delete(folder);
        }
    }

    /** The identity of the anchor that is there. */
    Optional<String> anchor(AttemptRef attempt) {
        try {
            String name = Files.readSymbolicLink(link(attempt)).toString();
            boolean there = Files.isDirectory(jobFolder(attempt).resolve(name), LinkOption.NOFOLLOW_LINKS);
            return there ? Optional.of(tokenOf(name)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tokenOf(String folderName) {
        return folderName.substring(folderName.indexOf('-') + 1);
    }

    /** Checks that the folder is there and can be read. */
    void check() throws IOException {
        ImmutableList<String> unused = namesIn(root);
    }

    /** Every attempt of which anything is there; what bears no name of ours is left out. */
    ImmutableList<FoundAttempt> all() throws IOException {
        ImmutableList.Builder<FoundAttempt> found = ImmutableList.builder();
        try (DirectoryStream<Path> jobs = Files.newDirectoryStream(root)) {
            for (Path folder : jobs) {
                Optional<JobId> job = JobId.parse(folder.getFileName().toString());
                if (job.isPresent()) {
                    for (int attempt : attemptsIn(folder)) {
                        AttemptRef ref = new AttemptRef(job.get(), attempt);
                        identity(ref).ifPresent(identity -> found.add(new FoundAttempt(ref, identity)));
                    }
                }
            }
        }
        return found.build();
    }

    private static ImmutableSortedSet<Integer> attemptsIn(Path job) throws IOException {
        ImmutableSortedSet.Builder<Integer> attempts = ImmutableSortedSet.naturalOrder();
        for (String name : namesIn(job)) {
            Integer attempt = Ints.tryParse(name.replaceFirst("-.*", ""));
            if (attempt != null && attempt > 0) {
                attempts.add(attempt);
            }
        }
        ImmutableSortedSet<Integer> found = attempts.build();
        return found.isEmpty() ? ImmutableSortedSet.of(1) : found;
    }

    /** What tells the attempt's folders from others of that name, while any is there. */
    Optional<String> identity(AttemptRef attempt) throws IOException {
        if (presence(attempt) == Presence.ABSENT) {
            return Optional.empty();
        }
        Optional<String> anchor = anchor(attempt);
        return anchor.isPresent()
                ? anchor
                : Optional.of(entries(attempt).stream()
                        .map(entry -> nameBeforeRemoval(entry.getFileName().toString()))
                        .sorted()
                        .collect(Collectors.joining(",")));
    }

    /** Whether anything of the attempt is there. A job's folder that was left empty is something of each attempt. */
    Presence presence(AttemptRef attempt) {
        try {
            Path job = jobFolder(attempt);
            boolean leftEmpty = Files.isDirectory(job) && namesIn(job).isEmpty();
            return entries(attempt).isEmpty() && !leftEmpty ? Presence.ABSENT : Presence.PRESENT;
        } catch (IOException e) {
            return Presence.UNKNOWN;
        }
    }

    /** The try's folder below the anchor of that identity; neither need be there. */
    TryFolder tryFolder(StepId step, String anchor) {
        Path folder = root.resolve(step.job().value()).resolve(step.attempt() + "-" + anchor);
        return new TryFolder(folder.resolve(step.name()));
    }

    /** Renames the attempt's folders away and gives what is to be killed and deleted. */
    ImmutableList<Path> renameAway(AttemptRef attempt) throws IOException {
        ImmutableList.Builder<Path> folders = ImmutableList.builder();
        for (Path entry : entries(attempt)) {
            if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            if (entry.toString().endsWith(REMOVED)) {
                folders.add(entry);
            } else {
                folders.add(Files.move(
                        entry, entry.resolveSibling(entry.getFileName() + REMOVED), StandardCopyOption.ATOMIC_MOVE));
            }
        }
        return folders.build();
    }

    /** An attempt's folder name as it was before it was renamed away. */
    static String nameBeforeRemoval(String name) {
        return name.endsWith(REMOVED) ? name.substring(0, name.length() - REMOVED.length()) : name;
    }

    /** Takes the name away, once the folders are gone. */
    void forget(AttemptRef attempt) throws IOException {
        Files.deleteIfExists(link(attempt));
        try {
            Files.deleteIfExists(jobFolder(attempt));
        } catch (DirectoryNotEmptyException e) {
            // Other attempts are left.
            return;
        }
    }

    private ImmutableList<Path> entries(AttemptRef attempt) throws IOException {
        String name = Integer.toString(attempt.attempt());
        Path job = jobFolder(attempt);
        return namesIn(job).stream()
                .filter(found -> found.equals(name) || found.startsWith(name + "-"))
                .map(job::resolve)
                .collect(ImmutableList.toImmutableList());
    }

    private static ImmutableList<String> namesIn(Path folder) throws IOException {
        ImmutableList.Builder<String> names = ImmutableList.builder();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            all.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (NoSuchFileException e) {
            return ImmutableList.of();
        }
        return names.build();
    }

    private Path jobFolder(AttemptRef attempt) {
        return root.resolve(attempt.job().value());
    }

    private Path link(AttemptRef attempt) {
        return jobFolder(attempt).resolve(Integer.toString(attempt.attempt()));
    }
}

package io.c2d.local;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One try's folder and the marks in it, which the supervisor script and this process share.
 *
 * @param path the folder
 */
record TryFolder(Path path) {
    private static final String PLACEHOLDER = "placeholder";
    private static final String REFUSED = "refused: ";

    /**
     * How the sandbox ended, as the supervisor wrote it.
     *
     * @param code the exit code as a shell sees it
     * @param seconds how long it ran
     * @param outOfMemory whether the kernel killed something of it for its memory
     */
    record Exit(int code, long seconds, boolean outOfMemory) {}

    /**
     * A process that the supervisor script recorded.
     *
     * @param pid its id
     * @param startTime in clock ticks since boot: a reused id has another
     * @param boot the id of the boot that both belong to
     */
    record RecordedProcess(long pid, long startTime, String boot) {}

    /** What a try's processes carry as {@link ProcessTree#MARK}: job, attempt and try are part of the folder's path. */
    String mark() {
        String attempt = path.getName(path.getNameCount() - 2).toString();
        return path.getName(path.getNameCount() - 3) + "/" + AttemptFolders.nameBeforeRemoval(attempt) + "/"
                + path.getFileName();
    }

    Path outputs() {
        return path.resolve("outputs");
    }

    Path log() {
        return path.resolve("log");
    }

    /** What ends the rest of it; gone when nothing is left. */
    Path sweep() {
        return path.resolve("sweep");
    }

    Path lock() {
        return path.resolve("lock");
    }

    /** Makes the folder; nothing happens if it is there, and {@code false} says that its attempt is gone. */
    boolean make() throws IOException {
        try {
            Files.createDirectory(path);
            return true;
        } catch (FileAlreadyExistsException e) {
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Makes the folder; whether it was not there before, and there is a place for it. */
    boolean makeNew() throws IOException {
        try {
            Files.createDirectory(path);
            return true;
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            return false;
        }
    }

    /** A new folder in it, for what the try begins with until its supervisor takes that. */
    Path newPrepared() throws IOException {
        return Files.createTempDirectory(path, "prepared-");
    }

    /** Whether its sandbox could not be made, so that what it was for never began. */
    boolean isUnmade() {
        return Files.exists(path.resolve("unmade"));
    }

    boolean isStarted() {
        return Files.exists(path.resolve("started"));
    }

    /** Occupies the name, unless it has begun; whether it did. */
    boolean occupy() throws IOException {
        return begin(PLACEHOLDER);
    }

    /** Occupies the name of a try that can never begin, unless it has begun; whether it did. */
    boolean refuse(String why) throws IOException {
        return begin(REFUSED + why);
    }

    /** The name is there only together with what it holds, as whoever looks takes an empty one for a supervisor's. */
    private boolean begin(String content) throws IOException {
        Path fresh = Files.createTempFile(path, "started", ".new");
        try {
            Files.writeString(fresh, content);
            Files.createLink(path.resolve("started"), fresh);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    boolean isPlaceholder() throws IOException {
        return isStarted() && Files.readString(path.resolve("started")).equals(PLACEHOLDER);
    }

    /** Why it could not begin, where that is known: before the supervisor, or when its sandbox was to be made. */
    Optional<String> refusal() throws IOException {
        try {
            String started = isStarted() ? Files.readString(path.resolve("started")) : "";
            return started.startsWith(REFUSED)
                    ? Optional.of(started.substring(REFUSED.length()))
                    : Optional.of(EngineMessages.notStarted(Files.readString(path.resolve("refused"))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Notes that a stop was asked for; whether it is the first. */
    boolean markStop() throws IOException {
        try {
            Files.createFile(path.resolve("stop"));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    boolean isStopMarked() {
        return Files.exists(path.resolve("stop"));
    }

    Optional<Exit> exit() throws IOException {
        Optional<List<String>> words = words("exit");
        try {
            return words.map(w -> new Exit(
                    Integer.parseInt(w.get(0)),
                    Long.parseLong(w.get(1)),
                    w.get(2).equals("1")));
        } catch (NumberFormatException e) {
            throw new IOException("how " + path.getFileName() + " ended is not written as a supervisor writes it", e);
        }
    }

    /** The limit that the try carries itself, in seconds. */
    long limitSeconds() throws IOException {
        return Long.parseLong(Files.readString(path.resolve("limit")).strip());
    }

    /** The sandbox's first process. */
    Optional<RecordedProcess> firstProcess() throws IOException {
        return process("process");
    }

    /** The supervisor itself. */
    Optional<RecordedProcess> supervisor() throws IOException {
        return process("supervisor");
    }

    /** A record that makes no sense names no process: whatever runs is found by its control group. */
    private Optional<RecordedProcess> process(String file) throws IOException {
        try {
            return words(file)
                    .map(w -> new RecordedProcess(Long.parseLong(w.get(0)), Long.parseLong(w.get(1)), w.get(2)));
        } catch (NumberFormatException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The control groups that the sandbox runs in. */
    ImmutableList<Path> cgroups() throws IOException {
        try {
            return Files.readAllLines(path.resolve("cgroups")).stream()
                    .filter(line -> !line.isBlank())
                    .map(Path::of)
                    .collect(ImmutableList.toImmutableList());
        } catch (NoSuchFileException e) {
            return ImmutableList.of();
        }
    }

    private Optional<List<String>> words(String file) throws IOException {
        try {
            String text = Files.readString(path.resolve(file), StandardCharsets.US_ASCII)
                    .strip();
            return Optional.of(Splitter.on(' ').splitToList(text)).filter(w -> w.size() == 3);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}

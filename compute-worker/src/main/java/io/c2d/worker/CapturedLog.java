package io.c2d.worker;

import com.google.common.collect.ImmutableList;
import com.google.common.io.ByteSource;
import com.google.common.io.MoreFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** What an algorithm printed, as whoever ran it left it. The files may have been written by hostile code. Immutable. */
public final class CapturedLog {
    /** The name of the log, and of its head where a launcher wrote it. */
    static final String NAME = "algorithm.log";
    /** The last that was printed, where a launcher wrote it; before it, what came before that. */
    private static final ImmutableList<String> TAILS = ImmutableList.of(NAME + ".2", NAME + ".1");
    /** Says that a part between head and tails was let go. */
    private static final String GAP = NAME + ".gap";

    private static final ByteSource OMISSION = text("\n[... the middle of the output was left out ...]\n");

    private final ImmutableList<ByteSource> parts;

    private CapturedLog(ImmutableList<ByteSource> parts) {
        this.parts = parts;
    }

    /** A log in one file. */
    public static CapturedLog of(Path file) {
        return new CapturedLog(isFile(file) ? ImmutableList.of(source(file)) : ImmutableList.of());
    }

    /**
     * The log that {@code launch} left (see {@code src/main/c/launch.c}): a head, and two tails that it fills in turn.
     *
     * @param folder the algorithm's logs folder; of several instances each has a folder of its number in it
     * @param instances how many there are
     * @param maxBytes the most that is read of each file: nobody hinders an algorithm from writing there too
     */
    static CapturedLog launched(Path folder, int instances, long maxBytes) {
        ImmutableList.Builder<ByteSource> parts = ImmutableList.builder();
        for (int k = 0; k < instances; k++) {
            ImmutableList<ByteSource> one =
                    parts(instances == 1 ? folder : folder.resolve(Integer.toString(k)), maxBytes);
            if (instances > 1 && !one.isEmpty()) {
                parts.add(text("--- instance " + k + "\n"));
            }
            parts.addAll(one);
        }
        return new CapturedLog(parts.build());
    }

    private static ImmutableList<ByteSource> parts(Path folder, long maxBytes) {
        ImmutableList.Builder<ByteSource> parts = ImmutableList.builder();
        if (isFile(folder.resolve(NAME))) {
            parts.add(source(folder.resolve(NAME)).slice(0, maxBytes));
        }
        if (isFile(folder.resolve(GAP))) {
            parts.add(OMISSION);
        }
        for (String tail : TAILS) {
            if (isFile(folder.resolve(tail))) {
                parts.add(source(folder.resolve(tail)).slice(0, maxBytes));
            }
        }
        return parts.build();
    }

    /** All of it, if there is anything. */
    Optional<ByteSource> content() {
        return parts.isEmpty() ? Optional.empty() : Optional.of(ByteSource.concat(parts));
    }

    private static boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static ByteSource source(Path file) {
        return MoreFiles.asByteSource(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static ByteSource text(String text) {
        return ByteSource.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}

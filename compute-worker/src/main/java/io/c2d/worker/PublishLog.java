package io.c2d.worker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** What filter and publish did, for admins. Bounded, so that it is made in memory. For one thread. */
final class PublishLog {
    /** Its name in the store. */
    static final String NAME = "publish.log";

    private static final int MAX_LINES_BYTES = 4 << 20;
    private static final int MAX_INCLUDED_BYTES = 1 << 20;

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private boolean full;

    /** Adds a line, as long as there is room. */
    void line(String line) {
        if (full) {
            return;
        }
        full = text.size() > MAX_LINES_BYTES;
        write(full ? "and more, left out here" : line);
    }

    /** Adds the beginning of another log, also where there is no room for lines any more. */
    void include(String name, Path file) {
        write("--- " + name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            write("there is no log");
            return;
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            text.writeBytes(in.readNBytes(MAX_INCLUDED_BYTES));
            if (in.read() >= 0) {
                write("\n--- and more, left out here");
            }
        } catch (IOException e) {
            write("it could not be read");
        }
    }

    byte[] bytes() {
        return text.toByteArray();
    }

    private void write(String line) {
        text.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}

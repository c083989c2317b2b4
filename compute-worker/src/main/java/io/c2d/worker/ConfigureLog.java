package io.c2d.worker;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/** What stage-in did, a line a file, for admins. Names no query of a URL and no path of this machine. For one thread. */
final class ConfigureLog implements Closeable {
    /** Its name, in the folder and in the store. */
    static final String NAME = "configure.log";

    private final BufferedWriter out;

    private ConfigureLog(BufferedWriter out) {
        this.out = out;
    }

    static ConfigureLog begin(Path folder) throws IOException {
        return new ConfigureLog(Files.newBufferedWriter(
                folder.resolve(NAME), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /** Notes a file that is in place. */
    void fetched(String subject, String from, Downloader.Fetched file, Duration took) throws IOException {
        line(String.format(
                Locale.ROOT,
                "%s (%s): %d bytes, sha256 %s, %.3f s",
                subject,
                from,
                file.size(),
                file.sha256(),
                took.toMillis() / 1000.0));
    }

    /** Notes what went wrong. */
    void failed(String sentence) throws IOException {
        line("failed: " + sentence);
    }

    /** Adds a line, whole in the file at once. */
    void line(String text) throws IOException {
        out.write(text);
        out.write('\n');
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}

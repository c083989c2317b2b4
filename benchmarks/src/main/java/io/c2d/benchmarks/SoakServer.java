package io.c2d.benchmarks;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** One server, in a process of its own that may die and be started again. Calls come from one thread. */
final class SoakServer implements AutoCloseable {
    private static final String LISTENING = "listening on ";
    private static final String MAIN = "io.c2d.server.C2d";

    private final ImmutableList<String> arguments;
    private final Path log;
    private ChildJvm process;
    private volatile URI address;

    private SoakServer(ImmutableList<String> arguments, Path log) throws IOException {
        this.arguments = arguments;
        this.log = log;
        this.process = launch(arguments, log);
        this.address = await(process);
    }

    /**
     * Starts one.
     *
     * @param settings the server's
     * @param log where its log is added to
     */
    static SoakServer start(ImmutableMap<String, String> settings, Path log) throws IOException {
        ImmutableList.Builder<String> arguments = ImmutableList.builder();
        arguments.add("serve", "--set", "local.sandbox=bubblewrap,namespaces");
        settings.forEach((name, value) -> arguments.add("--set", name + "=" + value));
        return new SoakServer(arguments.build(), log);
    }

    private static ChildJvm launch(List<String> arguments, Path log) throws IOException {
        return ChildJvm.start(
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                MAIN,
                arguments,
                ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    private static URI await(ChildJvm process) throws IOException {
        String first = process.line();
        if (!first.startsWith(LISTENING)) {
            process.kill();
            throw new IOException("a server did not start, it said: " + first);
        }
        return URI.create(first.substring(LISTENING.length()));
    }

    /** Where it listens, or listened before it died. */
    URI address() {
        return address;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.kill();
        process.awaitEnd();
    }

    /** SIGTERM, and its end. */
    void stop() throws InterruptedException {
        process.terminate();
        process.awaitEnd();
    }

    /** SIGSTOP. */
    void pause() throws IOException, InterruptedException {
        process.signal("STOP");
    }

    /** SIGCONT. */
    void goOn() throws IOException, InterruptedException {
        process.signal("CONT");
    }

    /** Starts it again, after its end. */
    void restart() throws IOException {
        process.close();
        process = launch(arguments, log);
        address = await(process);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}

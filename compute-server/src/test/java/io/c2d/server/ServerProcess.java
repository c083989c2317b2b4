package io.c2d.server;

import com.google.common.collect.ImmutableList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, so that it can be killed. */
final class ServerProcess implements AutoCloseable {
    private static final String LISTENING = "listening on ";
    private static final long LIMIT_SECONDS = 30;

    private final Process process;
    private final URI address;

    private ServerProcess(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Starts one over a data folder, and returns when it says where it listens; what it logs is on stderr. */
    static ServerProcess start(Path data, String... settings) throws IOException {
        ImmutableList.Builder<String> command = ImmutableList.builder();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m", "-XX:TieredStopAtLevel=1", "-Duser.language=tr", "-Duser.country=TR");
        command.add("-cp", System.getProperty("java.class.path"), C2d.class.getName(), "serve");
        command.add("--set", "http.port=0", "--set", "data.dir=" + data, "--set", "auth.signatures=none");
        command.add("--set", "staging.allowed-networks=127.0.0.0/8");
        // The machine's own programs: a container would need the jobs' images.
        command.add("--set", "local.sandbox=bubblewrap,namespaces");
        for (String setting : settings) {
            command.add("--set", setting);
        }
        ProcessBuilder builder = new ProcessBuilder(command.build()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("C2D_"));
        Process process = builder.start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String first = out.readLine();
        if (first == null || !first.startsWith(LISTENING)) {
            process.destroyForcibly();
            throw new AssertionError("the server did not start, it said: " + first);
        }
        return new ServerProcess(process, URI.create(first.substring(LISTENING.length())));
    }

    URI address() {
        return address;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM; returns at once. */
    void terminate() {
        process.destroy();
    }

    /** Its exit code, once it has ended. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the server did not end within " + LIMIT_SECONDS + " s");
        }
        return process.exitValue();
    }

    /** Sends it a signal, such as STOP or CONT. */
    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("the signal " + name + " was not sent");
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

package io.c2d.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several servers may launch a supervisor of one try, at once or long after another: the first one's try runs, untouched. */
final class SupervisorTest {
    @TempDir
    Path folder = Path.of("");

    private Supervisor supervisor = new Supervisor(folder);

    @BeforeEach
    void writeScript() throws IOException {
        Path script = folder.resolve("supervisor.sh");
        Files.write(script, Resources.toByteArray(Resources.getResource(Supervisor.class, "supervisor.sh")));
        supervisor = new Supervisor(script);
    }

    private static Path prepared(TryFolder folder, String name) throws IOException {
        Path prepared = folder.newPrepared();
        Files.createDirectory(prepared.resolve("outputs"));
        Files.writeString(prepared.resolve("log"), "");
        Files.writeString(prepared.resolve("cgroups"), "");
        Files.writeString(prepared.resolve("sweep"), "exit 0\n");
        Files.writeString(
                prepared.resolve("run"),
                "cd " + ShellText.quote(folder.path().toString()) + "; echo " + name
                        + " >> outputs/ran; until [ -e go ]; do sleep 0.01; done; exit 7\n");
        return prepared;
    }

    @Test
    void whoeverComesLateTouchesNothingOfATryThatRuns() throws IOException {
        TryFolder running = new TryFolder(Files.createDirectory(folder.resolve("try")));
        Path ran = running.outputs().resolve("ran");
        Path first = prepared(running, "first");
        Path second = prepared(running, "second");
        supervisor.launch(running, first, 4_096);
        Waiting.until(() -> Files.exists(ran));
        supervisor.launch(running, second, 4_096);
        Waiting.until(() -> Files.notExists(second));
        assertThat(Files.exists(first)).isFalse();
        assertThat(Files.readString(ran)).isEqualTo("first\n");
        Files.createFile(running.path().resolve("go"));
        Waiting.until(() -> Files.exists(running.path().resolve("exit")));
        assertThat(running.exit().orElseThrow().code()).isEqualTo(7);
        Path third = prepared(running, "third");
        supervisor.launch(running, third, 4_096);
        Waiting.until(() -> Files.notExists(third));
        assertThat(Files.readString(ran)).isEqualTo("first\n");
    }

    @Test
    void ofManyAtOnceOneRuns() throws IOException {
        TryFolder running = new TryFolder(Files.createDirectory(folder.resolve("try")));
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            supervisor.launch(running, prepared(running, name), 4_096);
        }
        Waiting.until(() ->
                preparedLeft(running) == 0 && Files.exists(running.outputs().resolve("ran")));
        Files.createFile(running.path().resolve("go"));
        Waiting.until(() -> Files.exists(running.path().resolve("exit")));
        assertThat(Files.readAllLines(running.outputs().resolve("ran"))).hasSize(1);
    }

    private static long preparedLeft(TryFolder folder) {
        try (Stream<Path> files = Files.list(folder.path())) {
            return files.filter(file -> file.getFileName().toString().startsWith("prepared-"))
                    .count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

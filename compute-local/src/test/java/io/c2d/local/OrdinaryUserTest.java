package io.c2d.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same sandboxes and limits where the server is an ordinary user: root starts a process of {@code nobody} for it. */
final class OrdinaryUserTest {
    @TempDir
    static Path folder = Path.of("");

    private static final List<String> CLASS_PATH = new ArrayList<>();

    /** The build's class path may lie where another user can't read. */
    @BeforeAll
    static void copyClassPath() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        int number = 0;
        for (String entry :
                Splitter.on(File.pathSeparatorChar).omitEmptyStrings().split(path)) {
            Path from = Path.of(entry);
            if (Files.exists(from)) {
                Path to = folder.resolve("cp" + number++ + (entry.endsWith(".jar") ? ".jar" : ""));
                copy(from, to);
                CLASS_PATH.add(to.toString());
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
    }

    private static String run(String sandbox, String script) throws Exception {
        List<String> command = new ArrayList<>();
        boolean root = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        Path work = Files.createTempDirectory(folder, "work");
        if (root) {
            command.addAll(List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
            Files.setAttribute(work, "unix:uid", Identity.NOBODY, LinkOption.NOFOLLOW_LINKS);
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, CLASS_PATH),
                OneJob.class.getName(),
                work.toString(),
                sandbox,
                script));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("err").toFile())
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("err")))
                .isZero();
        return said;
    }

    @ParameterizedTest
    @ValueSource(strings = {"namespaces", "bubblewrap,namespaces"})
    void anAlgorithmIsShutOffAsUnderRoot(String sandbox) throws Exception {
        String said = run(sandbox, """
                for p in /data/inputs/x /data/x /x /usr/x /dev/x /etc/x; do touch $p 2>/dev/null && echo wrote $p; done
                touch /tmp/ok $OUTPUTS/ok $LOGS/ok && echo wrote three
                ls /root /home 2>/dev/null
                wc -l < /proc/net/dev
                dd if=/dev/zero of=$OUTPUTS/big bs=1M count=8 2>/dev/null; wc -c < $OUTPUTS/big
                [ "$(id -u)" = 0 ] && echo root
                exit 3
                """);
        assertThat(said).isEqualTo("algorithmFailed 3\nwrote three\n3\n4194304\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"namespaces", "bubblewrap,namespaces"})
    void memoryIsLimitedWithoutControlGroupsToo(String sandbox) throws Exception {
        String said = run(sandbox, "awk 'BEGIN { x = \"x\"; while (length(x) < 400000000) x = x x; print length(x) }'");
        assertThat(said).startsWith("algorithmFailed ").doesNotContain("400000000\n");
    }
}

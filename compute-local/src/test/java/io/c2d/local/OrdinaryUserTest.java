package io.c2d.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    /** Somebody who is not root. */
    private record User(int uid, int gid, String home) {
        private static final User NOBODY = new User(Identity.NOBODY, Identity.NOBODY, "/tmp");

        /** The first with ids of its own to give to containers (subuid(5)), as Podman without root needs them. */
        static Optional<User> withSubordinates() throws IOException {
            Set<String> names =
                    lines("/etc/subuid").stream().map(line -> line.get(0)).collect(ImmutableSet.toImmutableSet());
            return lines("/etc/passwd").stream()
                    .filter(line -> names.contains(line.get(0)) && !line.get(2).equals("0"))
                    .filter(line -> Files.isDirectory(Path.of(line.get(5))))
                    .map(line -> new User(Integer.parseInt(line.get(2)), Integer.parseInt(line.get(3)), line.get(5)))
                    .findFirst();
        }

        private static List<List<String>> lines(String file) throws IOException {
            Path path = Path.of(file);
            return Files.exists(path)
                    ? Files.readAllLines(path).stream()
                            .map(Splitter.on(':')::splitToList)
                            .toList()
                    : List.of();
        }
    }

    private static String run(String sandbox, String script) throws Exception {
        boolean root = Identity.current().asRoot();
        boolean container = sandbox.equals("container");
        Optional<User> user = !root ? Optional.empty() : container ? User.withSubordinates() : Optional.of(User.NOBODY);
        if (container) {
            boolean unused = TestingContainers.require().limits().all();
            if (root && user.isEmpty()) {
                System.err.println("CONTAINERS OF AN ORDINARY USER ARE NOT TESTED HERE: nobody has ids in /etc/subuid");
            }
            assumeTrue(!root || user.isPresent(), "no ordinary user can run containers here");
        }
        List<String> command = new ArrayList<>();
        Path work = Files.createTempDirectory(folder, "work");
        if (user.isPresent()) {
            int uid = user.get().uid();
            int gid = user.get().gid();
            command.addAll(List.of("setpriv", "--reuid", "" + uid, "--regid", "" + gid, "--clear-groups"));
            Files.setAttribute(work, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(File.pathSeparator, CLASS_PATH),
                OneJob.class.getName(),
                work.toString(),
                sandbox,
                script));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(folder.resolve("err").toFile());
        user.ifPresent(u -> {
            builder.environment().put("HOME", u.home());
            builder.environment().remove("XDG_RUNTIME_DIR");
        });
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("err")))
                .isZero();
        return said;
    }

    @ParameterizedTest
    @ValueSource(strings = {"namespaces", "bubblewrap,namespaces", "container"})
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
    @ValueSource(strings = {"namespaces", "bubblewrap,namespaces", "container"})
    void memoryIsLimitedWithoutControlGroupsToo(String sandbox) throws Exception {
        String said = run(sandbox, "x=x; while [ ${#x} -lt 400000000 ]; do x=$x$x; done; echo all");
        assertThat(said).startsWith("algorithmFailed ").doesNotContain("all\n");
    }
}

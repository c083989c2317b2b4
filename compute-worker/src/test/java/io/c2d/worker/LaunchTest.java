package io.c2d.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first process of an algorithm's container: how commands end, and what is kept of what they print. */
@Timeout(60)
class LaunchTest {
    private static final String NOTE = "\n[... the rest is in the job's log alone ...]\n";
    private static final String OMITTED = "\n[... the middle of the output was left out ...]\n";

    @TempDir
    static Path built;

    private static Path program;

    @TempDir
    Path folder;

    private TestingLauncher launcher;

    @BeforeAll
    static void compile() throws Exception {
        program = TestingLauncher.compile(built);
    }

    @BeforeEach
    void start() throws IOException {
        launcher = new TestingLauncher(program, folder);
    }

    @AfterEach
    void stop() {
        launcher.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 126, 127, 255})
    void theExitCodeIsTheCommands(int code) throws Exception {
        assertThat(launcher.shell("exit " + code)).isEqualTo(code);
        assertThat(launcher.log()).isEmpty();
        assertThat(launcher.output()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"KILL, 137", "TERM, 143", "SEGV, 139", "PIPE, 141", "CHLD, 0"})
    void aDeathByASignalIsToldBy128AndItsNumber(String signal, int code) throws Exception {
        assertThat(launcher.shell("kill -" + signal + " $$; exit 0")).isEqualTo(code);
    }

    @Test
    void bothStreamsAreInTheLogAndInTheOutputInTheirOrder() throws Exception {
        assertThat(launcher.shell("echo 1; echo 2 >&2; echo 3; echo 4 >&2; printf 5"))
                .isZero();
        assertThat(launcher.log()).isEqualTo("1\n2\n3\n4\n5");
        assertThat(launcher.output()).isEqualTo("1\n2\n3\n4\n5");
        assertThat(launcher.files()).containsExactly("algorithm.log");
    }

    @Test
    void aProgramIsRunWithItsWordsAsTheyAreAndWithoutAShell() throws Exception {
        assertThat(launcher.run("printf", "%s|", "a b", "$HOME", "*", "")).isZero();
        assertThat(launcher.log()).isEqualTo("a b|$HOME|*||");
    }

    @Test
    void theCommandHasNoFilesOfTheLaunchersOpen() throws Exception {
        assertThat(launcher.run("ls", "/proc/self/fd")).isZero();
        // The last one is that of the folder that it lists.
        assertThat(launcher.log()).isEqualTo("0\n1\n2\n3\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 11, 15, 16, 20, 21, 25, 26, 1_000})
    void headAndTailsAreKeptToTheByte(int printed) throws Exception {
        launcher.head = 10;
        launcher.tail = 5;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < printed; i++) {
            text.append((char) ('!' + i % 90));
        }
        String all = text.toString();
        assertThat(launcher.run("printf", "%s", all)).isZero();
        assertThat(launcher.output()).isEqualTo(all);
        assertThat(launcher.log()).isEqualTo(all.substring(0, Math.min(10, printed)));
        int behind = Math.max(0, printed - 10);
        int newest = behind == 0 ? 0 : (behind - 1) % 5 + 1;
        int older = behind > 5 ? 5 : 0;
        assertThat(launcher.log("algorithm.log.1")).isEqualTo(all.substring(printed - newest));
        assertThat(launcher.log("algorithm.log.2"))
                .isEqualTo(all.substring(printed - newest - older, printed - newest));
        boolean gap = behind > 10;
        assertThat(launcher.files().contains("algorithm.log.gap")).isEqualTo(gap);
        String captured = CapturedLog.launched(launcher.logs, 1, 1_000)
                .content()
                .orElseThrow()
                .asCharSource(StandardCharsets.UTF_8)
                .read();
        assertThat(captured)
                .isEqualTo(gap ? all.substring(0, 10) + OMITTED + all.substring(printed - newest - older) : all);
    }

    @Test
    void aFloodIsBoundedOnDiskAndInTheOutput() throws Exception {
        launcher.head = 100_000;
        launcher.tail = 70_000;
        launcher.shown = 1_000;
        assertThat(launcher.run("head", "-c", "20000000", "/dev/zero")).isZero();
        assertThat(launcher.files())
                .containsExactly("algorithm.log", "algorithm.log.1", "algorithm.log.2", "algorithm.log.gap");
        assertThat(launcher.log()).hasSize(100_000);
        assertThat(launcher.log("algorithm.log.2")).hasSize(70_000);
        assertThat(launcher.log("algorithm.log.1")).hasSize((20_000_000 - 100_000) % 70_000);
        assertThat(launcher.log("algorithm.log.gap")).isEmpty();
        assertThat(launcher.output()).isEqualTo("\0".repeat(1_000) + NOTE);
    }

    @Test
    void theOutputIsCappedWithANoteAndTheLogIsNot() throws Exception {
        launcher.shown = 4;
        assertThat(launcher.run("printf", "12345678")).isZero();
        assertThat(launcher.output()).isEqualTo("1234" + NOTE);
        assertThat(launcher.log()).isEqualTo("12345678");
    }

    @Test
    void anOutputBelowTheCapHasNoNote() throws Exception {
        launcher.shown = 4;
        assertThat(launcher.run("printf", "123")).isZero();
        assertThat(launcher.output()).isEqualTo("123");
    }

    @Test
    void aCommandThatIsNotThereIsToldInTheLog() throws Exception {
        assertThat(launcher.run("no-such-program", "x")).isEqualTo(127);
        assertThat(launcher.log()).isEqualTo("no-such-program: No such file or directory\n");
        assertThat(launcher.output()).isEqualTo("no-such-program: No such file or directory\n");
    }

    @Test
    void aCommandThatMayNotRunIsToldInTheLog() throws Exception {
        Path plain = Files.writeString(folder.resolve("plain"), "echo ran");
        assertThat(launcher.run(plain.toString())).isEqualTo(126);
        assertThat(launcher.log()).isEqualTo(plain + ": Permission denied\n");
        assertThat(launcher.output()).isEqualTo(plain + ": Permission denied\n");
    }

    @Test
    void aLogFolderThatIsNotThereRunsNothing() throws Exception {
        Path ran = folder.resolve("ran");
        Path missing = folder.resolve("missing");
        assertThat(launcher.runWords(
                        "1", "/dev/null", missing.toString(), "1", "1", "1", "0", "1", "touch", ran.toString()))
                .isEqualTo(126);
        assertThat(launcher.output()).isEqualTo("launch: " + missing + ": No such file or directory\n");
        assertThat(ran).doesNotExist();
        assertThat(missing).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0 1 1 0", "1 0 1 0", "1 1 0 0", "1 1 1 -1", "x 1 1 0", "1 1 1 1s", "99999999999999999999 1 1 0"
            })
    void aNumberThatIsNoneRunsNothing(String numbers) throws Exception {
        Path ran = folder.resolve("ran");
        String[] four = numbers.split(" ", -1);
        assertThat(launcher.runWords(
                        "1",
                        "/dev/null",
                        launcher.logs.toString(),
                        four[0],
                        four[1],
                        four[2],
                        four[3],
                        "1",
                        "touch",
                        ran.toString()))
                .isEqualTo(126);
        assertThat(launcher.output()).startsWith("launch: not a number from ");
        assertThat(ran).doesNotExist();
    }

    @Test
    void withoutACommandItSaysHowItIsUsed() throws Exception {
        assertThat(launcher.runWords("1", "/dev/null", launcher.logs.toString(), "1", "1", "1", "0", "1"))
                .isEqualTo(126);
        assertThat(launcher.output())
                .startsWith("launch: 1 MESSAGE LOG-FOLDER HEAD TAIL SHOWN PATIENCE FILE-SIZE COMMAND");
    }

    @Test
    void noFileIsLargerThanIsAllowed() throws Exception {
        launcher.fileSize = 1_000;
        Path file = folder.resolve("file");
        assertThat(launcher.shell("head -c 5000 /dev/zero > '" + file + "'; echo $?; ulimit -n"))
                .isZero();
        assertThat(file).hasSize(1_000);
        assertThat(launcher.log()).contains("153\n1024\n");
    }

    @Test
    void argumentsOfAnotherFormatRunNothing() throws Exception {
        Path ran = folder.resolve("ran");
        assertThat(launcher.runWords(
                        "2", "/dev/null", launcher.logs.toString(), "1", "1", "1", "0", "1", "touch", ran.toString()))
                .isEqualTo(126);
        assertThat(ran).doesNotExist();
    }

    @Test
    void aCommandThatPrintsWithoutPauseIsToldToEndAtOnce() throws Exception {
        Process process = launcher.begin("yes");
        launcher.awaitLog(process, "y");
        process.destroy();
        assertThat(TestingLauncher.ended(process)).isEqualTo(143);
        assertThat(launcher.message()).isEqualTo("{\"format\":1,\"told\":true}");
    }

    @ParameterizedTest
    @CsvSource({"INT, 2", "QUIT, 3", "HUP, 1", "USR1, 10", "TERM, 15"})
    void theSignalsThatRuntimesEndContainersWithArePassedOn(String signal, int number) throws Exception {
        Process process =
                launcher.begin("sh", "-c", "sleep 25 & trap 'kill -9 $!; exit 40' " + signal + "; echo ready; wait");
        launcher.awaitLog(process, "ready");
        assertThat(new ProcessBuilder("kill", "-" + number, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
        assertThat(TestingLauncher.ended(process)).isEqualTo(40);
    }

    @Test
    void anEndByItselfLeavesNoMessageAndACommandThatIsNotThereTheSystemsNumber() throws Exception {
        assertThat(launcher.shell("exit 5")).isEqualTo(5);
        assertThat(launcher.message()).isEmpty();
        assertThat(launcher.run("no-such-program")).isEqualTo(127);
        assertThat(launcher.message()).isEqualTo("{\"format\":1,\"errno\":2}");
    }

    @Test
    void aLinkInThePlaceOfTheLogIsNotWrittenThrough() throws Exception {
        Path other = Files.writeString(folder.resolve("other"), "untouched");
        Files.createSymbolicLink(launcher.logs.resolve("algorithm.log"), other);
        assertThat(launcher.shell("echo hello; exit 3")).isEqualTo(3);
        assertThat(other).hasContent("untouched");
        assertThat(launcher.output()).isEqualTo("hello\n");
    }

    @Test
    void sigtermIsPassedToTheCommandWhichMayEndAsItLikes() throws Exception {
        Process process =
                launcher.begin("sh", "-c", "trap 'echo told; kill $!; exit 7' TERM; sleep 60 & echo ready; wait");
        launcher.awaitLog(process, "ready\n");
        process.destroy();
        assertThat(TestingLauncher.ended(process)).isEqualTo(7);
        assertThat(launcher.log()).isEqualTo("ready\ntold\n");
    }

    @Test
    void sigtermLeavesAloneWhatHeedsItNot() throws Exception {
        Path go = folder.resolve("go");
        TestingFolder.shell(folder, "mkfifo go");
        Process process = launcher.begin("sh", "-c", "trap '' TERM; echo ready; cat < '" + go + "'; echo over; exit 5");
        launcher.awaitLog(process, "ready\n");
        process.destroy();
        assertThat(process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
        Files.writeString(go, "on\n");
        assertThat(TestingLauncher.ended(process)).isEqualTo(5);
        assertThat(launcher.log()).isEqualTo("ready\non\nover\n");
    }

    @Test
    void asTheFirstProcessOfAContainerItPassesSigtermToAll() throws Exception {
        ImmutableList<String> namespace = ImmutableList.of("unshare", "--pid", "--fork", "--mount-proc");
        assumeThat(launcher.beginIn(namespace, "true").waitFor())
                .as("NOT TESTED: process 1 of a namespace, since unshare does not work here")
                .isZero();
        Process unshare = launcher.beginIn(
                namespace,
                "sh",
                "-c",
                // Whatever the signal meets, the sleep ends: before "up" nothing is sent, and afterwards there is one
                // to kill.
                "setsid sh -c 'sleep 60 & trap \"echo grandchild; kill -9 $!; exit\" TERM; echo up; wait' & "
                        + "trap 'wait; echo child; exit 9' TERM; echo ready; wait");
        launcher.awaitLog(unshare, "ready\n");
        launcher.awaitLog(unshare, "up\n");
        Optional<ProcessHandle> first = unshare.children().findFirst();
        assertThat(first.orElseThrow().destroy()).isTrue();
        assertThat(TestingLauncher.ended(unshare)).isEqualTo(9);
        assertThat(launcher.log()).contains("grandchild\n").endsWith("child\n");
    }

    @Test
    void aChildThatKeepsThePipeOpenDoesNotKeepItWaiting() throws Exception {
        assertThat(launcher.shell("sleep 60 & echo $!; exit 4")).isEqualTo(4);
        Optional<ProcessHandle> child =
                ProcessHandle.of(Long.parseLong(launcher.log().strip()));
        assertThat(child).isPresent();
        child.get().destroyForcibly();
    }

    @Test
    void aChildThatPrintsForEverEndsWithIt() throws Exception {
        launcher.shown = 10;
        assertThat(launcher.shell("yes & echo $! > child; exit 3")).isEqualTo(3);
        long pid = Long.parseLong(Files.readString(folder.resolve("child")).strip());
        Optional<ProcessHandle> child = ProcessHandle.of(pid);
        if (child.isPresent()) {
            assertThat(child.get().onExit().get(20, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(launcher.log()).hasSizeLessThanOrEqualTo(1_000);
    }

    @Test
    void aFullDiskDoesNotEndTheAlgorithm() throws Exception {
        launcher.head = 10_000_000;
        ImmutableList<String> small = ImmutableList.of(
                "unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=64k none logs && exec \"$@\"", "sh");
        assumeThat(launcher.beginIn(small, "true").waitFor())
                .as("NOT TESTED: a full disk, since a small one can't be mounted here")
                .isZero();
        launcher.shown = 2_000_000;
        Process process = launcher.beginIn(
                small, "sh", "-c", "head -c 1000000 /dev/zero; stat -c '%s stored' logs/algorithm.log; exit 6");
        assertThat(TestingLauncher.ended(process)).isEqualTo(6);
        assertThat(launcher.output()).isEqualTo("\0".repeat(1_000_000) + "65536 stored\n");
    }
}

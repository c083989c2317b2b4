package io.c2d.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapturedLogTest {
    private static final String OMITTED = "\n[... the middle of the output was left out ...]\n";

    @TempDir
    Path root;

    private Path logs;

    @BeforeEach
    void make() throws IOException {
        logs = Files.createDirectory(root.resolve("logs"));
    }

    private static void write(Path folder, String name, String text) throws IOException {
        Path unused = Files.writeString(folder.resolve(name), text);
    }

    private static String text(CapturedLog log) throws IOException {
        return log.content().orElseThrow().asCharSource(StandardCharsets.UTF_8).read();
    }

    private String launched() throws IOException {
        return text(CapturedLog.launched(logs, 1, 1_000));
    }

    @Test
    void aLogInOneFileIsThatFileAlone() throws Exception {
        write(logs, "printed", "I ran");
        write(logs, "algorithm.log", "other");
        write(logs, "printed.1", "other");
        assertThat(text(CapturedLog.of(logs.resolve("printed")))).isEqualTo("I ran");
    }

    @Test
    void anEmptyFileIsALogAndAMissingOneIsNone() throws Exception {
        write(logs, "printed", "");
        assertThat(text(CapturedLog.of(logs.resolve("printed")))).isEmpty();
        assertThat(CapturedLog.of(logs.resolve("missing")).content()).isEmpty();
        assertThat(CapturedLog.of(logs).content()).isEmpty();
    }

    @Test
    void aLinkIsNoLog() throws Exception {
        Files.createSymbolicLink(logs.resolve("printed"), Path.of("/etc/passwd"));
        assertThat(CapturedLog.of(logs.resolve("printed")).content()).isEmpty();
    }

    @Test
    void aShortOutputIsTheHead() throws Exception {
        write(logs, "algorithm.log", "head");
        assertThat(launched()).isEqualTo("head");
    }

    @Test
    void theTailFollowsTheHeadWithNothingBetween() throws Exception {
        write(logs, "algorithm.log", "he");
        write(logs, "algorithm.log.1", "ad");
        assertThat(launched()).isEqualTo("head");
    }

    @Test
    void theOlderTailComesBeforeTheNewerOne() throws Exception {
        write(logs, "algorithm.log", "a");
        write(logs, "algorithm.log.1", "c");
        write(logs, "algorithm.log.2", "b");
        assertThat(launched()).isEqualTo("abc");
    }

    @Test
    void whatWasLetGoIsToldBetweenHeadAndTails() throws Exception {
        write(logs, "algorithm.log", "a");
        write(logs, "algorithm.log.1", "c");
        write(logs, "algorithm.log.2", "b");
        write(logs, "algorithm.log.gap", "not shown");
        assertThat(launched()).isEqualTo("a" + OMITTED + "bc");
    }

    @Test
    void whereNothingWasLeftThereIsNoLog() {
        assertThat(CapturedLog.launched(logs, 1, 1_000).content()).isEmpty();
        assertThat(CapturedLog.launched(root.resolve("missing"), 1, 1_000).content())
                .isEmpty();
        assertThat(CapturedLog.launched(logs, 3, 1_000).content()).isEmpty();
    }

    @Test
    void whatAnAlgorithmPutInThePlaceOfItsLogIsNotRead() throws Exception {
        Files.createSymbolicLink(logs.resolve("algorithm.log"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(logs.resolve("algorithm.log.gap"), Path.of("/etc/passwd"));
        Files.createDirectory(logs.resolve("algorithm.log.2"));
        TestingFolder.shell(logs, "mkfifo algorithm.log.1");
        assertThat(CapturedLog.launched(logs, 1, 1_000).content()).isEmpty();
    }

    @Test
    void aTailIsReadWhereTheHeadIsALink() throws Exception {
        Files.createSymbolicLink(logs.resolve("algorithm.log"), Path.of("/etc/passwd"));
        write(logs, "algorithm.log.1", "tail");
        assertThat(launched()).isEqualTo("tail");
    }

    @Test
    void ofEachFileNoMoreIsReadThanALauncherWrites() throws Exception {
        write(logs, "algorithm.log", "12345");
        write(logs, "algorithm.log.1", "abcde");
        write(logs, "algorithm.log.2", "ABCDE");
        assertThat(text(CapturedLog.launched(logs, 1, 4))).isEqualTo("1234ABCDabcd");
        assertThat(text(CapturedLog.launched(logs, 1, 5))).isEqualTo("12345ABCDEabcde");
    }

    @Test
    void aFileWithHolesThatIsHugeIsCutAsWell() throws Exception {
        TestingFolder.shell(logs, "truncate -s 1T algorithm.log");
        assertThat(CapturedLog.launched(logs, 1, 1_000).content().orElseThrow().size())
                .isEqualTo(1_000);
    }

    @Test
    void eachOfSeveralInstancesHasAHeaderAndItsOwnFolder() throws Exception {
        write(Files.createDirectory(logs.resolve("0")), "algorithm.log", "zero\n");
        write(Files.createDirectory(logs.resolve("2")), "algorithm.log", "two");
        write(logs.resolve("2"), "algorithm.log.1", "!\n");
        write(logs, "algorithm.log", "nobody's\n");
        write(Files.createDirectory(logs.resolve("3")), "algorithm.log", "one too many\n");
        assertThat(text(CapturedLog.launched(logs, 3, 1_000)))
                .isEqualTo("--- instance 0\nzero\n--- instance 2\ntwo!\n");
    }

    @Test
    void aSingleInstanceHasNoHeaderAndNoFolder() throws Exception {
        write(Files.createDirectory(logs.resolve("0")), "algorithm.log", "not mine\n");
        write(logs, "algorithm.log", "mine\n");
        assertThat(launched()).isEqualTo("mine\n");
    }

    @Test
    void aLogIsReadAnewEachTime() throws Exception {
        write(logs, "algorithm.log", "head");
        CapturedLog log = CapturedLog.launched(logs, 1, 1_000);
        assertThat(text(log)).isEqualTo("head");
        assertThat(text(log)).isEqualTo("head");
    }
}

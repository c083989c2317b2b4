package io.c2d.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputCollectorTest {
    @TempDir
    Path folder;

    private Path outputs;

    @BeforeEach
    void make() throws IOException {
        outputs = Files.createDirectory(folder.resolve("outputs"));
    }

    private OutputCollector collector() {
        return new OutputCollector(outputs, new OutputLimits(10, 4, 1000));
    }

    private ImmutableList<String> files() throws IOException {
        return collector().list().entries().stream()
                .filter(entry -> !entry.isFolder())
                .map(OutputCollector.Entry::path)
                .collect(ImmutableList.toImmutableList());
    }

    private void write(String path, String content) throws IOException {
        Path file = outputs.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    @Test
    void ordersByTheBytesOfWholePaths() throws Exception {
        for (String path : ImmutableList.of("b", "a/x", "a-b", "a0", "a.txt", "B", "a/b/c", "z")) {
            write(path, path);
        }
        TestingFolder.shell(outputs, "touch $(printf '\\303\\251')");
        assertThat(files()).containsExactly("B", "a-b", "a.txt", "a/b/c", "a/x", "a0", "b", "z", "é");
    }

    @Test
    void ordersByBytesAndNotByJavasCharactersInAnyLocale() throws Exception {
        // By bytes EF BF AE and F0 9F 98 80, as Java's characters FFEE and D83D DE00.
        TestingFolder.shell(
                outputs, "echo three > $(printf '\\357\\277\\256'); echo four > $(printf '\\360\\237\\230\\200')");
        assertThat(files()).containsExactly("\uffee", "\ud83d\ude00");
        try (InputStream in = collector().open(collector().list().entries().get(1))) {
            assertThat(in.readAllBytes()).isEqualTo("four\n".getBytes(UTF_8));
        }
    }

    @Test
    void namesTheSizeAndReadsTheContent() throws Exception {
        write("deep/er/file", "content");
        OutputCollector.Entry entry = collector().list().entries().get(2);
        assertThat(entry.path()).isEqualTo("deep/er/file");
        assertThat(entry.size()).isEqualTo(7);
        try (InputStream in = collector().open(entry)) {
            assertThat(in.readAllBytes()).isEqualTo("content".getBytes(UTF_8));
        }
    }

    @Test
    void followsNoLinkAndTouchesNoFifo() throws Exception {
        write("fine", "1");
        Files.createSymbolicLink(outputs.resolve("passwd"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(outputs.resolve("etc"), Path.of("/etc"));
        Files.createSymbolicLink(outputs.resolve("self"), Path.of("."));
        Files.createSymbolicLink(outputs.resolve("dangling"), Path.of("nowhere"));
        TestingFolder.shell(outputs, "mkfifo fifo");
        OutputCollector.Listing listing = collector().list();
        assertThat(listing.entries()).extracting(OutputCollector.Entry::path).containsExactly("fine");
        assertThat(listing.notes())
                .containsExactlyInAnyOrder(
                        "left out, no regular file: passwd",
                        "left out, no regular file: etc",
                        "left out, no regular file: self",
                        "left out, no regular file: dangling",
                        "left out, no regular file: fifo");
    }

    @Test
    void anOutputsFolderThatIsALinkIsNotRead() throws Exception {
        Files.delete(outputs);
        Files.createSymbolicLink(outputs, Path.of("/etc"));
        assertThatThrownBy(() -> collector().list()).isInstanceOf(IOException.class);
    }

    @Test
    void whatBecameALinkSinceItWasListedIsNotOpened() throws Exception {
        write("dir/file", "mine");
        write("plain", "mine");
        OutputCollector.Listing listing = collector().list();
        TestingFolder.shell(
                outputs,
                "mkdir ../other; echo secret > ../other/file; rm -r dir plain; ln -s ../other dir; ln -s ../other/file plain");
        for (OutputCollector.Entry entry : listing.entries()) {
            if (!entry.isFolder()) {
                assertThatThrownBy(() -> collector().open(entry)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void oddNamesAreTakenWhereTheyAreText() throws Exception {
        TestingFolder.shell(
                outputs,
                "touch -- \"$(printf 'new\\nline')\" \"$(printf 'bad\\377name')\" \"$(printf 'bell\\007')\""
                        + " ' spaces ' '%41' '-rf' '*' 'back\\slash' '~'; mkdir \"$(printf 'dir\\377')\";"
                        + " touch -- \"$(printf 'dir\\377/inner')\"");
        OutputCollector.Listing listing = collector().list();
        assertThat(listing.entries())
                .extracting(OutputCollector.Entry::path)
                .containsExactly(" spaces ", "%41", "*", "-rf", "back\\slash", "~");
        assertThat(listing.notes())
                .containsExactlyInAnyOrder(
                        "left out, its name is not allowed: new%0Aline",
                        "left out, its name is not allowed: bad%FFname",
                        "left out, its name is not allowed: bell%07",
                        "left out, its name is not allowed: dir%FF");
    }

    @Test
    void aFileWithTwoNamesIsListedUnderBoth() throws Exception {
        write("a", "same");
        Files.createLink(outputs.resolve("b"), outputs.resolve("a"));
        assertThat(files()).containsExactly("a", "b");
    }

    @Test
    void asManyFilesAsAllowedAndNoMore() throws Exception {
        for (int i = 0; i < 10; i++) {
            write("f" + i, "");
        }
        assertThat(files()).hasSize(10);
        write("one-more", "");
        assertThatThrownBy(this::files)
                .isInstanceOf(OutputCollector.LimitException.class)
                .hasMessage("the outputs have more than 10 files");
    }

    @Test
    void asDeepAsAllowedAndNoDeeper() throws Exception {
        write("1/2/3/4", "");
        assertThat(files()).containsExactly("1/2/3/4");
        write("1/2/3/x/5", "");
        assertThatThrownBy(this::files).hasMessage("the outputs are more than 4 folders deep");
    }

    @Test
    void verySteepFoldersDoNotOverflow() throws Exception {
        TestingFolder.shell(outputs, "for i in $(seq 1200); do mkdir d; cd d; done");
        assertThatThrownBy(() -> new OutputCollector(outputs, OutputLimits.DEFAULT).list())
                .hasMessage("the outputs are more than 64 folders deep");
        TestingFolder.shell(folder, "rm -rf outputs");
    }

    @Test
    void bytesCountHolesToo() throws Exception {
        TestingFolder.shell(outputs, "truncate -s 1000 sparse");
        assertThat(files()).containsExactly("sparse");
        write("x", "x");
        assertThatThrownBy(this::files).hasMessage("the outputs are larger than 1000 bytes");
    }

    @Test
    void entriesThatAreNoFilesAreBoundedToo() throws Exception {
        TestingFolder.shell(outputs, "for i in $(seq 101); do ln -s x l$i; done");
        assertThatThrownBy(this::files).hasMessage("the outputs have more than 100 entries");
        TestingFolder.shell(outputs, "rm l1");
        assertThat(collector().list().notes()).hasSize(100);
    }
}

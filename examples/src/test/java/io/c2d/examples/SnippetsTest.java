package io.c2d.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The documents quote code that is compiled and tested. */
final class SnippetsTest {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path DOCUMENTS = MODULE.resolveSibling("docs");
    private static final ImmutableMap<String, String> REGIONS = ImmutableMap.of("one", "call();");

    private static ImmutableMap<String, String> regionsOfTheExamples() throws IOException {
        ImmutableMap.Builder<String, String> regions = ImmutableMap.builder();
        for (Path source : files(MODULE.resolve("src/main/java"), ".java")) {
            regions.putAll(Snippets.inSource(Files.readString(source)));
        }
        return regions.buildOrThrow();
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return ImmutableList.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    @Test
    void theRegionsThatDocumentsQuoteAreInTheSources() throws IOException {
        assertThat(regionsOfTheExamples()).containsOnlyKeys("adapter", "client", "embedding", "mounting");
        assertThat(regionsOfTheExamples().get("embedding")).contains("engine.submit(", "engine.whenFinished(");
        assertThat(regionsOfTheExamples().get("client")).contains("client.submit(", "client.download(");
    }

    @Test
    void everyQuoteInTheDocumentsIsTheSourcesText() throws IOException {
        ImmutableMap<String, String> regions = regionsOfTheExamples();
        for (Path document : files(DOCUMENTS, ".md")) {
            assertThat(Snippets.faults(Files.readString(document), regions))
                    .as(document.toString())
                    .isEmpty();
        }
    }

    @Test
    void aQuoteMayBeIndentedOtherwise() {
        assertThat(Snippets.inSource("    // snippet:one\n    if (a) {\n        b();\n    }\n    // end\n"))
                .containsExactly(Map.entry("one", "if (a) {\n    b();\n}"));
        assertThat(Snippets.faults("<!-- snippet:one -->\n```java\n  call();\n```\n<!-- /snippet -->\n", REGIONS))
                .isEmpty();
    }

    @Test
    void aDocumentWithoutMarkersIsRight() {
        assertThat(Snippets.faults("# Title\n```java\nother();\n```\n", REGIONS))
                .isEmpty();
    }

    @Test
    void anOldQuoteIsFoundOut() {
        assertThat(Snippets.faults("<!-- snippet:one -->\n```java\nolder();\n```\n<!-- /snippet -->\n", REGIONS))
                .containsExactly("one: is to be\ncall();");
    }

    @Test
    void aQuoteOfNothingIsFoundOut() {
        assertThat(Snippets.faults("<!-- snippet:two -->\n```java\ncall();\n```\n<!-- /snippet -->\n", REGIONS))
                .containsExactly("two: no source has such a region");
    }

    @Test
    void aQuoteWithoutABlockIsFoundOut() {
        assertThat(Snippets.faults("<!-- snippet:one -->\n<!-- /snippet -->\n", REGIONS))
                .containsExactly("one: one block of ```java is expected");
    }

    @Test
    void aMarkerWithoutItsEndIsFoundOut() {
        assertThatThrownBy(() -> Snippets.faults("<!-- snippet:one -->\n", REGIONS))
                .hasMessage("snippet one has no end");
        assertThatThrownBy(() -> Snippets.inSource("// end\n")).hasMessage("a snippet ends that never began");
    }
}

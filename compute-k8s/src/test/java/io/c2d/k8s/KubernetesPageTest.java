package io.c2d.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The guide for Kubernetes says what the code and the manifests say. */
final class KubernetesPageTest {
    private static final Path PAGE = Path.of("..", "docs", "kubernetes.md");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern LITERAL = Pattern.compile("\"([^\"\\\\]*(?:\\\\.[^\"\\\\]*)*)\"");
    private static final Splitter WORDS =
            Splitter.onPattern("…|: ").trimResults().omitEmptyStrings();
    /** What the cluster says and not we: the scheduler, the kubelet, the API server. */
    private static final ImmutableSet<String> THE_CLUSTERS = ImmutableSet.of(
            "Insufficient cpu",
            "didn't match Pod's node affinity/selector",
            "untolerated taint",
            "unbound immediate PersistentVolumeClaims",
            "not found",
            "volume node affinity conflict",
            "violates PodSecurity",
            "is invalid",
            "exceeded quota",
            "cannot create resource",
            "RuntimeClass");

    private static String page() throws IOException {
        return Files.readString(PAGE);
    }

    private static String sources(Path... folders) {
        return Stream.of(folders)
                .flatMap(KubernetesPageTest::files)
                .map(KubernetesPageTest::read)
                .collect(Collectors.joining("\n"));
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first cells of the tables about reasons. */
    private static List<String> reasons() throws IOException {
        String page = page();
        String part = page.substring(page.indexOf("## Troubleshooting by reason"));
        return part.lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| `reason`"))
                .map(line -> line.substring(2, line.indexOf(" |", 2)))
                .toList();
    }

    private static List<String> quoted(String text) {
        ImmutableList.Builder<String> found = ImmutableList.builder();
        Matcher matcher = QUOTED.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found.build();
    }

    @Test
    void everyReasonOnThePageIsOneThatIsTold() throws IOException {
        String told = sources(
                Path.of("src", "main", "java"),
                Path.of("..", "compute-core", "src", "main", "java", "io", "c2d", "core", "engine"),
                Path.of("..", "compute-core", "src", "main", "java", "io", "c2d", "core", "port"));
        List<String> reasons = reasons();
        assertThat(reasons).hasSizeGreaterThan(30);
        for (String cell : reasons) {
            List<String> all = quoted(cell);
            assertThat(all).as(cell).isNotEmpty();
            for (String reason : all) {
                if (!THE_CLUSTERS.contains(reason)) {
                    // What differs is written as "…"; what is in brackets is the cluster's; a colon joins two
                    // sentences.
                    String words = reason.replaceAll("\\([^)]*\\)", "…").replaceFirst("^algorithm", "…");
                    for (String part : WORDS.split(words)) {
                        assertThat(told.contains(part)).as(reason).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void everySentenceAboutAPodIsOnThePage() throws IOException {
        String page = page();
        Path sources = Path.of("src", "main", "java", "io", "c2d", "k8s");
        Matcher literals =
                LITERAL.matcher(read(sources.resolve("PodState.java")) + read(sources.resolve("PodWaiting.java")));
        Set<String> sentences = new TreeSet<>();
        while (literals.find()) {
            String text = literals.group(1).strip();
            // Sentences have three words and more; the rest are names of fields and values.
            if (text.split(" ").length > 2) {
                sentences.add(text);
            }
        }
        assertThat(sentences)
                .hasSizeGreaterThan(9)
                .allSatisfy(each -> assertThat(page).contains(each));
    }

    @Test
    void everyPathAndNameOfAManifestIsThere() throws IOException {
        ManifestTree shipped = ManifestTree.shipped();
        String manifests = sources(shipped.root());
        for (String name : List.of(
                "c2d-default-deny", "c2d-stage-in", "c2d-database", "c2d-artifacts", "c2d.io/server-namespace")) {
            assertThat(page()).contains(name);
            assertThat(manifests).contains(name);
        }
        for (String file : List.of("server/kustomization.yaml", "server/c2d.conf", "server/artifacts.yaml", "gpu")) {
            assertThat(page()).contains(file);
            assertThat(shipped.root().resolve("overlays/example").resolve(file)).exists();
        }
    }

    /** A link to a heading that is not there leads to the top of the page, which nobody notices. */
    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        Matcher links = Pattern.compile("\\]\\(([^)#]*)#?([^)]*)\\)").matcher(page());
        int seen = 0;
        while (links.find()) {
            Path target = links.group(1).isEmpty() ? PAGE : PAGE.resolveSibling(links.group(1));
            assertThat(target).exists();
            Set<String> anchors = Files.readString(target)
                    .lines()
                    .filter(line -> line.startsWith("#"))
                    .map(line -> line.replaceFirst("^#+ ", "")
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^a-z0-9 -]", "")
                            .replace(' ', '-'))
                    .collect(Collectors.toSet());
            if (!links.group(2).isEmpty()) {
                assertThat(anchors).contains(links.group(2));
            }
            seen++;
        }
        assertThat(seen).isGreaterThan(5);
    }
}

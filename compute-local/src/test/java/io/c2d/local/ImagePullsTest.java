package io.c2d.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import io.c2d.local.ContainerEngine.UnavailableException;
import io.c2d.local.ContainerSettings.PullPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When images are pulled, with a program that stands in for Docker and notes how it is called. */
final class ImagePullsTest {
    private static final ImageReference IMAGE = ImageReference.parse("reg.example.org/a:1");
    private static final ImageReference BY_DIGEST = ImageReference.parse("reg.example.org/a@sha256:" + "0c".repeat(32));

    @TempDir
    Path folder = Path.of("");

    /** Says that it is Docker; has images once the file {@code there} is; pulls as {@code pull} says. */
    private ContainerEngine engine(String pull) throws IOException, UnavailableException {
        Path program = folder.resolve("engine");
        Files.writeString(program, """
                #!/bin/sh
                cd %s
                case $1 in
                    --version) echo "Docker version 27.0" ;;
                    info) echo "memory pids " ;;
                    image) [ -e there ] ;;
                    pull) echo "$@" >> calls; env >> environment; %s ;;
                esac
                """.formatted(folder, pull));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return ContainerEngine.find(
                List.of(program.toString()),
                ImmutableMap.of("HOME", "/home/c2d", "HTTPS_PROXY", "http://proxy", "C2D_STORE_PASSWORD", "sesame"),
                folder);
    }

    private Optional<String> get(String pull, PullPolicy policy, ImageReference image) throws Exception {
        return get(pull, policy, image, Duration.ofMinutes(1));
    }

    private Optional<String> get(String pull, PullPolicy policy, ImageReference image, Duration limit)
            throws Exception {
        return new ImagePulls(engine(pull), policy, limit).get(image).get();
    }

    private List<String> calls() throws IOException {
        Path calls = folder.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    @Test
    void theEngineSaysWhichOneItIsAndWhatItLimits() throws Exception {
        ContainerEngine engine = engine("true");
        assertThat(engine.kind()).isEqualTo(ContainerEngine.Kind.DOCKER);
        assertThat(engine.limits()).isEqualTo(new EnforcedLimits(true, true, false));
        assertThat(engine.environment()).isEqualTo(ImmutableMap.of("HOME", "/home/c2d"));
    }

    @Test
    void whatIsMissingIsPulledAndWhatIsThereIsNot() throws Exception {
        assertThat(get("true", PullPolicy.MISSING, IMAGE)).isEmpty();
        assertThat(calls()).containsExactly("pull --quiet reg.example.org/a:1");
        Files.createFile(folder.resolve("there"));
        assertThat(get("true", PullPolicy.MISSING, IMAGE)).isEmpty();
        assertThat(calls()).hasSize(1);
    }

    @Test
    void alwaysPullsWhatIsThereTooUnlessItsDigestIsNamed() throws Exception {
        Files.createFile(folder.resolve("there"));
        assertThat(get("true", PullPolicy.ALWAYS, BY_DIGEST)).isEmpty();
        assertThat(calls()).isEmpty();
        assertThat(get("true", PullPolicy.ALWAYS, IMAGE)).isEmpty();
        assertThat(calls()).hasSize(1);
        assertThat(get("echo 'denied: no' >&2; exit 1", PullPolicy.ALWAYS, IMAGE))
                .contains(
                        "the image reg.example.org/a:1 can't be pulled: its registry does not give it to this service");
    }

    @Test
    void neverRefusesWhatIsMissingWithoutACall() throws Exception {
        assertThat(get("true", PullPolicy.NEVER, IMAGE))
                .contains("the image reg.example.org/a:1 is not on this machine, and images are never pulled here");
        assertThat(calls()).isEmpty();
        Files.createFile(folder.resolve("there"));
        assertThat(get("true", PullPolicy.NEVER, IMAGE)).isEmpty();
    }

    @Test
    void aPullThatTakesTooLongIsEnded() throws Exception {
        assertThat(get("exec sleep 300", PullPolicy.MISSING, IMAGE, Duration.ofSeconds(2)))
                .contains("the image reg.example.org/a:1 could not be pulled within 2 s");
        assertThat(ProcessHandle.allProcesses()
                        .filter(p -> p.info().commandLine().orElse("").contains(folder.toString())))
                .isEmpty();
    }

    @Test
    void theReasonTellsTheCallerNothingOfTheNetwork() throws Exception {
        String said = "echo 'Error: Get https://10.0.0.7/v2/: dial tcp 10.0.0.7:443: connect: refused' >&2; exit 125";
        assertThat(get(said, PullPolicy.MISSING, IMAGE))
                .contains("the image reg.example.org/a:1 can't be pulled: its registry can't be reached");
        assertThat(get("echo 'manifest unknown' >&2; exit 1", PullPolicy.MISSING, IMAGE))
                .contains("the image reg.example.org/a:1 can't be pulled: its registry has no such image");
    }

    @Test
    void thoseWhoWantTheSameImageAtATimeShareOnePull() throws Exception {
        ImagePulls pulls = new ImagePulls(
                engine("while [ ! -e go ]; do sleep 0.02; done"), PullPolicy.MISSING, Duration.ofSeconds(30));
        CompletableFuture<Optional<String>> first = pulls.get(IMAGE);
        CompletableFuture<Optional<String>> second = pulls.get(IMAGE);
        CompletableFuture<Optional<String>> other = pulls.get(BY_DIGEST);
        Files.createFile(folder.resolve("go"));
        assertThat(first.get()).isEmpty();
        assertThat(second.get()).isEmpty();
        assertThat(other.get()).isEmpty();
        assertThat(calls())
                .containsExactlyInAnyOrder("pull --quiet " + IMAGE.text(), "pull --quiet " + BY_DIGEST.text());
        assertThat(pulls.get(IMAGE).get()).isEmpty();
        assertThat(calls()).hasSize(3);
    }

    @Test
    void aPullGetsTheProxyAndNothingElseOfTheServers() throws Exception {
        assertThat(get("true", PullPolicy.MISSING, IMAGE)).isEmpty();
        assertThat(Files.readString(folder.resolve("environment")))
                .contains("HTTPS_PROXY=http://proxy", "HOME=/home/c2d")
                .doesNotContain("sesame");
    }

    @Test
    void aCommandThatIsNotThereSaysSo() {
        assertThatThrownBy(() -> ContainerEngine.find(List.of("/no/such/engine"), ImmutableMap.of(), folder))
                .isInstanceOf(UnavailableException.class)
                .hasMessageStartingWith("/no/such/engine does not work: ");
    }
}

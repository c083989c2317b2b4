package io.c2d.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With what Podman 4.3 and Docker say in their own words. */
final class EngineMessagesTest {
    @Test
    void theLineThatTellsTheErrorIsTaken() {
        assertThat(EngineMessages.sentence("time=\"x\" level=warning msg=\"y\"\nError: no such object: \"a\"\n"))
                .isEqualTo("no such object: \"a\"");
        assertThat(EngineMessages.sentence("""
                docker: Error response from daemon: failed to create task: out of ids.

                Run 'docker run --help' for more information
                """)).isEqualTo("failed to create task: out of ids.");
        assertThat(EngineMessages.sentence("first\n  last \n\n")).isEqualTo("last");
        assertThat(EngineMessages.sentence("")).isEqualTo("it says nothing");
    }

    @Test
    void aSentenceIsShortAndPlain() {
        assertThat(EngineMessages.sentence("Error: a\u0007b" + "c".repeat(400)))
                .isEqualTo("a b" + "c".repeat(297) + "…");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Error: reading manifest 7 in docker.io/library/debian: manifest unknown | its registry has no such image",
                "docker: pull access denied for x, repository does not exist or may require login | its registry has no such image",
                "Error: requested access to the resource is denied | its registry does not give it to this service",
                "Error: Get https://10.0.0.1/v2/: dial tcp 10.0.0.1:443: i/o timeout | its registry can't be reached",
                "Head \"https://10.0.0.1:5432/v2/x/manifests/1\": EOF | its registry can't be reached",
                "failed to do request: Head \"https://10.0.0.1/v2/\": malformed response | its registry can't be reached",
                "Error: writing blob: no space left on device | there is no room for it",
                "Error: strange | see the server's log"
            })
    void aPullThatFailsIsToldByKinds(String said, String reason) {
        assertThat(EngineMessages.notPulled(said)).isEqualTo(reason);
    }

    @Test
    void anImageWithoutAShellIsToldApartFromOtherFailures() {
        String runc = "Error: runc: runc create failed: unable to start container process: exec: \"sh\":"
                + " executable file not found in $PATH: OCI runtime attempted to invoke a command that was not found";
        assertThat(EngineMessages.notStarted(runc))
                .isEqualTo("the container could not be started: its image has no sh");
        assertThat(EngineMessages.notStarted("Error: cannot find runtime \"x\""))
                .isEqualTo("the container could not be started: cannot find runtime \"x\"");
    }
}

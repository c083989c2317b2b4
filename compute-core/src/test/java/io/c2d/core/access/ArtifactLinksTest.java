package io.c2d.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import io.c2d.core.access.ArtifactLinks.Target;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArtifactLinksTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000);
    private static final JobId JOB = new JobId("0123456789abcdef".repeat(2));

    private final ArtifactLinks links = new ArtifactLinks("ab".repeat(32), Duration.ofHours(1));
    private final Target target = new Target(JOB, 1, 0, "outputs/a.csv");

    private static String signature(String link) {
        return Splitter.on("&sig=").splitToList(link).get(1);
    }

    @Test
    void aLinkNamesItsTargetAndItsEndAndIsGoodUntilThen() {
        String link = links.link(target, NOW);
        assertThat(link).matches("/api/v1/artifacts/" + JOB + "/1/0/outputs/a\\.csv\\?expires=4600&sig=[0-9a-f]{64}");
        links.check(target, "4600", signature(link), NOW.plusSeconds(3_600));
        assertThatThrownBy(() -> links.check(target, "4600", signature(link), NOW.plusSeconds(3_601)))
                .isInstanceOfSatisfying(
                        ComputeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LINK_EXPIRED));
    }

    @Test
    void eachPartOfANameIsEscapedAndSlashesStay() {
        assertThat(links.link(new Target(JOB, 2, 0, "outputs/\u00fc b/100%;?#&\n.csv"), NOW))
                .contains("/2/0/outputs/%C3%BC%20b/100%25%3B%3F%23%26%0A.csv?expires=");
    }

    @Test
    void whateverIsAlteredMakesItInvalid() {
        String sig = signature(links.link(target, NOW));
        for (Target other : List.of(
                new Target(new JobId("0".repeat(32)), 1, 0, "outputs/a.csv"),
                new Target(JOB, 2, 0, "outputs/a.csv"),
                new Target(JOB, 1, 1, "outputs/a.csv"),
                new Target(JOB, 1, 0, "outputs/b.csv"))) {
            invalid(other, "4600", sig);
        }
        invalid(target, "4601", sig);
        invalid(target, "", sig);
        invalid(target, "4600", "");
        invalid(target, "4600", sig.substring(1));
        invalid(target, "4600", "\u00e9" + sig.substring(1));
    }

    private void invalid(Target other, String expires, String sig) {
        assertThatThrownBy(() -> links.check(other, expires, sig, NOW))
                .isInstanceOfSatisfying(
                        ComputeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LINK_INVALID));
    }

    @Test
    void aKeyOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> new ArtifactLinks("abcd", Duration.ofHours(1))).hasMessageContaining("32 bytes");
    }
}

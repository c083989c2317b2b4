package io.c2d.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StepIdTest {
    private static final JobId JOB = new JobId("0123456789abcdef0123456789abcdef");

    @ParameterizedTest
    @EnumSource(StepKind.class)
    void aNameIsReadBackAsTheTryThatBearsIt(StepKind kind) {
        StepId step = new StepId(JOB, 3, 12, kind, 45);
        assertThat(step.name()).isEqualTo("12-" + kind.label() + "-45");
        assertThat(StepId.parse(JOB, 3, step.name())).contains(step);
    }

    @Test
    void theLargestNumbersAreReadWithoutOverflow() {
        assertThat(StepId.parse(JOB, 1, "999999999-stage-in-999999999"))
                .contains(new StepId(JOB, 1, 999_999_999, StepKind.STAGE_IN, 999_999_999));
        assertThat(StepId.parse(JOB, 1, "1000000000-stage-in-1")).isEmpty();
        assertThat(StepId.parse(JOB, 1, "4294967296-stage-in-1")).isEmpty();
        assertThat(StepId.parse(JOB, 1, "0-stage-in-1000000000")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "0",
                "publish",
                "0-publish",
                "publish-1",
                "0-publish-",
                "-publish-1",
                "0-publish-0",
                "00-publish-1",
                "01-publish-1",
                "0-publish-01",
                "-1-publish-1",
                "+1-publish-1",
                "0-publish-+1",
                "0-PUBLISH-1",
                "0-Publish-1",
                "0-publ\u0131sh-1",
                "0-other-1",
                "0--1",
                "0-publish-1 ",
                " 0-publish-1",
                "0-publish-1\n",
                "0-publish-1/",
                "../0-publish-1",
                "0-publish-1-1",
                "\u0660-publish-1",
                "0-publish-1.0"
            })
    void anyOtherNameIsNone(String name) {
        assertThat(StepId.parse(JOB, 1, name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void attemptsCountFromOne(int attempt) {
        assertThat(StepId.parse(JOB, attempt, "0-publish-1")).isEmpty();
        assertThat(StepId.parse(JOB, 1, "0-publish-1")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"stage-in, STAGE_IN", "algorithm, ALGORITHM", "filter, FILTER", "publish, PUBLISH"})
    void aKindIsKnownByItsLabel(String label, StepKind kind) {
        assertThat(StepKind.ofLabel(label)).contains(kind);
        assertThat(kind.label()).isEqualTo(label);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "STAGE_IN", "stage_in", "Publish", " publish", "publish ", "copy-outputs"})
    void anyOtherLabelIsNone(String label) {
        assertThat(StepKind.ofLabel(label)).isEmpty();
    }
}

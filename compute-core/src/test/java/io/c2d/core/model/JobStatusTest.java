package io.c2d.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class JobStatusTest {
    /** The table of moves as the design writes it. */
    private static final String ALLOWED =
            "1>10 1>70 10>20 10>70 20>30 20>31 20>32 20>70 30>40 30>70 40>50 40>60 40>70 50>60 50>70 60>70";

    @Test
    void everyPairOfStatusesIsAllowedExactlyWhereTheTableSaysSo() {
        ImmutableSet<String> allowed = ImmutableSet.copyOf(Splitter.on(' ').split(ALLOWED));
        TreeSet<String> found = new TreeSet<>();
        for (JobStatus from : JobStatus.values()) {
            for (JobStatus to : JobStatus.values()) {
                if (from.canMoveTo(to)) {
                    found.add(from.code() + ">" + to.code());
                }
            }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(allowed);
    }

    @Test
    void statusesThatLeadNowhereAreTerminalAndOnly70Restarts() {
        assertThat(JobStatus.values())
                .filteredOn(JobStatus::isTerminal)
                .extracting(JobStatus::code)
                .containsExactly(31, 32, 70);
        assertThat(JobStatus.values())
                .filteredOn(JobStatus::canRestart)
                .extracting(JobStatus::code)
                .containsExactly(70);
    }

    @Test
    void numbersAndTextsAreTheSeeds() {
        assertThat(JobStatus.values())
                .extracting(s -> s.code() + " " + s.text())
                .containsExactly(
                        "1 Warming up",
                        "10 Job started",
                        "20 Configuring volumes",
                        "30 Provisioning success",
                        "31 Data provisioning failed",
                        "32 Algorithm provisioning failed",
                        "40 Running algorithm",
                        "50 Filtering results",
                        "60 Publishing results",
                        "70 Job completed");
        assertThat(JobStatus.ofCode(31)).contains(JobStatus.DATA_PROVISIONING_FAILED);
        assertThat(JobStatus.ofCode(5)).isEmpty();
    }
}

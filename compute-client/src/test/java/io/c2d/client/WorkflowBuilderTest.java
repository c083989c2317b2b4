package io.c2d.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.RemoteFile;
import io.c2d.core.model.Stage;
import io.c2d.core.model.Workflow;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkflowBuilderTest {
    private static final String HASH = "ab".repeat(32);

    private static WorkflowBuilder whole() {
        return WorkflowBuilder.create()
                .input("did:op:1", URI.create("https://a.example/1"), URI.create("https://a.example/2"))
                .input(
                        "did:op:2",
                        List.of(
                                new RemoteFile("https://b.example/1", HASH),
                                new RemoteFile("https://b.example/2", null)))
                .algorithmId("did:op:3")
                .algorithmFile(new RemoteFile("https://c.example/algo.js", HASH))
                .image("node")
                .tag("10")
                .checksum("sha256:" + HASH)
                .entrypoint("node $ALGO")
                .environment("withgpu")
                .maxTime(Duration.ofHours(1))
                .whitelist("0x00Bd138aBD70e2F00903268F3Db08f2D25677C9e")
                .publishOutput(true)
                .publishAlgorithmLog(true);
    }

    @Test
    void writesWhatTheServiceReads() {
        Workflow workflow = whole().build();
        Stage stage = workflow.stage(0);
        assertThat(stage.inputs()).hasSize(2);
        assertThat(stage.inputs().get(0).files())
                .extracting(RemoteFile::url)
                .containsExactly("https://a.example/1", "https://a.example/2");
        assertThat(stage.inputs().get(1).index()).isEqualTo(1);
        assertThat(stage.inputs().get(1).files())
                .containsExactly(
                        new RemoteFile("https://b.example/1", HASH), new RemoteFile("https://b.example/2", null));
        assertThat(stage.algorithm().id()).isEqualTo("did:op:3");
        assertThat(stage.algorithm().remote()).contains(new RemoteFile("https://c.example/algo.js", HASH));
        assertThat(stage.algorithm().container().image()).isEqualTo("node");
        assertThat(stage.algorithm().container().tag()).isEqualTo("10");
        assertThat(stage.algorithm().container().checksum()).isEqualTo("sha256:" + HASH);
        assertThat(stage.algorithm().container().entrypoint()).isEqualTo("node $ALGO");
        assertThat(stage.compute().environment()).contains("withgpu");
        assertThat(stage.compute().maxTime()).isEqualTo(Duration.ofHours(1));
        assertThat(stage.output().whitelist()).containsExactly("0x00Bd138aBD70e2F00903268F3Db08f2D25677C9e");
        assertThat(stage.output().publishOutput()).isTrue();
        assertThat(stage.output().publishAlgorithmLog()).isTrue();
        assertThat(WorkflowCodec.read(workflow.document())).isEqualTo(workflow);
    }

    @Test
    void rawCodeAndAUrlTakeEachOthersPlace() {
        Workflow raw = whole().rawCode("x").build();
        assertThat(raw.stage(0).algorithm().raw()).contains("x");
        assertThat(raw.document()).doesNotContain("algo.js");
        Workflow url = whole().rawCode("x")
                .algorithmUrl(URI.create("https://c.example/y"))
                .build();
        assertThat(url.stage(0).algorithm().raw()).isEmpty();
    }

    @Test
    void equalBuildsHaveEqualHashes() {
        assertThat(whole().build().sha256()).isEqualTo(whole().build().sha256());
        assertThat(whole().maxTime(Duration.ofSeconds(2)).build().sha256())
                .isNotEqualTo(whole().build().sha256());
    }

    @Test
    void whatTheServiceWouldRefuseIsRefusedWithEveryPointer() {
        ComputeException e = catchThrowableOfType(
                ComputeException.class,
                () -> WorkflowBuilder.create()
                        .input("../x", URI.create("https://a.example/1"))
                        .whitelist("nobody")
                        .build());
        assertThat(e.faults())
                .extracting(fault -> fault.pointer())
                .contains("/stages/0/input/0/id", "/stages/0/algorithm", "/stages/0/output/whitelist/0");
    }

    @Test
    void maxTimeIsOfWholeSeconds() {
        assertThatThrownBy(() -> WorkflowBuilder.create().maxTime(Duration.ofMillis(1_500)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

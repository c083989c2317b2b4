package io.c2d.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.c2d.core.model.ComputeException;
import io.c2d.core.model.Fault;
import io.c2d.core.model.Stage;
import io.c2d.core.model.Workflow;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorkflowCodecTest {
    private static final String WHOLE = """
            {"stages":[{"index":0,"input":[{"id":"did:op:aa","url":["https://a.example/1.csv?k=v"],"index":0,"more":1}],\
            "compute":{"Instances":1,"namespace":"withgpu","maxtime":3600},\
            "algorithm":{"id":"did:op:bb","url":"https://a.example/x.js","rawcode":"console.log(1)",\
            "container":{"image":"node","tag":"10","entrypoint":"node $ALGO"}},\
            "output":{"whitelist":["0x00Bd138aBD70e2F00903268F3Db08f2D25677C9e"],"publishOutput":1,"x":2.50}}],"z":1E+30}""";

    private static ComputeException refused(String json) {
        return catchThrowableOfType(ComputeException.class, () -> WorkflowCodec.read(json));
    }

    @Test
    void aWholeWorkflowIsReadAndItsDocumentKeptAsItCame() {
        Workflow workflow = WorkflowCodec.read(WHOLE);
        assertThat(workflow.document()).isEqualTo(WHOLE);
        Stage stage = workflow.stage(0);
        assertThat(stage.inputs().get(0).folder()).isEqualTo("aa");
        assertThat(stage.inputs().get(0).files().get(0).url()).isEqualTo("https://a.example/1.csv?k=v");
        assertThat(stage.compute().environment()).contains("withgpu");
        assertThat(stage.compute().maxTime()).isEqualTo(Duration.ofHours(1));
        assertThat(stage.algorithm().raw()).contains("console.log(1)");
        assertThat(stage.algorithm().remote()).isEmpty();
        assertThat(stage.output().publishOutput()).isTrue();
        assertThat(stage.output().publishAlgorithmLog()).isFalse();
        assertThat(stage.output().readers()).containsExactly("0x00bd138abd70e2f00903268f3db08f2d25677c9e");
    }

    @Test
    void aHashIsEqualForWhatMeansTheSame() {
        Workflow other = WorkflowCodec.read(WHOLE.replace("2.50", "2.5").replace(",\"z\":1E+30}", ",  \"z\":1e30}"));
        assertThat(other.sha256()).isEqualTo(WorkflowCodec.read(WHOLE).sha256());
        assertThat(WorkflowCodec.read(WHOLE.replace("2.50", "2.51")).sha256()).isNotEqualTo(other.sha256());
    }

    @Test
    void allFaultsAreToldAtOnceEachWithItsPointer() {
        ComputeException e = refused("""
                {"stages":[{"input":[{"id":"../x","url":"ftp://a/b"},{"id":"ok","url":[]},3],
                "compute":{"Instances":0,"instances":3,"maxtime":0,"namespace":7},
                "algorithm":{"container":{"image":"UP CASE","checksum":"sha256:1"}},
                "output":{"whitelist":["me"],"publishOutput":"maybe"}},{}]}""");
        assertThat(e.faults())
                .extracting(Fault::pointer)
                .containsExactlyInAnyOrder(
                        "/stages/1",
                        "/stages/0/input/0/id",
                        "/stages/0/input/0/url",
                        "/stages/0/input/1/url",
                        "/stages/0/input/2",
                        "/stages/0/compute/instances",
                        "/stages/0/compute/Instances",
                        "/stages/0/compute/maxtime",
                        "/stages/0/compute/namespace",
                        "/stages/0/algorithm",
                        "/stages/0/output/whitelist/0",
                        "/stages/0/output/publishOutput",
                        "/stages/1/input",
                        "/stages/1/algorithm");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"algorithm\":{                  | \"algorithmx\":{           | /stages/0/algorithm",
                "\"entrypoint\":\"node $ALGO\"    | \"entrypoint\":\"\"        | /stages/0/algorithm/container/entrypoint",
                "\"image\":\"node\"               | \"image\":null             | /stages/0/algorithm/container/image",
                "\"Instances\":1                  | \"Instances\":0            | /stages/0/compute/Instances",
                "\"maxtime\":3600                 | \"maxtime\":\"3600\"       | /stages/0/compute/maxtime",
                "\"maxtime\":3600                 | \"maxtime\":1e9            | /stages/0/compute/maxtime",
                "\"index\":0,\"input\"            | \"index\":-1,\"input\"     | /stages/0/index",
                "\"id\":\"did:op:aa\"             | \"id\":\"did:op:..\"       | /stages/0/input/0/id",
                "https://a.example/1.csv?k=v      | https://                   | /stages/0/input/0/url/0",
            })
    void oneFaultHasOnePointer(String from, String to, String pointer) {
        assertThat(WHOLE).contains(from);
        ComputeException e = refused(WHOLE.replace(from, to));
        assertThat(e.faults()).extracting(Fault::pointer).containsExactly(pointer);
    }

    @Test
    void anEmptyRawCodeLeavesTheUrlAndNeitherIsRefused() {
        Workflow byUrl = WorkflowCodec.read(WHOLE.replace("console.log(1)", ""));
        assertThat(byUrl.stage(0).algorithm().remote()).isPresent();
        ComputeException e = refused(
                WHOLE.replace("console.log(1)", "").replace("\"url\":\"https://a.example/x.js\"", "\"url\":null"));
        assertThat(e.faults()).extracting(Fault::pointer).containsExactly("/stages/0/algorithm");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"a\":2}       | ''",
                "{\"a\":1} x             | ''",
                "{\"a\":                 | ''",
                "{\"a\":[\"\\u0000\"]}   | /a/0",
                "{\"a/b\":\"\\ud800\"}   | /a~1b",
                "{\"a\":1e999999999}     | /a",
                "{\"a\":NaN}             | ''",
            })
    void whatASignedApiMayNotTakeIsRefused(String json, String pointer) {
        ComputeException e = catchThrowableOfType(ComputeException.class, () -> StrictJson.read(json));
        assertThat(e.faults()).extracting(Fault::pointer).containsExactly(pointer);
    }

    @Test
    void whatIsTooDeepOrTooLongIsRefusedToo() {
        for (String json : new String[] {"[".repeat(5_000) + "]".repeat(5_000), "{\"a\":" + "9".repeat(5_000) + "}"}) {
            ComputeException e = catchThrowableOfType(ComputeException.class, () -> StrictJson.read(json));
            assertThat(e.faults()).extracting(Fault::pointer).containsExactly("");
        }
    }
}

package io.c2d.benchmarks;

import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.Environment;
import io.c2d.core.port.SubmitRequest;

/** What is submitted: a workflow of the usual size, and room for as many jobs as a benchmark makes. */
final class SampleWork {
    /** Two inputs, an algorithm by URL, an output section: about 1 kB. */
    static final String DOCUMENT = """
            {"stages":[{"index":0,
            "input":[{"id":"did:op:87bdaabb33354d2eb014af5091c604fb4b0f67dc6cca4d18a96547bffdc27bcf",
            "url":["https://data.example/files/1?signature=5f2b1c8e","https://data.example/files/2?signature=77a0c3d1"],
            "index":0},
            {"id":"did:op:1384941e6f0b46299b6e515723df3d8e8e5d1fb175554467a1cb7bc613f5c72e",
            "url":["https://data.example/files/3?signature=d4e5f6a7"],"index":1}],
            "compute":{"Instances":1,"namespace":"default","maxtime":3600},
            "algorithm":{"id":"did:op:87bdaabb33354d2eb014af5091c604fb4b0f67dc6cca4d18a96547bffdc27bce",
            "url":"https://data.example/algorithms/17?signature=0badcafe","rawcode":"",
            "container":{"image":"python","tag":"3.12","entrypoint":"python $ALGO"}},
            "output":{"nodeUri":"https://chain.example","brizoUri":"https://provider.example",
            "brizoAddress":"0x05a5b0c2b1c4e04d7a1c5d6a4f0d5a7b2d9c1f11",
            "metadata":{"name":"a result","author":"somebody","type":"dataset"},"publishOutput":1,
            "publishAlgorithmLog":1,"whitelist":["0x00bd138abd70e2f00903268f3db08f2d25677c9e"]}}]}""";

    static final Workflow WORKFLOW = WorkflowCodec.read(DOCUMENT);

    private static final int ENDLESS = 10_000_000;

    private SampleWork() {}

    /** An environment that is never full. */
    static Environment roomy() {
        return Environment.defaults(Environment.DEFAULT).withMaxJobs(ENDLESS);
    }

    /** An environment in which one job runs and all others wait. */
    static Environment narrow() {
        return Environment.defaults(Environment.DEFAULT).withQuotas(new Environment.Quotas(1, 1, ENDLESS, ENDLESS));
    }

    /** One of fifty owners in turn. */
    static Owner owner(long number) {
        return new Owner("owner-" + number % 50);
    }

    /** The n-th submission, of an agreement of its own. */
    static SubmitRequest submission(JobId id, long number) {
        return new SubmitRequest(owner(number), "agreement-" + id, WORKFLOW, Environment.DEFAULT, null, id, null, null);
    }
}

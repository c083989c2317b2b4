package io.c2d.testkit.world;

import com.fasterxml.jackson.databind.node.TextNode;
import com.google.common.collect.ImmutableList;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Workflow;
import io.c2d.core.port.IdempotencyKey;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.NonceUse;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.WishRequest;
import io.c2d.testkit.ProcessDeath;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Those who call the service: they submit, stop, delete, restart and read at any moment, send a request again for as long as
 * they have no answer, and now and then once more although they have one.
 */
final class Callers {
    private static final Duration NONCE_WINDOW = Duration.ofMinutes(5);
    private static final int RETRIES = 60;
    private static final ImmutableList<String> SCRIPTS = ImmutableList.of(
            "exit 0",
            "sleep 3\nexit 0",
            "sleep 20\nexit 0",
            "sleep 60\nexit 0",
            "sleep 5\nexit 7",
            "sleep 500\nexit 0",
            "sleep 500\non-term ignore",
            "sleep 30\non-term exit0",
            "sleep 500\non-term exit0",
            "sleep 2\noom",
            "sleep 1\ncrash",
            "data-missing",
            "code-missing");

    private final WorldTools tools;
    private final JobStore truth;
    private final Verdict verdict;
    private final Supplier<Optional<ComputeEngine>> someEngine;
    private final ImmutableList<String> environments;
    private final List<Submit> sent = new ArrayList<>();
    private final List<WishRequest> wishes = new ArrayList<>();
    private final Set<JobId> acknowledged = new LinkedHashSet<>();
    private int count;
    private int unanswered;

    /** What is sent again and again: all but the id, which the service gives. */
    private record Submit(
            Owner owner,
            @Nullable String agreement,
            @Nullable Workflow work,
            String environment,
            @Nullable JobId named,
            @Nullable IdempotencyKey key,
            @Nullable NonceUse nonce,
            Instant at) {
        SubmitRequest request(JobId id) {
            return new SubmitRequest(owner, agreement, work, environment, named, id, key, nonce);
        }
    }

    Callers(
            WorldTools tools,
            JobStore truth,
            Verdict verdict,
            Supplier<Optional<ComputeEngine>> someEngine,
            ImmutableList<String> environments) {
        this.tools = tools;
        this.truth = truth;
        this.verdict = verdict;
        this.someEngine = someEngine;
        this.environments = environments;
    }

    /** Every job that a caller was told of. */
    Set<JobId> acknowledged() {
        return acknowledged;
    }

    int jobs() {
        return acknowledged.size();
    }

    /** How many requests wait for their answer. */
    int unanswered() {
        return unanswered;
    }

    /** Does one thing. */
    void act() {
        Dice dice = tools.dice();
        int what = dice.between(0, 99);
        if (what < 40 || acknowledged.isEmpty()) {
            submitNew();
        } else if (what < 48) {
            submitAgain();
        } else if (what < 68) {
            wish(WishRequest.Wish.STOP);
        } else if (what < 76) {
            wish(WishRequest.Wish.DELETE);
        } else if (what < 82) {
            wishAgain();
        } else {
            restart();
        }
    }

    private Instant now() {
        return truth.now();
    }

    private Owner anyOwner() {
        return new Owner("owner-" + tools.dice().between(1, 3));
    }

    private Workflow work(String script) {
        int maxTime = tools.dice().pick(ImmutableList.of(10, 40, 120));
        String environment = tools.dice().pick(environments);
        return WorkflowCodec.read("""
                {"stages":[{"index":0,"input":[],"compute":{"Instances":1,"namespace":"%s","maxtime":%d},
                "algorithm":{"id":"","rawcode":%s,"container":{"image":"sh","tag":"1","entrypoint":"sh $ALGO"}},
                "output":{}}]}""".formatted(environment, maxTime, TextNode.valueOf(script)));
    }

    private @Nullable NonceUse nonce(Owner owner, String what) {
        if (tools.dice().chance(0.4)) {
            return null;
        }
        return new NonceUse(owner.key(), "nonce-" + ++count, what + count, now().plus(NONCE_WINDOW));
    }

    private void submitNew() {
        Owner owner = anyOwner();
        Workflow work = work(tools.dice().pick(SCRIPTS));
        String agreement = "agreement-"
                + (tools.dice().chance(0.7) ? ++count : tools.dice().between(1, 3));
        IdempotencyKey key = tools.dice().chance(0.5)
                ? new IdempotencyKey("key-" + ++count, work.sha256(), Duration.ofHours(24))
                : null;
        String environment = work.stage(0).compute().namespace();
        Submit submit = new Submit(
                owner,
                agreement,
                work,
                environment == null ? "default" : environment,
                null,
                key,
                nonce(owner, work.sha256()),
                now());
        sent.add(submit);
        send(submit, RETRIES);
        if (tools.dice().chance(0.1)) {
            // Twice at once, by two ways.
            send(submit, RETRIES);
        }
    }

    private void submitAgain() {
        Submit former = tools.dice().pick(sent);
        boolean inWindow = Duration.between(former.at(), now()).compareTo(Duration.ofMinutes(4)) < 0;
        if (former.nonce() == null || inWindow) {
            send(former, RETRIES);
        }
    }

    private void restart() {
        Optional<Job> job = truth.get(anyJob());
        if (job.isEmpty()) {
            return;
        }
        var submission = job.get().submission();
        boolean byName = tools.dice().chance(0.5);
        Submit submit = new Submit(
                submission.owner(),
                byName ? null : submission.agreementId(),
                null,
                submission.environment(),
                byName ? job.get().id() : null,
                null,
                nonce(submission.owner(), "restart"),
                now());
        sent.add(submit);
        send(submit, RETRIES);
    }

    private JobId anyJob() {
        return tools.dice().pick(ImmutableList.copyOf(acknowledged));
    }

    private void send(Submit submit, int triesLeft) {
        unanswered++;
        Optional<ComputeEngine> engine = someEngine.get();
        try {
            if (engine.isPresent()) {
                SubmitRequest request = submit.request(engine.get().newJobId());
                SubmitResult result = engine.get().submit(request);
                answered(submit, result);
                unanswered--;
                return;
            }
        } catch (ComputeException | ProcessDeath noAnswer) {
            tools.trace().add("no answer to a submission: " + noAnswer.getMessage());
        }
        unanswered--;
        later(submit, triesLeft);
    }

    private void later(Submit submit, int triesLeft) {
        boolean inWindow = Duration.between(submit.at(), now()).compareTo(Duration.ofMinutes(4)) < 0;
        if (triesLeft > 0 && inWindow) {
            unanswered++;
            tools.scheduler().schedule(tools.dice().millis(200, 8_000), () -> {
                unanswered--;
                send(submit, triesLeft - 1);
            });
        }
    }

    /** Rule 11: what was acknowledged exists, and an honest repeat is never refused. */
    private void answered(Submit submit, SubmitResult result) {
        tools.trace().add("answer: " + result);
        boolean refused =
                result.kind() == SubmitResult.Kind.KEY_REUSED || result.kind() == SubmitResult.Kind.NONCE_REUSED;
        verdict.require(!refused, "11", () -> "an honest request was refused: " + submit + " " + result);
        if (result.isAccepted()) {
            JobId id = result.job().orElseThrow();
            boolean first = acknowledged.add(id);
            verdict.require(!first || truth.get(id).isPresent(), "11", () -> "acknowledged, and not there: " + id);
        }
    }

    private void wish(WishRequest.Wish what) {
        JobId job = anyJob();
        Optional<Job> row = truth.get(job);
        if (row.isEmpty()) {
            return;
        }
        WishRequest request = new WishRequest(
                ImmutableList.of(job), what, nonce(row.get().submission().owner(), what + " " + job));
        wishes.add(request);
        sendWish(request, RETRIES);
    }

    private void wishAgain() {
        if (!wishes.isEmpty()) {
            sendWish(tools.dice().pick(wishes), RETRIES);
        }
    }

    private void sendWish(WishRequest request, int triesLeft) {
        boolean forgotten = request.nonceUse()
                .map(nonce -> !now().plusSeconds(10).isBefore(nonce.forgetAfter()))
                .orElse(false);
        if (forgotten) {
            return;
        }
        Optional<ComputeEngine> engine = someEngine.get();
        try {
            if (engine.isPresent()) {
                var result = engine.get().wish(request);
                tools.trace().add("answer: " + result);
                return;
            }
        } catch (ComputeException | ProcessDeath noAnswer) {
            tools.trace().add("no answer to a wish: " + noAnswer.getMessage());
        }
        if (triesLeft > 0) {
            tools.scheduler().schedule(tools.dice().millis(200, 8_000), () -> sendWish(request, triesLeft - 1));
        }
    }
}

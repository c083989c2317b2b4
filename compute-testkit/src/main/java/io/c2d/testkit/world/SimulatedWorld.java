package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.engine.EngineSettings;
import io.c2d.core.engine.SweepSettings;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.ArtifactStore;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ComputeCluster;
import io.c2d.core.port.Environment;
import io.c2d.core.port.JobStore;
import io.c2d.testkit.SimulatedProcess;
import io.c2d.testkit.SimulatedScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One to three whole engines, their store, their cluster and their callers, in one thread, under one virtual clock and one
 * seeded random source. First everything goes wrong that the seed's mix of faults holds, and the rules of safety are checked
 * at each write, each start and each end; then the faults end, and everything must come to its end within stated times.
 *
 * <p>The same seed gives the same run, to the last event, in any process.
 */
public final class SimulatedWorld {
    private static final Instant BEGIN = Instant.parse("2026-11-24T00:00:00Z");

    /** How long after the faults' end effects may still come late, and steps that began in trouble last. */
    private static final Duration AFTERMATH = Duration.ofSeconds(100);

    private static final Duration LAST_SWEEPS = Duration.ofMinutes(4);
    /** More tasks than this at one instant, and somebody runs in a circle. */
    private static final int AT_ONCE = 5_000;

    private static final Duration LAST_CALLS = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final long seed;
    private final WorldOptions options;
    private final SimulatedScheduler scheduler = new SimulatedScheduler(BEGIN);
    private final Dice dice;
    private final Trace trace = new Trace(scheduler);
    private final Verdict verdict = new Verdict(trace);
    private final WorldClock clock = new WorldClock(scheduler);
    private final WorldTools tools;
    private final Faults faults;
    private final Hints hints;
    private final Turns turns;
    private final EngineSettings settings;
    private final ImmutableMap<String, Environment> environments;
    private final SimulatedArtifacts artifacts;
    private final OutcomeRules outcomes;
    private final RowRules rows;
    private final ContainerRules containers;
    private final SimulatedStore store;
    private final ClusterModel cluster;
    private final Disasters disasters;
    private final Liveness liveness;
    private final Callers callers;
    private final List<Slot> slots = new ArrayList<>();
    private final List<AttemptRef> foreign = new ArrayList<>();
    private final double callRate;
    private long peaceSince = Long.MAX_VALUE;
    private boolean over;
    private long tasksAt;
    private int tasksAtOnce;

    SimulatedWorld(long seed, WorldOptions options) {
        this.seed = seed;
        this.options = options;
        this.dice = new Dice(seed);
        FaultRates rates = FaultRates.draw(dice, new Dice(~seed));
        this.tools = new WorldTools(scheduler, dice, rates, trace);
        this.settings = options.settings(drawSettings());
        this.environments = drawEnvironments();
        this.callRate = dice.rate(0.03, 0.2);
        this.faults = new Faults(scheduler, dice, rates, trace, settings.lease(), this::goesOn);
        this.hints = new Hints(scheduler, dice, rates);
        this.turns = new Turns(verdict);
        JobStore truth = options.store(clock);
        this.artifacts = new SimulatedArtifacts(options.artifacts(), this::artifactDeleted);
        this.outcomes = new OutcomeRules(scheduler, clock, environments, this::cluster, this::artifacts, verdict);
        this.rows = new RowRules(truth, environments, outcomes, verdict, trace);
        this.store = new SimulatedStore(truth, rows);
        this.containers = new ContainerRules(scheduler, truth::get, this::cluster, verdict, trace);
        Uploads uploads = new Uploads(
                artifacts,
                truth::get,
                (step, row) -> verdict.require(
                        ArtifactRules.names(row, step),
                        "9",
                        () -> "an upload of " + step + " was kept, the row is at " + row));
        this.cluster = new ClusterModel(tools, options.cluster(), dice.chance(0.4), environments, uploads, containers);
        this.disasters = new Disasters(tools, cluster, store, rows, hints, clock, () -> ImmutableList.copyOf(slots));
        this.liveness = new Liveness(scheduler, rows, cluster, verdict, this::attended);
        this.callers = new Callers(
                tools, truth, verdict, this::someEngine, environments.keySet().asList());
    }

    /** Runs the world of a seed to its end. */
    public static WorldReport run(long seed) {
        return run(seed, new WorldOptions());
    }

    static WorldReport run(long seed, WorldOptions options) {
        SimulatedWorld world = new SimulatedWorld(seed, options);
        world.live();
        return world.report();
    }

    private ClusterModel cluster() {
        return cluster;
    }

    private SimulatedArtifacts artifacts() {
        return artifacts;
    }

    private boolean goesOn() {
        long now = scheduler.ticker().read();
        tasksAtOnce = now == tasksAt ? tasksAtOnce + 1 : 0;
        tasksAt = now;
        if (tasksAtOnce > AT_ONCE && !verdict.isBroken()) {
            throw verdict.broken("busy", "an engine turns and turns without letting time pass");
        }
        return !over && !verdict.isBroken();
    }

    private EngineSettings drawSettings() {
        SweepSettings sweep = new SweepSettings(
                Duration.ofSeconds(dice.between(5, 40)),
                Duration.ofSeconds(dice.chance(0.3) ? 0 : dice.between(1, 40)),
                Duration.ofSeconds(dice.between(60, 900)),
                1.0,
                dice.chance(0.1));
        return new EngineSettings(
                Duration.ofSeconds(dice.chance(0.5) ? 5 : 15),
                SECOND,
                Duration.ofSeconds(30),
                new EngineSettings.Batches(
                        dice.pick(ImmutableList.of(1, 3, 100)), dice.pick(ImmutableList.of(1, 3, 100))),
                Duration.ofSeconds(30),
                new EngineSettings.Retries(
                        Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(dice.between(60, 600))),
                sweep,
                null);
    }

    private ImmutableMap<String, Environment> drawEnvironments() {
        int jobs = dice.between(1, 5);
        Environment.Quotas quotas =
                new Environment.Quotas(jobs, dice.between(1, jobs), dice.between(3, 30), dice.between(2, 10));
        Environment.PhaseLimits limits = new Environment.PhaseLimits(
                Duration.ofMinutes(dice.between(3, 15)),
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                Duration.ofSeconds(dice.between(20, 90)),
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                Duration.ofSeconds(dice.between(20, 60)));
        Duration retention =
                options.retention(dice.chance(0.4) ? Duration.ofSeconds(dice.between(20, 600)) : Duration.ofDays(30));
        Environment plain = Environment.defaults("default")
                .withQuotas(quotas)
                .withLimits(limits)
                .withMaxTime(Duration.ofMinutes(2))
                .withRetention(retention);
        Environment filtered = new Environment(
                "filtered",
                quotas,
                plain.maxTime(),
                plain.maxTries(),
                plain.stopGrace(),
                limits,
                plain.resources(),
                retention,
                "true");
        return ImmutableMap.of("default", plain, "filtered", filtered);
    }

    private void live() {
        for (int i = dice.between(1, 2); i > 0; i--) {
            AttemptRef ref = new AttemptRef(JobId.create(BEGIN, dice.generator()), 1);
            foreign.add(ref);
            cluster.addForeign(ref);
        }
        int engines = dice.between(1, 3);
        for (int i = 0; i < engines; i++) {
            slots.add(boot(i, Duration.ofSeconds(dice.between(-300, 300))));
        }
        scheduler.schedule(SECOND, this::tick);
        scheduler.schedule(dice.seconds(30, 240), this::faultsEnd);
        try {
            scheduler.runWhile(this::goesOn, Duration.ofDays(1));
            verdict.require(over, "liveness", "the world stands still");
        } catch (InvariantViolation known) {
            // The verdict has it.
        } catch (RuntimeException e) {
            StackTraceElement[] where = e.getStackTrace();
            verdict.broken(Verdict.TASK_THREW, e + (where.length > 0 ? " at " + where[0] : ""));
        }
    }

    private Slot boot(int number, Duration skew) {
        SimulatedProcess process = scheduler.process();
        Duration lag = tools.rates().isOn() ? dice.millis(0, 3_000) : Duration.ofMillis(50);
        ClusterView clusterView = new ClusterView(cluster, process, faults, hints, turns, lag);
        StoreView storeView = new StoreView(store, process, faults, hints, turns);
        ArtifactStore artifactsView = new ArtifactsView(artifacts, process, faults);
        JobStore engineStore = options.storeOf(storeView, () -> faults.pause(process));
        ComputeCluster engineCluster = options.clusterOf(clusterView, engineStore);
        ComputeEngine.Builder builder = ComputeEngine.builder(engineStore, engineCluster, artifactsView)
                .scheduler(process)
                .settings(settings)
                .random(options.random(dice.generator(), number));
        options.engine(builder, engineCluster, artifactsView, skew);
        Slot slot = new Slot(number, skew, process, clusterView, builder.build());
        process.execute(() -> begin(slot));
        return slot;
    }

    /** As a server does: what can't begin now goes down, and is started again. */
    private void begin(Slot slot) {
        try {
            slot.engine.start();
            slot.started = true;
        } catch (ComputeException e) {
            trace.add("server " + slot.number + " can't begin: " + e.getMessage());
            slot.process.close();
        }
    }

    private Optional<ComputeEngine> someEngine() {
        ImmutableList<Slot> answering = slots.stream().filter(Slot::answers).collect(ImmutableList.toImmutableList());
        return answering.isEmpty() ? Optional.empty() : Optional.of(dice.pick(answering).engine);
    }

    private boolean attended(JobId job) {
        return slots.stream().anyMatch(slot -> slot.isUp() && slot.engine.attends(job));
    }

    private void tick() {
        boolean peace = scheduler.ticker().read() >= peaceSince;
        if (tools.rates().isOn()) {
            disasters.tick();
        }
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            if (!slot.process.isAlive() && dice.chance(peace || !tools.rates().isOn() ? 0.5 : 0.1)) {
                slots.set(i, boot(i, slot.skew));
            }
        }
        boolean calling = !peace || scheduler.ticker().read() - peaceSince < LAST_CALLS.toNanos();
        if (calling && dice.chance(callRate)) {
            callers.act();
        }
        containers.tick();
        readers();
        if (!tools.rates().isOn()) {
            liveness.tick(peace);
        }
        if (peace) {
            boolean late = scheduler.ticker().read() - peaceSince > Liveness.ALL.toNanos();
            verdict.require(!late || liveness.isAllDone(), "liveness", "not all jobs have ended");
            if (!calling && liveness.isAllDone() && callers.unanswered() == 0) {
                scheduler.schedule(LAST_SWEEPS, this::end);
                return;
            }
        }
        scheduler.schedule(SECOND, this::tick);
    }

    /** Rule 9: readers see the manifest of the present attempt once that has ended, and nothing of what is to go. */
    private void readers() {
        for (Job job : rows.rows()) {
            ImmutableList<Artifact> visible = options.visible(job, artifacts);
            boolean ended = job.isFinished() && !job.wishes().delete();
            ImmutableList<Artifact> allowed = ended ? job.attempt().artifacts() : ImmutableList.of();
            verdict.require(visible.equals(allowed), "9", () -> "readers see " + visible + " of " + job);
        }
    }

    private void artifactDeleted(SimulatedArtifacts.Key key) {
        Job job = store.get(key.step().job()).orElse(null);
        boolean named = job != null
                && job.manifest().stream()
                        .anyMatch(a -> a.step().equals(key.step()) && a.path().equals(key.path()));
        verdict.require(!named, "9", () -> "what the manifest names was deleted: " + key + " of " + job);
    }

    private void faultsEnd() {
        trace.add("the faults end");
        tools.rates().end();
        disasters.end();
        if (slots.size() > 1 && dice.chance(0.3)) {
            // One goes for good.
            slots.remove(0).process.close();
        }
        scheduler.schedule(AFTERMATH, () -> {
            trace.add("peace");
            peaceSince = scheduler.ticker().read();
            outcomes.peaceBegins();
        });
    }

    private void end() {
        boolean swept = !settings.sweep().dryRun();
        if (swept) {
            liveness.nothingIsLeft(artifacts);
        }
        for (AttemptRef ref : foreign) {
            AttemptObjects objects = cluster.objects(ref);
            verdict.require(
                    objects != null && !objects.ours, "13", () -> "another installation's objects are gone: " + ref);
        }
        over = true;
    }

    private WorldReport report() {
        Map<String, Long> counts = new TreeMap<>(disasters.counts());
        faults.injected().forEach((fault, count) -> counts.put("call: " + fault, count));
        if (faults.hung() > 0) {
            counts.put("call never returned", faults.hung());
        }
        outcomes.counts().forEach((outcome, count) -> counts.put("ended: " + outcome.wireName(), (long) count));
        return new WorldReport(
                seed, trace.hash(), verdict.violation(), trace.text(), callers.jobs(), ImmutableMap.copyOf(counts));
    }
}

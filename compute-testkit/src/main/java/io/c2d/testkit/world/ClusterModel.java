package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.model.StepKind;
import io.c2d.core.port.AttemptRef;
import io.c2d.core.port.ClusterException;
import io.c2d.core.port.Environment;
import io.c2d.core.port.FoundAttempt;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepEnd.Cause;
import io.c2d.core.port.StepSpec;
import io.c2d.testkit.SimulatedProcess;
import io.c2d.testkit.SimulatedScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The truth of a simulated cluster: objects, containers and nodes. Of two kinds: as on this machine, where stage-in and
 * publish run inside of the engine's process and looks are always live, or elsewhere, where every step is a container on a
 * node, and looks may come from a cache. {@link ClusterView} is what a process sees of it.
 */
final class ClusterModel {
    private final SimulatedScheduler scheduler;
    private final Dice dice;
    private final FaultRates rates;
    private final ClusterRules rules;
    private final boolean local;
    private final ImmutableMap<String, Environment> environments;
    private final ClusterWatcher watcher;
    private final StepRunner runner;
    private final Snapshots snapshots;
    private final Nodes nodes;
    private final Map<AttemptRef, AttemptObjects> attempts = new LinkedHashMap<>();
    private final Map<AttemptRef, AttemptObjects> uncollected = new LinkedHashMap<>();
    private final List<Container> everything = new ArrayList<>();
    private final List<Consumer<JobId>> listeners = new ArrayList<>();
    private int count;

    ClusterModel(
            WorldTools tools,
            ClusterRules rules,
            boolean local,
            ImmutableMap<String, Environment> environments,
            Uploads uploads,
            ClusterWatcher watcher) {
        this.scheduler = tools.scheduler();
        this.dice = tools.dice();
        this.rates = tools.rates();
        this.rules = rules;
        this.local = local;
        this.environments = environments;
        this.watcher = watcher;
        this.runner = new StepRunner(tools, rules, uploads, this);
        this.snapshots = new Snapshots(scheduler);
        this.nodes = new Nodes(this, runner);
    }

    boolean isLocal() {
        return local;
    }

    ClusterRules rules() {
        return rules;
    }

    Snapshots snapshots() {
        return snapshots;
    }

    ImmutableMap<String, Environment> environments() {
        return environments;
    }

    Nodes nodes() {
        return nodes;
    }

    /** Every try that ever was, in the order of their starts. */
    List<Container> containers() {
        return everything;
    }

    /** All that is there, of whomever. */
    ImmutableList<AttemptObjects> all() {
        return ImmutableList.copyOf(attempts.values());
    }

    /** What is there of ours under a name, as far as a listing shows it. */
    Optional<AttemptObjects> ours(AttemptRef ref) {
        return Optional.ofNullable(attempts.get(ref)).filter(o -> o.ours || !rules.checksWhatItAdopts());
    }

    void listen(Consumer<JobId> listener) {
        listeners.add(listener);
    }

    void unlisten(Consumer<JobId> listener) {
        listeners.remove(listener);
    }

    /** Something of a job has changed. */
    void changed(JobId job) {
        if (!local) {
            snapshots.take(job, attempts.values(), rules);
        }
        ImmutableList.copyOf(listeners).forEach(listener -> listener.accept(job));
    }

    ImmutableList<FoundAttempt> list() {
        return attempts.values().stream()
                .filter(o -> o.ours || !rules.listsOwnOnly())
                .map(o -> new FoundAttempt(o.ref, o.identity))
                .collect(ImmutableList.toImmutableList());
    }

    void prepare(AttemptRef ref) {
        AttemptObjects there = attempts.get(ref);
        if (there != null && !there.ours && rules.checksWhatItAdopts()) {
            throw new ClusterException("the name of the job's volume is taken by somebody else");
        }
        if (there == null) {
            attempts.put(ref, new AttemptObjects(ref, "anchor-" + ++count, true));
            changed(ref.job());
        }
    }

    /** Puts objects of another installation there. */
    void addForeign(AttemptRef ref) {
        attempts.putIfAbsent(ref, new AttemptObjects(ref, "foreign-" + ++count, false));
    }

    void start(StepSpec spec, SimulatedProcess caller) {
        AttemptRef ref = new AttemptRef(spec.id().job(), spec.id().attempt());
        if (!rules.startsUnderStoredAnchorOnly()) {
            prepare(ref);
        }
        if (local && !rules.startsInExistingFolder()) {
            attempts.computeIfAbsent(ref, r -> new AttemptObjects(r, spec.anchor(), true));
        }
        AttemptObjects objects = attempts.getOrDefault(ref, uncollected.get(ref));
        if (objects == null || !objects.volume || objects.tries.containsKey(spec.id())) {
            return;
        }
        if (rules.startsUnderStoredAnchorOnly() && !objects.identity.equals(spec.anchor())) {
            return;
        }
        boolean inProcess = local && isOurs(spec.id().kind());
        Container.Node node = local ? null : dice.pick(nodes.all());
        Container container = new Container(++count, spec.id(), spec, node, caller, inProcess);
        if (!local || inProcess || rules.recordsBeforeStart()) {
            objects.tries.put(spec.id(), container);
        } else {
            caller.schedule(dice.millis(1, 50), () -> objects.tries.put(spec.id(), container));
        }
        everything.add(container);
        runner.schedule(container, objects);
        changed(ref.job());
    }

    static boolean isOurs(StepKind kind) {
        return kind == StepKind.STAGE_IN || kind == StepKind.PUBLISH;
    }

    /** A step begins to run. */
    void began(Container container, AttemptObjects objects) {
        container.startedAt = scheduler.ticker().read();
        container.processNumber = freeNumber();
        watcher.started(container, objects);
        changed(container.id.job());
    }

    private int freeNumber() {
        int number = 1;
        while (living(number).isPresent()) {
            number++;
        }
        return number;
    }

    private Optional<Container> living(int processNumber) {
        return everything.stream()
                .filter(c -> c.processNumber == processNumber && c.isAlive() && !c.isInProcess())
                .findFirst();
    }

    /** A step has really ended; the cluster knows of it unless the node is cut off. */
    void end(Container container, StepEnd how) {
        if (container.end != null) {
            return;
        }
        // Who deletes a container from outside leaves his mark on the object, and the adapter tells of it.
        boolean marked = container.deletedOutside && how.cause() == Cause.EXITED;
        container.end = marked ? killed(how.exitCode().orElse(0)) : how;
        container.endedAt = scheduler.ticker().read();
        container.timer.cancel();
        boolean lostWithServer = local && !rules.exitOutlivesServer() && !container.maker.isAlive();
        if (lostWithServer && how.cause() == Cause.EXITED) {
            container.told = StepEnd.of(Cause.LOST);
        }
        watcher.ended(container);
        report(container);
    }

    /** The cluster learns of an end, unless the node is cut off. */
    void report(Container container) {
        if (container.end != null && !container.isCutOff()) {
            container.reported = true;
            changed(container.id.job());
        }
    }

    void stop(StepId step, String anchor, Duration grace, SimulatedProcess caller) {
        AttemptObjects objects = attempts.get(new AttemptRef(step.job(), step.attempt()));
        if (objects == null || !objects.identity.equals(anchor)) {
            return;
        }
        Container container = objects.tries.get(step);
        if (container == null) {
            if (rules.occupiesStoppedNames() && objects.volume) {
                // What is told of an in-process step is told by the process that holds it in its memory.
                boolean inProcess = local && isOurs(step.kind());
                Container placeholder = new Container(++count, step, null, null, caller, inProcess);
                objects.tries.put(step, placeholder);
                end(placeholder, StepEnd.of(Cause.NEVER_STARTED));
            }
        } else if (!container.isInProcess() || container.home == caller) {
            runner.terminate(container, grace);
        }
    }

    void remove(AttemptRef ref, SimulatedProcess caller) {
        AttemptObjects objects = attempts.get(ref);
        if (objects == null || (!objects.ours && rules.checksWhatItAdopts() && rules.listsOwnOnly())) {
            return;
        }
        watcher.removing(objects);
        if (rules.removesVolumeFirst()) {
            objects.volume = false;
        } else if (objects.anchor) {
            objects.anchor = false;
            changed(ref.job());
            return;
        }
        removeSteps(objects, caller);
        if (!rules.removesOneAttempt()) {
            attempts.values().stream()
                    .filter(o -> o.ref.job().equals(ref.job()) && !o.ref.equals(ref))
                    .toList()
                    .forEach(o -> {
                        watcher.removing(o);
                        o.volume = false;
                        removeSteps(o, caller);
                    });
        }
    }

    private void removeSteps(AttemptObjects objects, SimulatedProcess caller) {
        boolean alive = false;
        for (Container container : ImmutableList.copyOf(objects.tries.values())) {
            boolean seen = !container.isInProcess() || container.home == caller;
            if (seen && container.end == null) {
                container.disturbed |= container.began();
                alive |= container.isAlive();
                watcher.killing(container, objects.ref);
                runner.kill(container);
            } else if (local && !rules.knowsReusedNumbers() && container.end != null && container.began()) {
                living(container.processNumber).ifPresent(other -> {
                    watcher.killing(other, objects.ref);
                    runner.kill(other);
                });
            }
        }
        if (!alive) {
            forget(objects);
        }
    }

    private void forget(AttemptObjects objects) {
        if (attempts.remove(objects.ref, objects)) {
            if (!rules.removesVolumeFirst()) {
                leaveToCollector(objects);
            }
            changed(objects.ref.job());
        }
    }

    /** What an anchor went before of stays until garbage collection comes, its names free again. */
    private void leaveToCollector(AttemptObjects objects) {
        objects.tries.clear();
        uncollected.put(objects.ref, objects);
        scheduler.schedule(dice.seconds(2, 60), () -> {
            objects.volume = false;
            uncollected.remove(objects.ref, objects);
            objects.tries.values().forEach(runner::kill);
        });
    }

    /** Somebody else deletes an attempt's anchor: the cluster collects what hangs on it. */
    void deleteAnchor(AttemptObjects objects) {
        objects.anchor = false;
        objects.volume = false;
        if (!rules.policyOutlivesSteps()) {
            objects.policy = false;
            watcher.policyGone(objects);
        }
        for (Container container : ImmutableList.copyOf(objects.tries.values())) {
            if (!container.isInProcess() && container.end == null) {
                container.deletedOutside = true;
                runner.terminate(container, Duration.ofSeconds(5));
            }
        }
        changed(objects.ref.job());
        collect(objects);
    }

    private void collect(AttemptObjects objects) {
        boolean alive = objects.tries.values().stream().anyMatch(c -> !c.isInProcess() && c.isAlive());
        if (alive) {
            scheduler.schedule(Duration.ofSeconds(1), () -> collect(objects));
        } else {
            forget(objects);
        }
    }

    /** Somebody else deletes one try's object. */
    void deleteTry(Container container) {
        AttemptObjects objects = attempts.get(new AttemptRef(container.id.job(), container.id.attempt()));
        if (objects == null) {
            return;
        }
        if (container.end == null) {
            container.deletedOutside = true;
            runner.terminate(container, Duration.ofSeconds(2));
        }
        if (!rules.keepsDeletedTries()) {
            objects.tries.remove(container.id);
        }
        changed(container.id.job());
    }

    /** A node drains one container away. */
    void evict(Container container) {
        if (container.isAlive() && !container.isCutOff()) {
            container.disturbed = true;
            end(container, dice.chance(0.5) ? StepEnd.of(Cause.LOST) : killed(137));
        }
    }

    static StepEnd killed(int code) {
        return new StepEnd(Cause.KILLED, code, null, ImmutableList.of());
    }

    /** Whether a step that wants to begin still may. */
    boolean mayBegin(Container container, AttemptObjects objects) {
        boolean there = attempts.get(objects.ref) == objects || (!rules.removesVolumeFirst() && objects.volume);
        return container.end == null && !container.terminating && there && objects.volume;
    }

    /** The cluster's own limit passed, unless faults are on and it is not there. */
    boolean isQuiet() {
        return !rates.isOn();
    }

    @Nullable
    AttemptObjects objects(AttemptRef ref) {
        return attempts.get(ref);
    }
}

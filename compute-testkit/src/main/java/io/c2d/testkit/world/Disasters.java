package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Job;
import io.c2d.core.port.AttemptRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What breaks by itself, not in the midst of a call: asked each second, with the rates of the seed. */
final class Disasters {
    private final WorldTools tools;
    private final ClusterModel cluster;
    private final SimulatedStore store;
    private final RowRules rows;
    private final Hints hints;
    private final WorldClock clock;
    private final Supplier<List<Slot>> slots;
    private final Map<String, Long> counts = new TreeMap<>();

    Disasters(
            WorldTools tools,
            ClusterModel cluster,
            SimulatedStore store,
            RowRules rows,
            Hints hints,
            WorldClock clock,
            Supplier<List<Slot>> slots) {
        this.tools = tools;
        this.cluster = cluster;
        this.store = store;
        this.rows = rows;
        this.hints = hints;
        this.clock = clock;
        this.slots = slots;
    }

    Map<String, Long> counts() {
        return counts;
    }

    private boolean strikes(String what, double rate) {
        boolean now = tools.rates().strikes(rate, tools.dice());
        if (now) {
            counts.merge(what, 1L, Long::sum);
            tools.trace().add("disaster: " + what);
        }
        return now;
    }

    private void later(Duration delay, Runnable what) {
        tools.scheduler().schedule(delay, what);
    }

    void tick() {
        FaultRates rates = tools.rates();
        Dice dice = tools.dice();
        if (strikes("clock jump", rates.clockJump)) {
            clock.jump(
                    dice.chance(0.7)
                            ? dice.millis(1, 60_000)
                            : dice.millis(1, 20_000).negated());
        }
        processes(rates, dice);
        ways(rates, dice);
        nodes(rates, dice);
        objects(rates, dice);
    }

    private void processes(FaultRates rates, Dice dice) {
        for (Slot slot : slots.get()) {
            if (slot.process.isAlive() && strikes("kill", rates.kill)) {
                slot.process.close();
            } else if (slot.answers() && !slot.leaving && strikes("orderly stop", rates.orderlyStop)) {
                slot.leaving = true;
                slot.process.execute(() -> leave(slot));
                later(Duration.ofSeconds(20), slot.process::close);
            } else if (slot.isUp() && dice.chance(0.02)) {
                slot.cluster.lag(dice.chance(0.2) ? dice.seconds(10, 90) : dice.millis(0, 3_000));
            }
        }
    }

    private static void leave(Slot slot) {
        CompletableFuture<Void> unused =
                slot.engine.shutdown().whenComplete((nothing, failure) -> slot.process.execute(slot.process::close));
    }

    private void ways(FaultRates rates, Dice dice) {
        if (strikes("store outage", rates.storeOutage)) {
            hints.storeOut(true);
            later(dice.seconds(1, 40), () -> hints.storeOut(false));
        }
        for (Slot slot : slots.get()) {
            if (slot.isUp() && strikes("cut from cluster", rates.clusterOutage)) {
                hints.cutFromCluster(slot.process, true);
                later(dice.seconds(1, 60), () -> hints.cutFromCluster(slot.process, false));
            }
        }
    }

    private void nodes(FaultRates rates, Dice dice) {
        for (Container.Node node : cluster.nodes().all()) {
            if (!cluster.isLocal() && !node.cut && strikes("node cut off", rates.nodeCut)) {
                cluster.nodes().cut(node);
                boolean forEver = rates.strikes(rates.nodeGone, dice);
                later(dice.seconds(2, 120), () -> {
                    if (!node.cut) {
                        return;
                    }
                    if (forEver) {
                        cluster.nodes().lose(node);
                    } else {
                        cluster.nodes().heal(node);
                    }
                });
            }
        }
    }

    private void objects(FaultRates rates, Dice dice) {
        ImmutableList<Container> alive = cluster.containers().stream()
                .filter(c -> c.isAlive() && !c.isInProcess())
                .collect(ImmutableList.toImmutableList());
        if (!alive.isEmpty() && strikes("eviction", rates.eviction)) {
            cluster.evict(dice.pick(alive));
        }
        ImmutableList<AttemptObjects> ours =
                cluster.all().stream().filter(o -> o.ours).collect(ImmutableList.toImmutableList());
        if (!ours.isEmpty() && strikes("anchor deleted", rates.outsideDelete / 4)) {
            cluster.deleteAnchor(dice.pick(ours));
        }
        if (!ours.isEmpty() && !cluster.isLocal() && strikes("try deleted", rates.outsideDelete)) {
            AttemptObjects objects = dice.pick(ours);
            if (!objects.tries.isEmpty()) {
                cluster.deleteTry(dice.pick(ImmutableList.copyOf(objects.tries.values())));
            }
        }
        for (Job job : rows.rows()) {
            if (!job.isFinished() && job.attempt().anchor() == null && strikes("squatter", rates.squatter / 10)) {
                cluster.addForeign(AttemptRef.present(job));
            }
            if (job.isOpen() && strikes("poisoned row", rates.poison / 50)) {
                store.poison(job.id(), true);
                later(dice.seconds(1, 60), () -> store.poison(job.id(), false));
            }
        }
    }

    /** From now on nothing breaks; what is broken is mended. */
    void end() {
        cluster.nodes().all().stream().filter(node -> node.cut).forEach(cluster.nodes()::heal);
        hints.storeOut(false);
        slots.get().forEach(slot -> {
            hints.cutFromCluster(slot.process, false);
            slot.cluster.lag(Duration.ofMillis(50));
        });
        rows.rows().forEach(job -> store.poison(job.id(), false));
    }
}

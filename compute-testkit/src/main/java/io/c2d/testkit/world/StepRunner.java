package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.StepId;
import io.c2d.core.port.EngineScheduler;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepEnd.Cause;
import io.c2d.core.port.StepSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** What happens inside of a try: it is scheduled, begins, reads and writes little files, and ends. */
final class StepRunner {
    private static final int DISK_FAILED = 1;
    private static final String OUTPUTS = "outputs/";

    private final WorldTools tools;
    private final ClusterRules rules;
    private final Uploads uploads;
    private final ClusterModel model;

    StepRunner(WorldTools tools, ClusterRules rules, Uploads uploads, ClusterModel model) {
        this.tools = tools;
        this.rules = rules;
        this.uploads = uploads;
        this.model = model;
    }

    private EngineScheduler clockOf(Container container) {
        return container.home == null ? tools.scheduler() : container.home;
    }

    private void after(Container container, Duration delay, Runnable what) {
        container.timer = clockOf(container).schedule(delay, () -> {
            if (container.end == null) {
                what.run();
            }
        });
    }

    private boolean trouble() {
        return tools.rates().strikes(tools.rates().stepTrouble, tools.dice());
    }

    void schedule(Container container, AttemptObjects objects) {
        Dice dice = tools.dice();
        boolean late = !container.isInProcess() && trouble();
        if (late && dice.chance(0.2)) {
            after(
                    container,
                    dice.millis(10, 2_000),
                    () -> model.end(container, new StepEnd(Cause.REFUSED, null, "no such image", ImmutableList.of())));
            return;
        }
        Duration delay = container.isInProcess() ? Duration.ofMillis(1) : dice.millis(5, 1_500);
        after(container, late ? dice.seconds(2, 120) : delay, () -> begin(container, objects));
    }

    private void begin(Container container, AttemptObjects objects) {
        if (container.isCutOff()) {
            after(container, Duration.ofSeconds(1), () -> begin(container, objects));
            return;
        }
        if (!model.mayBegin(container, objects)) {
            return;
        }
        tools.trace().add("begins: " + container);
        model.began(container, objects);
        StepSpec spec = container.requireSpec();
        if (rules.holdsLimits()) {
            clockOf(container).schedule(spec.limit(), () -> overLimit(container));
        }
        switch (container.id.kind()) {
            case STAGE_IN -> stageIn(container, objects);
            case ALGORITHM -> algorithm(container, objects);
            case FILTER -> filter(container, objects);
            case PUBLISH -> publish(container, objects);
        }
    }

    private void overLimit(Container container) {
        if (container.isAlive()) {
            container.disturbed = true;
            model.end(container, StepEnd.of(Cause.DEADLINE));
        }
    }

    private Duration workTime() {
        return trouble() ? tools.dice().seconds(5, 150) : tools.dice().millis(20, 1_500);
    }

    private void stageIn(Container container, AttemptObjects objects) {
        int failure = Script.of(container.requireSpec().stage()).staging();
        boolean diskFails = trouble();
        after(container, workTime(), () -> {
            if (failure != 0) {
                model.end(container, new StepEnd(Cause.EXITED, failure, "HTTP 404", ImmutableList.of()));
            } else if (diskFails) {
                model.end(container, StepEnd.exited(DISK_FAILED));
            } else {
                objects.folder(rules.folder(container.id)).put("input", "staged by " + container.id.name());
                upload(container, List.of(new Upload("configure.log", Artifact.Role.CONFIGURE_LOG, "log")), List.of());
            }
        });
    }

    private void algorithm(Container container, AttemptObjects objects) {
        Script script = Script.of(container.requireSpec().stage());
        NavigableMap<String, String> folder = objects.folder(rules.folder(container.id));
        write(container, folder, "part-" + container.number, "begun by " + container);
        folder.put("log", "log of " + container);
        after(container, script.time(), () -> {
            write(container, folder, "result", "result of " + container);
            model.end(container, script.oom() ? StepEnd.of(Cause.OUT_OF_MEMORY) : StepEnd.exited(script.exit()));
        });
    }

    private static void write(Container container, NavigableMap<String, String> folder, String name, String content) {
        container.wrote.put(OUTPUTS + name, content);
        folder.put(OUTPUTS + name, content);
    }

    private void filter(Container container, AttemptObjects objects) {
        NavigableMap<String, String> from =
                folderOf(container.requireSpec().resultsOf().orElseThrow(), objects);
        NavigableMap<String, String> folder = objects.folder(rules.folder(container.id));
        boolean fails = trouble();
        after(container, workTime(), () -> {
            from.forEach((path, content) -> {
                if (path.startsWith(OUTPUTS)) {
                    write(container, folder, path.substring(OUTPUTS.length()), "filtered " + content);
                }
            });
            model.end(container, StepEnd.exited(fails ? DISK_FAILED : StepEnd.OK));
        });
    }

    private NavigableMap<String, String> folderOf(StepId step, AttemptObjects objects) {
        return objects.folder(rules.folder(step));
    }

    private record Upload(String path, Artifact.Role role, String content) {}

    private void publish(Container container, AttemptObjects objects) {
        StepSpec spec = container.requireSpec();
        StepId algorithm = spec.resultsOf().orElseThrow();
        List<Upload> files = new ArrayList<>();
        if (spec.withOutputs()) {
            for (Map.Entry<String, String> file :
                    folderOf(spec.filteredBy().orElse(algorithm), objects).entrySet()) {
                if (file.getKey().startsWith(OUTPUTS)) {
                    files.add(new Upload(file.getKey(), Artifact.Role.OUTPUT, file.getValue()));
                }
            }
        }
        String log = folderOf(algorithm, objects).getOrDefault("log", "");
        files.add(new Upload("algorithm.log", Artifact.Role.ALGORITHM_LOG, log));
        if (trouble()) {
            after(container, workTime(), () -> model.end(container, StepEnd.exited(DISK_FAILED)));
        } else {
            upload(container, files, List.of());
        }
    }

    /** Uploads one file after the other. What is under way when the step ends may arrive all the same. */
    private void upload(Container container, List<Upload> left, List<Artifact> done) {
        if (left.isEmpty()) {
            model.end(container, new StepEnd(Cause.EXITED, StepEnd.OK, null, ImmutableList.copyOf(done)));
            return;
        }
        Upload next = left.get(0);
        boolean guarded = !container.isInProcess();
        if (!uploads.begin(container.id, next.path(), guarded)) {
            model.end(container, StepEnd.exited(DISK_FAILED));
            return;
        }
        Duration time = trouble() ? tools.dice().seconds(1, 90) : tools.dice().millis(5, 300);
        clockOf(container).schedule(time, () -> {
            var stored = uploads.end(container.id, next.path(), next.role(), next.content(), guarded);
            if (container.end != null) {
                return;
            }
            if (stored.isEmpty()) {
                model.end(container, StepEnd.exited(DISK_FAILED));
                return;
            }
            List<Artifact> more = new ArrayList<>(done);
            more.add(stored.get());
            upload(container, left.subList(1, left.size()), more);
        });
    }

    /** SIGTERM, and SIGKILL after the grace; what has not begun never will. */
    void terminate(Container container, Duration grace) {
        if (container.end != null) {
            return;
        }
        if (!container.began()) {
            model.end(container, StepEnd.of(Cause.NEVER_STARTED));
            return;
        }
        container.disturbed = true;
        if (container.terminating) {
            return;
        }
        container.terminating = true;
        if (container.isCutOff()) {
            return;
        }
        // A filter is the operator's program, and may think that being told to end is fine.
        Script.OnTerm reaction = switch (container.id.kind()) {
            case ALGORITHM -> Script.of(container.requireSpec().stage()).onTerm();
            case FILTER -> Script.OnTerm.EXIT_0;
            case STAGE_IN, PUBLISH -> Script.OnTerm.DIE;
        };
        Duration soon = tools.dice().millis(5, 200);
        switch (reaction) {
            case DIE -> endLater(container, soon, ClusterModel.killed(143));
            case EXIT_0 -> endLater(container, soon, StepEnd.exited(StepEnd.OK));
            case IGNORE -> endLater(container, grace, ClusterModel.killed(137));
        }
        model.changed(container.id.job());
    }

    /** SIGKILL. */
    void kill(Container container) {
        if (container.end != null) {
            return;
        }
        if (!container.began()) {
            container.timer.cancel();
            model.end(container, StepEnd.of(Cause.NEVER_STARTED));
            return;
        }
        container.disturbed = true;
        container.terminating = true;
        if (!container.isCutOff()) {
            endLater(container, tools.dice().millis(5, 1_000), ClusterModel.killed(137));
        }
    }

    private void endLater(Container container, Duration delay, StepEnd how) {
        clockOf(container).schedule(delay, () -> {
            // A node that was cut off meanwhile was told in time.
            model.end(container, how);
        });
    }
}

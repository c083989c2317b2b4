package io.c2d.testkit.world;

import com.google.common.collect.ImmutableList;
import io.c2d.core.port.StepEnd;
import io.c2d.core.port.StepEnd.Cause;

/** The machines of a simulated cluster, and what becomes of containers where one is not heard of, or lost. */
final class Nodes {
    private final ClusterModel model;
    private final StepRunner runner;
    private final ImmutableList<Container.Node> nodes =
            ImmutableList.of(new Container.Node("node-1"), new Container.Node("node-2"), new Container.Node("node-3"));

    Nodes(ClusterModel model, StepRunner runner) {
        this.model = model;
        this.runner = runner;
    }

    ImmutableList<Container.Node> all() {
        return nodes;
    }

    /** Nothing is heard of a node any more; what runs there runs on. */
    void cut(Container.Node node) {
        node.cut = true;
        touch(node);
    }

    /** A node is heard of again. */
    void heal(Container.Node node) {
        node.cut = false;
        for (Container container : ImmutableList.copyOf(model.containers())) {
            if (container.node == node && !container.reported) {
                model.report(container);
                if (container.terminating && container.end == null) {
                    runner.kill(container);
                }
            }
        }
        touch(node);
    }

    /** A node is gone for good, with all that ran there; another takes its place. */
    void lose(Container.Node node) {
        node.cut = false;
        for (Container container : ImmutableList.copyOf(model.containers())) {
            if (container.node == node && container.end == null) {
                container.disturbed = true;
                model.end(container, StepEnd.of(Cause.LOST));
            } else if (container.node == node && !container.reported) {
                container.end = StepEnd.of(Cause.LOST);
                model.report(container);
            }
        }
    }

    private void touch(Container.Node node) {
        model.all().stream()
                .filter(o -> o.tries.values().stream().anyMatch(c -> c.node == node))
                .map(o -> o.ref.job())
                .distinct()
                .toList()
                .forEach(model::changed);
    }
}

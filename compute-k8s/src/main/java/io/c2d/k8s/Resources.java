package io.c2d.k8s;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a container may use. Requests are the limits: what a job was promised it has, and a node is never given more than it
 * holds, so nobody's job is killed for another's. Steps of ours alone may use more processor than they are promised, for
 * they need it for their start and hardly after.
 */
final class Resources {
    private static final long WORKER_DISK = 256L << 20;

    private Resources() {}

    /** Of a filter. */
    static ResourceRequirements ofFilter(KubernetesEnvironment where) {
        return both(withoutGpus(where));
    }

    private static Map<String, Quantity> withoutGpus(KubernetesEnvironment where) {
        var resources = where.environment().resources();
        return base(resources.cpus(), resources.memoryBytes(), where.scratch().ephemeralBytes());
    }

    /** Of an algorithm. */
    static ResourceRequirements of(KubernetesEnvironment where) {
        Map<String, Quantity> all = withoutGpus(where);
        where.gpus().ifPresent(gpu -> all.put(gpu.resource(), new Quantity(Integer.toString(gpu.count()))));
        return both(all);
    }

    /** Of a step of ours. */
    static ResourceRequirements of(WorkerSettings worker) {
        return new ResourceRequirementsBuilder()
                .withRequests(base(worker.cpus(), worker.memoryBytes(), WORKER_DISK))
                .withLimits(base(Math.max(1, worker.cpus()), worker.memoryBytes(), WORKER_DISK))
                .build();
    }

    /** Of a placeholder: the least that a quota which demands limits takes. */
    static ResourceRequirements none() {
        return both(base(0.001, 1 << 20, 1 << 20));
    }

    private static Map<String, Quantity> base(double cpus, long memory, long disk) {
        Map<String, Quantity> all = new LinkedHashMap<>();
        long millis = Math.max(1, BigDecimal.valueOf(cpus).movePointRight(3).longValue());
        all.put("cpu", new Quantity(millis + "m"));
        all.put("memory", new Quantity(Long.toString(memory)));
        all.put("ephemeral-storage", new Quantity(Long.toString(disk)));
        return all;
    }

    private static ResourceRequirements both(Map<String, Quantity> all) {
        return new ResourceRequirementsBuilder()
                .withLimits(all)
                .withRequests(all)
                .build();
    }
}

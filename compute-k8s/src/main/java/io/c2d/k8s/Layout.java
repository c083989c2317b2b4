package io.c2d.k8s;

import io.c2d.core.model.StepId;

/**
 * Where things are on an attempt's volume and in its containers. Each try has a folder of its own, named after it; the
 * kubelet makes it when it mounts it, so that it is empty at the start.
 */
final class Layout {
    static final String DATA = "/data";
    static final String INPUTS = "/data/inputs";
    static final String DDOS = "/data/ddos";
    static final String TRANSFORMATIONS = "/data/transformations";
    static final String OUTPUTS = "/data/outputs";
    static final String LOGS = "/data/logs";
    static final String ALGORITHM = "/data/transformations/algorithm";
    /** Where a worker finds the algorithm's try that it reads. */
    static final String RESULTS = "/data/results";
    /** Where a worker finds the filter's try that it reads. */
    static final String FILTERED = "/data/filtered";
    /** Where the launcher is, in the worker's image and, laid down by stage-in, in every algorithm's pod. */
    static final String BIN = "/c2d";
    /** The first process of what is not ours; see {@code compute-worker/src/main/c/launch.c}. */
    static final String LAUNCHER = BIN + "/launch";
    /** What a container leaves for the kubelet to tell; where the API has it unless told otherwise. */
    static final String MESSAGE = "/dev/termination-log";
    /** Where a worker finds what it is to do. */
    static final String TASK = "/etc/c2d";

    private Layout() {}

    /** The folder of a try on the volume. */
    static String folder(StepId step) {
        return step.name();
    }

    /** A folder in a try's. */
    static String folder(StepId step, String part) {
        return step.name() + "/" + part;
    }

    /** A folder in a try's that each of several instances has for itself. */
    static String folder(StepId step, String part, int instance, int instances) {
        return instances == 1 ? folder(step, part) : folder(step, part) + "/" + instance;
    }
}

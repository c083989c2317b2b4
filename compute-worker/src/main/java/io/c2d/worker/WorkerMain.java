package io.c2d.worker;

import java.nio.file.Path;

/**
 * The program of the worker's image: {@code WorkerMain WHAT TASK-FILE}, where WHAT is {@code stage-in},
 * {@code copy-outputs} or {@code publish}. Exits with the codes of {@link io.c2d.core.port.StepEnd}; what there is to say
 * it leaves as the termination message. SIGTERM ends it within a second.
 */
public final class WorkerMain {
    private static final String MESSAGE = "/dev/termination-log";
    /** In the image; stage-in lays a copy down, and the algorithm's pod finds it under the same path. */
    private static final String LAUNCHER = "/c2d/launch";
    /** What ended by SIGTERM. */
    private static final int TERMINATED = 143;
    /** How long what was told to end may take to: an upload whose server is silent, or a name server, would go on. */
    private static final long LAST_MILLIS = 800;

    private WorkerMain() {}

    /** Runs one step. */
    public static void main(String[] args) {
        if (args.length != 2) {
            System.err.println("usage: WorkerMain stage-in|copy-outputs|publish TASK-FILE");
            System.exit(PodStep.FAILED);
        }
        Cancellation cancellation = new Cancellation();
        Thread main = Thread.currentThread();
        Thread hook = new Thread(() -> end(cancellation, main));
        Runtime.getRuntime().addShutdownHook(hook);
        PodStep.Place place = new PodStep.Place(Path.of("/data"), Path.of(MESSAGE), Path.of(LAUNCHER));
        int code = new PodStep(place, cancellation).run(args[0], Path.of(args[1]));
        // What remains would only wait for the JVM's own tidying up.
        Runtime.getRuntime().halt(cancellation.isCancelled() ? TERMINATED : code);
    }

    private static void end(Cancellation cancellation, Thread main) {
        cancellation.cancel();
        try {
            main.join(LAST_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (main.isAlive()) {
            Runtime.getRuntime().halt(TERMINATED);
        }
    }
}

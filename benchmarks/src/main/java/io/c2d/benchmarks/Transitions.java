package io.c2d.benchmarks;

import com.google.common.base.Stopwatch;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.JobStatus;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.Transition;
import io.c2d.store.jdbc.JdbcJobStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The store's fenced commits alone, by the size of a group: each transition a row's update and an event, all durable. */
@Command(
        name = "transitions",
        description = "Durable transitions per second, by the number committed in one transaction.",
        mixinStandardHelpOptions = true)
final class Transitions extends Benchmark {
    private static final Duration LEASE = Duration.ofHours(1);

    @Option(names = "--groups", split = ",", description = "How many transitions one transaction has.")
    private int[] groups = {1, 10, 100};

    @Option(names = "--jobs", description = "How many jobs they are spread over.")
    private int jobs = 1_000;

    Transitions(PrintStream out) {
        super(out);
    }

    @Override
    void run(Report report, Path work) throws Exception {
        report.line(
                "settings",
                text(
                        "%d running jobs, one writer as in an engine; %d rounds of %d s after %d s",
                        few(jobs, 20), rounds(), seconds(), Math.min(warmUp(), seconds())));
        Report.Table table = report.table("store", "group", "transitions/s min", "median", "max", "commits/s, median");
        for (DatabaseKind kind : stores(DatabaseKind.values())) {
            try (TestedDatabase database = kind.open(work);
                    JdbcJobStore store = database.openStore()) {
                report.line("store", database.description());
                Writer writer = Writer.of(store, few(jobs, 20));
                for (int group : isQuick() ? new int[] {10} : groups) {
                    measure(kind, writer, Math.min(group, few(jobs, 20)), table);
                }
            }
        }
        table.print();
    }

    private void measure(DatabaseKind kind, Writer writer, int group, Report.Table table) {
        writer.rate(group, Duration.ofSeconds(Math.min(warmUp(), seconds())));
        double[] rates = new double[rounds()];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = writer.rate(group, Duration.ofSeconds(seconds()));
        }
        Figures figures = Figures.of(rates);
        String[] spread = figures.spread("%.0f");
        table.row(
                kind.toString(),
                Integer.toString(group),
                spread[0],
                spread[1],
                spread[2],
                text("%.0f", figures.median() / group));
    }

    /** An engine's writes without the engine. */
    private static final class Writer {
        private final JobStore store;
        private final EngineId engine;
        private final List<Job> running;
        private int next;

        private Writer(JobStore store, EngineId engine, List<Job> running) {
            this.store = store;
            this.engine = engine;
            this.running = running;
        }

        static Writer of(JobStore store, int count) {
            SecureRandom random = new SecureRandom();
            EngineId engine = EngineId.create(random);
            store.openLease(engine, LEASE);
            for (int i = 0; i < count; i++) {
                store.submit(SampleWork.submission(JobId.create(store.now(), random), i));
            }
            NoOpCluster cluster = NoOpCluster.holding(SampleWork.roomy());
            ImmutableList<JobId> taken = store.claim(engine, cluster.environments(), count);
            List<Job> running = new ArrayList<>();
            for (JobId id : taken) {
                running.add(store.get(id).orElseThrow());
            }
            running.sort(Comparator.comparing(Job::id));
            Writer writer = new Writer(store, engine, running);
            for (JobStatus status : new JobStatus[] {
                JobStatus.STARTED, JobStatus.CONFIGURING_VOLUMES, JobStatus.PROVISIONED, JobStatus.RUNNING
            }) {
                writer.moveAll(status);
            }
            return writer;
        }

        private void moveAll(JobStatus status) {
            ImmutableList.Builder<Transition> moves = ImmutableList.builder();
            for (int i = 0; i < running.size(); i++) {
                Job job = running.get(i);
                Job moved = job.withAttempt(job.attempt().toBuilder()
                        .moveTo(status, store.now())
                        .anchor("anchor")
                        .build());
                moves.add(new Transition(moved, moved.attempt().since(), "moves"));
                running.set(i, moved);
            }
            commit(moves.build());
        }

        double rate(int group, Duration length) {
            long written = 0;
            Stopwatch time = Stopwatch.createStarted();
            while (time.elapsed().compareTo(length) < 0) {
                ImmutableList.Builder<Transition> transitions = ImmutableList.builder();
                for (int i = 0; i < group; i++) {
                    transitions.add(next());
                }
                commit(transitions.build());
                written += group;
            }
            return written / (time.elapsed().toNanos() / 1e9);
        }

        private Transition next() {
            int index = next++ % running.size();
            Job job = running.get(index);
            Job changed = job.withAttempt(
                    job.attempt().toBuilder().waits("write " + job.version()).build());
            running.set(index, changed);
            return new Transition(changed, changed.attempt().since(), "a transition");
        }

        private void commit(ImmutableList<Transition> transitions) {
            ImmutableSet<JobId> won = store.commit(engine, transitions);
            if (won.size() != transitions.size()) {
                throw new IllegalStateException((transitions.size() - won.size()) + " writes did not count");
            }
        }
    }
}

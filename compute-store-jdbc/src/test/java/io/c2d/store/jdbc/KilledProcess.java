package io.c2d.store.jdbc;

import com.google.common.collect.ImmutableMap;
import io.c2d.core.model.EngineId;
import io.c2d.core.model.JobId;
import io.c2d.core.port.Environment;
import io.c2d.testkit.Samples;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** A program that opens the store in a folder and submits until it is killed, telling each job that was acknowledged. */
final class KilledProcess {
    private KilledProcess() {}

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Random random = new Random(3);
        try (JdbcJobStore store = Stores.open(Stores.inFile(Path.of(args[0])))) {
            EngineId engine = new EngineId("killed");
            store.openLease(engine, Duration.ofHours(1));
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                JobId id = store.submit(Samples.submission(
                                Samples.jobId(random), "me", "agreement " + i, Samples.shell("echo " + i)))
                        .job()
                        .orElseThrow();
                store.claim(
                        engine,
                        ImmutableMap.of(
                                "default", Environment.defaults("default").withMaxJobs(Integer.MAX_VALUE)),
                        1);
                out.println(id);
            }
        }
    }
}

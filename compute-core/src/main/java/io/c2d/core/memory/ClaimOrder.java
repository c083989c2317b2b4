package io.c2d.core.memory;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Table;
import io.c2d.core.model.Job;
import io.c2d.core.model.Submission;
import io.c2d.core.port.Environment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which of the free jobs are taken, and in what order: see {@link io.c2d.core.port.JobStore#claim}. */
final class ClaimOrder {
    /** A job and how many of its owner's run or wait before it. */
    private record Waiting(Job job, int turn) {}

    private final ImmutableMap<String, Environment> environments;
    private final Map<String, String> lastOwners;
    private final Instant now;
    private final Map<String, Integer> running = new HashMap<>();
    private final Table<String, String, Integer> runningOfOwner = HashBasedTable.create();

    /**
     * Counts who runs.
     *
     * @param all every job
     * @param lastOwners for each environment whose job was taken last; what is chosen is noted in it
     */
    ClaimOrder(
            ImmutableMap<String, Environment> environments,
            Iterable<Job> all,
            Map<String, String> lastOwners,
            Instant now) {
        this.environments = environments;
        this.lastOwners = lastOwners;
        this.now = now;
        for (Job job : all) {
            if (job.holdsCapacity()) {
                count(job);
            }
        }
    }

    private void count(Job job) {
        running.merge(job.submission().environment(), 1, Integer::sum);
        add(runningOfOwner, job);
    }

    static int add(Table<String, String, Integer> counts, Job job) {
        String environment = job.submission().environment();
        String owner = job.submission().owner().key();
        Integer before = counts.get(environment, owner);
        int after = before == null ? 1 : before + 1;
        counts.put(environment, owner, after);
        return after;
    }

    /** Chooses among free jobs, which come in stored order. */
    ImmutableList<Job> choose(Iterable<Job> free, int max) {
        ImmutableList.Builder<Job> chosen = ImmutableList.builder();
        List<Waiting> waiting = new ArrayList<>();
        Table<String, String, Integer> turns = HashBasedTable.create(runningOfOwner);
        int count = 0;
        for (Job job : free) {
            if (waitsForRoom(job)) {
                waiting.add(new Waiting(job, add(turns, job)));
            } else if (count < max) {
                chosen.add(job);
                count++;
            }
        }
        waiting.sort(Comparator.comparingInt(Waiting::turn)
                .thenComparing(this::hadItsTurn)
                .thenComparing(next -> next.job().submission().owner().key()));
        for (Waiting next : waiting) {
            if (count < max && hasRoom(next.job())) {
                chosen.add(next.job());
                count(next.job());
                Submission taken = next.job().submission();
                lastOwners.put(taken.environment(), taken.owner().key());
                count++;
            }
        }
        return chosen.build();
    }

    /** Owners go round: whoever comes behind the one that was served last is first. */
    private boolean hadItsTurn(Waiting next) {
        Submission submission = next.job().submission();
        String last = lastOwners.getOrDefault(submission.environment(), "");
        return submission.owner().key().compareTo(last) <= 0;
    }

    private boolean waitsForRoom(Job job) {
        Environment environment = environments.get(job.submission().environment());
        return job.isWaitingForRoom()
                && environment != null
                && now.isBefore(job.attempt().since().plus(environment.limits().queueing()));
    }

    private boolean hasRoom(Job job) {
        String name = job.submission().environment();
        Environment environment = environments.get(name);
        if (environment == null) {
            return true;
        }
        Integer ofOwner = runningOfOwner.get(name, job.submission().owner().key());
        return running.getOrDefault(name, 0) < environment.quotas().maxJobs()
                && (ofOwner == null || ofOwner < environment.quotas().maxJobsPerOwner());
    }
}

package io.c2d.rest;

import com.google.common.collect.ImmutableList;
import io.c2d.core.access.AccessRules;
import io.c2d.core.access.Caller;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.Job;
import io.c2d.core.model.Owner;
import io.c2d.core.port.JobPage;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.JobQuery.State;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which jobs a request means, of those that its caller may see. */
final class Selection {
    /** How many pages of jobs are looked through for one answer: what is hidden costs a look too. */
    private static final int MAX_PAGES = 100;

    private final ComputeEngine engine;
    private final AccessRules rules;
    private final ComputeCall call;
    private final Caller caller;

    Selection(ComputeEngine engine, AccessRules rules, ComputeCall call, Caller caller) {
        this.engine = engine;
        this.rules = rules;
        this.call = call;
        this.caller = caller;
    }

    /** A page of what the caller may read: tombstones where one is named, or where they are asked for. */
    JobPage readable() {
        State others = call.removed() ? State.REMOVED : State.PRESENT;
        return page(call.namesJob() ? State.ANY : others);
    }

    /** A page of the running jobs that the caller may read. */
    JobPage running() {
        return page(State.RUNNING);
    }

    private JobPage page(State state) {
        ImmutableList.Builder<Job> found = ImmutableList.builder();
        int left = call.limit();
        Long after = call.after();
        for (int i = 0; i < MAX_PAGES && left > 0; i++) {
            JobPage page = query(state, after, left);
            for (Job job : page.jobs()) {
                if (rules.mayRead(caller, job)) {
                    found.add(job);
                    left--;
                }
            }
            after = page.next();
            if (after == null) {
                break;
            }
        }
        return new JobPage(found.build(), after);
    }

    /**
     * The jobs to be stopped or deleted: at least one.
     *
     * @throws ComputeException where there is none: 403 where the caller may read one, else 401 or 404, as if none were there
     */
    ImmutableList<Job> controllable(State state) {
        ImmutableList.Builder<Job> found = ImmutableList.builder();
        boolean reads = false;
        Long after = null;
        for (int i = 0; i < MAX_PAGES; i++) {
            JobPage page = query(call.namesJob() ? State.ANY : state, after, JobQuery.MAX_LIMIT);
            for (Job job : page.jobs()) {
                if (rules.mayControl(caller, job)) {
                    found.add(job);
                } else {
                    reads |= rules.mayRead(caller, job);
                }
            }
            after = page.next();
            if (after == null) {
                break;
            }
        }
        ImmutableList<Job> jobs = found.build();
        if (jobs.isEmpty()) {
            throw absent(reads);
        }
        return jobs;
    }

    private ComputeException absent(boolean reads) {
        boolean forAnother =
                call.namedOwner().map(o -> !rules.mayActFor(caller, o)).orElse(false);
        return reads || forAnother
                ? Submissions.notTheOwners(reads)
                : new ComputeException(ErrorCode.NOT_FOUND, "there is no such job");
    }

    private JobPage query(State state, @Nullable Long after, int limit) {
        if (call.namesJob() && call.job().isEmpty()) {
            return new JobPage(ImmutableList.of(), null);
        }
        return engine.query(new JobQuery(
                call.job().orElse(null), owner().orElse(null), call.agreement().orElse(null), state, after, limit));
    }

    /** Whoever names nothing means its own jobs; whoever names a job or an agreement may be its reader. */
    private Optional<Owner> owner() {
        boolean namesOne = call.namesJob() || call.agreement().isPresent();
        return namesOne ? call.namedOwner() : call.namedOwner().or(caller::principal);
    }
}

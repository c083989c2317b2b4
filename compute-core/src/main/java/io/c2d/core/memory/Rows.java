package io.c2d.core.memory;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.port.JobEvent;
import io.c2d.core.port.JobPage;
import io.c2d.core.port.JobQuery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Jobs in the order in which they came, with their histories. Not thread-safe. */
final class Rows {
    /** A job, its place in the stored order, and whether a wish came after its engine's last write. */
    record Row(long sequence, Job job, boolean unseenWish) {}

    private final Map<JobId, Row> byId = new HashMap<>();
    private final TreeMap<Long, JobId> order = new TreeMap<>();
    private final Map<JobId, List<JobEvent>> events = new HashMap<>();
    private long sequence;

    Optional<Job> get(JobId id) {
        return Optional.ofNullable(byId.get(id)).map(Row::job);
    }

    Stream<Row> all() {
        return byId.values().stream();
    }

    Collection<JobId> oldestFirst() {
        return order.values();
    }

    Stream<Job> newestFirst() {
        return order.descendingMap().values().stream().map(id -> require(id).job());
    }

    Row require(JobId id) {
        Row row = byId.get(id);
        if (row == null) {
            throw new IllegalStateException("no row for " + id);
        }
        return row;
    }

    JobPage page(JobQuery query) {
        List<Row> found = order.descendingMap().values().stream()
                .map(this::require)
                .filter(row -> query.cursor().map(c -> row.sequence() < c).orElse(true))
                .filter(row -> matches(query, row.job()))
                .limit(query.limit() + 1L)
                .toList();
        boolean more = found.size() > query.limit();
        List<Row> page = more ? found.subList(0, query.limit()) : found;
        return new JobPage(
                page.stream().map(Row::job).collect(ImmutableList.toImmutableList()),
                more ? page.get(page.size() - 1).sequence() : null);
    }

    private static boolean matches(JobQuery query, Job job) {
        boolean state = switch (query.state()) {
            case RUNNING -> !job.isFinished();
            case PRESENT -> !job.removed();
            case REMOVED -> job.removed();
            case ANY -> true;
        };
        return state
                && query.jobId().map(job.id()::equals).orElse(true)
                && query.ownedBy().map(job.submission().owner()::sameAs).orElse(true)
                && query.agreementId()
                        .map(job.submission().agreementId()::equals)
                        .orElse(true);
    }

    /** Writes a job in its place, a new one behind all others. */
    void write(Job job, boolean unseenWish) {
        Row former = byId.get(job.id());
        long place = former == null ? ++sequence : former.sequence();
        byId.put(job.id(), new Row(place, job, unseenWish));
        order.put(place, job.id());
    }

    void remove(Row row) {
        byId.remove(row.job().id());
        order.remove(row.sequence());
        events.remove(row.job().id());
    }

    void add(JobEvent event) {
        events.computeIfAbsent(event.job(), id -> new ArrayList<>()).add(event);
    }

    ImmutableList<JobEvent> history(JobId id) {
        return ImmutableList.copyOf(events.getOrDefault(id, List.of()));
    }
}

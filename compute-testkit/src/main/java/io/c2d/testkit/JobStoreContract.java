package io.c2d.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Outcome;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StopRequest;
import io.c2d.core.port.JobPage;
import io.c2d.core.port.JobQuery;
import io.c2d.core.port.JobStore;
import io.c2d.core.port.Transition;
import io.c2d.core.port.WishRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What every {@link JobStore} must do. An adapter's test extends it, gives an empty store for each test, and says how time
 * passes in it. The tests stand in files by theme: submissions, fencing, claims, retention, and here wishes and lists.
 */
public abstract class JobStoreContract extends JobStoreRetention {
    // --- wishes

    @Test
    void theFirstStopWinsAndARepeatChangesNothing() {
        JobId id = submit("me", "one");
        WishRequest stop = new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null);
        assertThat(store().wish(stop).changed()).containsExactly(id);
        Job once = job(id);
        assertThat(once.wishes().stop()).isEqualTo(StopRequest.CALLED);
        assertThat(store().wish(stop).changed()).isEmpty();
        assertThat(job(id)).isEqualTo(once);
    }

    @Test
    void aStopChangesNothingOnAJobThatHasEndedButADeleteDoes() {
        JobId id = stopped("me", "one");
        Job ended = job(id);
        assertThat(ended.isOpen()).isFalse();
        assertThat(store().wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.STOP, null))
                        .changed())
                .isEmpty();
        assertThat(job(id)).isEqualTo(ended);
        assertThat(store().wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.DELETE, null))
                        .changed())
                .containsExactly(id);
        assertThat(job(id).isOpen()).isTrue();
        assertThat(store().owned(a, Optional.empty(), 10)).containsExactly(id);
    }

    @Test
    void aDeleteOfARunningJobStopsItToo() {
        JobId id = submit("me", "one");
        store().wish(new WishRequest(ImmutableList.of(id), WishRequest.Wish.DELETE, null));
        assertThat(job(id).wishes().stop()).isEqualTo(StopRequest.CALLED);
        assertThat(job(id).wishes().delete()).isTrue();
    }

    @Test
    void aWishForAnUnknownJobDoesNothing() {
        JobId unknown = Samples.jobId(random);
        assertThat(store().wish(new WishRequest(ImmutableList.of(unknown), WishRequest.Wish.STOP, null))
                        .changed())
                .isEmpty();
    }

    // --- lists

    @Test
    void listsAreNewestFirstByStoredOrderAndPaged() {
        List<JobId> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ids.add(0, submit("me", "a" + i));
        }
        submit("you", "a0");
        List<JobId> seen = new ArrayList<>();
        Optional<Long> cursor = Optional.empty();
        int pages = 0;
        do {
            JobPage page = store().query(
                            new JobQuery(null, new Owner("me"), null, JobQuery.State.PRESENT, cursor.orElse(null), 3));
            page.jobs().forEach(job -> seen.add(job.id()));
            cursor = page.nextCursor();
            pages++;
        } while (cursor.isPresent());
        assertThat(seen).containsExactlyElementsOf(ids);
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void listsFilterByEverythingTheyCan() {
        JobId running = submit("me", "one");
        claim(a);
        finish(running, Outcome.SUCCEEDED);
        JobId second = submit("me", "one");
        JobId gone = stopped("me", "three");
        store().wish(new WishRequest(ImmutableList.of(gone), WishRequest.Wish.DELETE, null));
        Job deleted = job(gone);
        assertThat(commit(a, new Transition(deleted.asTombstone(), store().now(), "removed")))
                .isTrue();

        assertThat(list(new JobQuery(null, null, "one", JobQuery.State.ANY, null, 10)))
                .containsExactly(second, running);
        assertThat(list(new JobQuery(null, null, "one", JobQuery.State.RUNNING, null, 10)))
                .containsExactly(second);
        assertThat(list(new JobQuery(null, null, null, JobQuery.State.REMOVED, null, 10)))
                .containsExactly(gone);
        assertThat(list(new JobQuery(null, new Owner("me"), null, JobQuery.State.PRESENT, null, 10)))
                .containsExactly(second, running);
        assertThat(list(new JobQuery(gone, null, null, JobQuery.State.ANY, null, 10)))
                .containsExactly(gone);
        assertThat(list(new JobQuery(gone, new Owner("you"), null, JobQuery.State.ANY, null, 10)))
                .isEmpty();
    }

    // --- the rest

    @Test
    void aKeptValueIsTheFirstOne() {
        assertThat(store().keep("key", () -> "first")).isEqualTo("first");
        assertThat(store().keep("key", () -> "second")).isEqualTo("first");
        assertThat(store().installation()).isNotBlank().isEqualTo(store().installation());
    }
}

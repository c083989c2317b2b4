package io.c2d.rest;

import io.c2d.core.access.UploadGrants;
import java.util.concurrent.Semaphore;

/** The grants, and how many uploads may be under way. Thread-safe. */
final class Uploads {
    private final UploadGrants grants;
    private final Semaphore room;

    Uploads(UploadGrants grants, int atATime) {
        this.grants = grants;
        this.room = new Semaphore(atATime);
    }

    UploadGrants grants() {
        return grants;
    }

    /** Whether one more may begin; it then must {@link #end}. */
    boolean begin() {
        return room.tryAcquire();
    }

    void end() {
        room.release();
    }
}

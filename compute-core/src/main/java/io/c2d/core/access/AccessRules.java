package io.c2d.core.access;

import io.c2d.core.model.Job;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Stage;
import java.util.Optional;

/**
 * Who may do what (DESIGN, "Signatures"): the one place of these rules. Pure and thread-safe.
 *
 * <p>An owner, a gateway acting for it, and an admin may do everything with a job. A reader, which is an address on the
 * whitelist of one of the job's outputs, sees it and its results, and may not stop it. To anybody else it looks absent.
 */
public final class AccessRules {
    private final AccessSettings settings;

    /** The rules under these settings. */
    public AccessRules(AccessSettings settings) {
        this.settings = settings;
    }

    /** The settings. */
    public AccessSettings settings() {
        return settings;
    }

    /**
     * What a signer counts as.
     *
     * @param signer its address
     * @param named the owner that its request names; nothing means the signer itself
     */
    public Caller callerOf(Owner signer, Optional<Owner> named) {
        if (settings.admins().contains(signer.key())) {
            return new Caller.Admin();
        }
        boolean forAnother = named.isPresent() && !named.get().sameAs(signer);
        if (forAnother && settings.gateways().contains(signer.key())) {
            return new Caller.Gateway(signer, named.get());
        }
        return new Caller.Signer(signer);
    }

    /** Whether the caller may create, stop, restart and delete this owner's jobs. */
    public boolean mayActFor(Caller caller, Owner owner) {
        return seesAll(caller) || caller.principal().map(owner::sameAs).orElse(false);
    }

    /** Whether the caller may stop, restart and delete the job. */
    public boolean mayControl(Caller caller, Job job) {
        return mayActFor(caller, job.submission().owner());
    }

    /** Whether the caller may see the job, its outputs and the algorithm's log; where not, the job looks absent. */
    public boolean mayRead(Caller caller, Job job) {
        return mayControl(caller, job) || isReader(caller, job);
    }

    /** Whether the caller may read what only operators may: the logs of stage-in, filter and publish. */
    public boolean isAdmin(Caller caller) {
        return caller instanceof Caller.Admin;
    }

    /** Whether no job is hidden from the caller: an admin, or anybody where requests are not signed. */
    public boolean seesAll(Caller caller) {
        return caller instanceof Caller.Admin || caller instanceof Caller.Unsigned;
    }

    private static boolean isReader(Caller caller, Job job) {
        if (!(caller instanceof Caller.Signer signer)) {
            return false;
        }
        for (Stage stage : job.submission().workflow().stages()) {
            if (stage.output().readers().contains(signer.address().key())) {
                return true;
            }
        }
        return false;
    }
}

package io.c2d.testkit.world;

import io.c2d.core.model.StepId;

/**
 * What a sound cluster does at the points where a naive one falls. The deliberately broken variants override one method
 * each; nothing else does.
 */
class ClusterRules {
    /** Whether a start looks at the anchor's stored identity, and makes none. */
    boolean startsUnderStoredAnchorOnly() {
        return true;
    }

    /** Whether a removal takes the volume first, so that nothing starts from then on. */
    boolean removesVolumeFirst() {
        return true;
    }

    /** Whether an object deleted from outside stays until its attempt is removed. */
    boolean keepsDeletedTries() {
        return true;
    }

    /** Whether a cached look leaves open what it does not know. */
    boolean cacheSaysUnknown() {
        return true;
    }

    /** Whether stopping a try that never began occupies its name. */
    boolean occupiesStoppedNames() {
        return true;
    }

    /** Whether a try that is terminating counts as alive. */
    boolean terminatingIsAlive() {
        return true;
    }

    /** The folder that a try writes to. */
    String folder(StepId step) {
        return step.name();
    }

    /** Whether an object that has our name is looked at before it counts as ours. */
    boolean checksWhatItAdopts() {
        return true;
    }

    /** Whether removing an attempt leaves the job's other attempts alone. */
    boolean removesOneAttempt() {
        return true;
    }

    /** Whether network policies outlive the containers that they bind. */
    boolean policyOutlivesSteps() {
        return true;
    }

    /** Whether the cluster itself ends what runs for too long. */
    boolean holdsLimits() {
        return true;
    }

    /** On this machine: whether a try's name is taken before its process runs, and not after. */
    boolean recordsBeforeStart() {
        return true;
    }

    /** On this machine: whether a start makes its own folder alone, and none for its attempt. */
    boolean startsInExistingFolder() {
        return true;
    }

    /** On this machine: whether a process is known by more than a number, which another one has once it is gone. */
    boolean knowsReusedNumbers() {
        return true;
    }

    /** On this machine: whether how a process ended is kept though the server that started it is gone. */
    boolean exitOutlivesServer() {
        return true;
    }

    /** Whether a listing shows this installation's objects alone. */
    boolean listsOwnOnly() {
        return true;
    }
}

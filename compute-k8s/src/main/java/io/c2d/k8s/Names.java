package io.c2d.k8s;

import io.c2d.core.model.StepId;
import io.c2d.core.port.AttemptRef;

/**
 * The names of our objects. They follow from what they name, so that a create that is repeated finds the object of before;
 * all are at most 63 characters, the most that a pod's host name may have.
 */
final class Names {
    private static final String PREFIX = "c2d-";
    private static final int MAX = 63;

    private Names() {}

    /** The attempt's anchor. */
    static String anchor(AttemptRef attempt) {
        return checked(PREFIX + attempt.job() + "-" + attempt.attempt());
    }

    /** The attempt's volume: its name is the anchor's identity, so no other anchor of that attempt ever meets it. */
    static String volume(AnchorId anchor) {
        return checked(PREFIX + anchor.uid());
    }

    /** A step's pod. The first of several instances bears the plain name, which is the register of the whole try. */
    static String pod(StepId step, int instance) {
        String name = PREFIX + step.job() + "-" + step.attempt() + "-" + step.name();
        return checked(instance == 0 ? name : name + "-" + instance);
    }

    private static String checked(String name) {
        if (name.length() > MAX) {
            throw new IllegalArgumentException("a name of more than " + MAX + " characters: " + name);
        }
        return name;
    }
}

package io.c2d.core.port;

/** Whether an object is there. Terminating is present. */
public enum Presence {
    /** It is there, or was when the cache last heard of it. */
    PRESENT,
    /** It is not there: only a live look says so. */
    ABSENT,
    /** It can't be known now. */
    UNKNOWN
}

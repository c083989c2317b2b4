package io.c2d.core.port;

/**
 * An attempt of which a cluster has objects, with what tells it from a later one of the same name.
 *
 * @param attempt whose objects
 * @param identity of its anchor or, where that is gone, of what is left
 */
public record FoundAttempt(AttemptRef attempt, String identity) {}

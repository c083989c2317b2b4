package io.c2d.core.model;

import java.time.Instant;

/**
 * The try that a job is at: stored before it is started.
 *
 * @param id its name
 * @param engine the engine that stored it; what runs inside an engine's process dies with that engine
 * @param since when it was stored, by the store's clock
 * @param failures how many tries of this step before it count against the most that it may have: those that died with
 *     their engine do not, since the step could do nothing about it
 */
public record StepTry(StepId id, EngineId engine, Instant since, int failures) {}

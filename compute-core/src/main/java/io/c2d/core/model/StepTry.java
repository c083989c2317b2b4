package io.c2d.core.model;

import java.time.Instant;

/**
 * The try that a job is at: stored before it is started.
 *
 * @param id its name
 * @param engine the engine that stored it; what runs inside an engine's process dies with that engine
 * @param since when it was stored, by the store's clock
 */
public record StepTry(StepId id, EngineId engine, Instant since) {}

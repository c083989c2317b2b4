/**
 * A world that breaks: whole engines, their store, cluster, artifacts and callers in one thread, under one virtual clock and
 * one seeded random source. {@code docs} say how to run it; {@link io.c2d.testkit.world.SimulatedWorld} is the way in.
 *
 * <p>What is held to be true, by number: 1 to 5, 13 and 14 (containers) in {@code ContainerRules}; 6, 7, 10 to 12 and 17 (rows)
 * in {@code RowRules}; 8 (outcomes) in {@code OutcomeRules}; 9 (artifacts) in {@code OutcomeRules} and {@code SimulatedWorld};
 * 15 and what must happen in time in {@code Liveness}. Rule 16, that a cursor over a stream of events has neither gap nor
 * repeat, is held by nobody: there are no streams over all jobs yet. A job's own history has its versions for ids, which are
 * taken in the transaction that makes the row's version, and rule 6 compares it with the row at each write; ids of a stream
 * that are taken before their transaction commits are what a broken variant has to show once there is one.
 */
@NullMarked
package io.c2d.testkit.world;

import org.jspecify.annotations.NullMarked;

/**
 * A world that breaks: whole engines, their store, cluster, artifacts and callers in one thread, under one virtual clock and
 * one seeded random source. {@code docs} say how to run it; {@link io.c2d.testkit.world.SimulatedWorld} is the way in.
 */
@NullMarked
package io.c2d.testkit.world;

import org.jspecify.annotations.NullMarked;

/**
 * The engine: a level-triggered reconciler. A turn reads the stored job and what the cluster shows of it, decides one step
 * by a pure function, stores it, acts, and returns. {@link io.c2d.core.engine.ComputeEngine} is the way in.
 */
@NullMarked
package io.c2d.core.engine;

import org.jspecify.annotations.NullMarked;

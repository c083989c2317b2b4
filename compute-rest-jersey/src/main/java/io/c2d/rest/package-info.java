/** The HTTP API (seed, {@code /api/v1}) as Jersey resources. {@link io.c2d.rest.ComputeFeature} mounts them. */
@NullMarked
package io.c2d.rest;

import org.jspecify.annotations.NullMarked;

/** Serves the resources on Grizzly; an optional dependency that nothing else here needs. */
@NullMarked
package io.c2d.rest.grizzly;

import org.jspecify.annotations.NullMarked;

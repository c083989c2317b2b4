/** The in-memory job store: the reference for what the port means, and a store for embedding and tests. */
@NullMarked
package io.c2d.core.memory;

import org.jspecify.annotations.NullMarked;

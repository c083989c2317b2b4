/** The standalone server and the {@code c2d} command: the one place where the adapters meet. */
@NullMarked
package io.c2d.server;

import org.jspecify.annotations.NullMarked;

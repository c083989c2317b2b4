/** Tests of the standalone server and its settings. */
@NullMarked
package io.c2d.server;

import org.jspecify.annotations.NullMarked;

/**
 * What the engine needs from outside, each as an interface with the values that it speaks of. Every port has a contract
 * test in {@code compute-testkit}, and every adapter runs it.
 */
@NullMarked
package io.c2d.core.port;

import org.jspecify.annotations.NullMarked;

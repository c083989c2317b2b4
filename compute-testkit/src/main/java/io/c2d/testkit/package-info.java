/**
 * For whoever writes an adapter or embeds the engine: the contract test of every port, a scheduler in virtual time, and a
 * simulated cluster.
 */
@NullMarked
package io.c2d.testkit;

import org.jspecify.annotations.NullMarked;

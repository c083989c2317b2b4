/** Load programs, each a command of {@link io.c2d.benchmarks.Benchmarks}. */
@NullMarked
package io.c2d.benchmarks;

import org.jspecify.annotations.NullMarked;

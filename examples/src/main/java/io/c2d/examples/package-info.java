/** How to use compute-to-data from Java: each class is one example, compiled and tested with the modules. */
@NullMarked
package io.c2d.examples;

import org.jspecify.annotations.NullMarked;

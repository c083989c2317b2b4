@NullMarked
package io.c2d.examples;

import org.jspecify.annotations.NullMarked;

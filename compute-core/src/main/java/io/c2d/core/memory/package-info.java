@NullMarked
package io.c2d.core.memory;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.c2d.core.engine;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.c2d.core;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.c2d.core.access;

import org.jspecify.annotations.NullMarked;

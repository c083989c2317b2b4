@NullMarked
package io.c2d.local;

import org.jspecify.annotations.NullMarked;

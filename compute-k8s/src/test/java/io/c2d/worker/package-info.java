@NullMarked
package io.c2d.worker;

import org.jspecify.annotations.NullMarked;

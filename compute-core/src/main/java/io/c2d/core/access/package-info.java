/** Who is asking, who may do what, and the text that callers sign. Pure: nothing here does I/O or looks at a clock. */
@NullMarked
package io.c2d.core.access;

import org.jspecify.annotations.NullMarked;

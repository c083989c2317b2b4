/** Artifacts in a folder. */
@NullMarked
package io.c2d.core.file;

import org.jspecify.annotations.NullMarked;

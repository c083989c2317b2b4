@NullMarked
package io.c2d.core.json;

import org.jspecify.annotations.NullMarked;

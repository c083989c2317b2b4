@NullMarked
package io.c2d.core.model;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.c2d.client;

import org.jspecify.annotations.NullMarked;

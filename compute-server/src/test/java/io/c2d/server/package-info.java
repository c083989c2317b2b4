@NullMarked
package io.c2d.server;

import org.jspecify.annotations.NullMarked;

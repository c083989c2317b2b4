@NullMarked
package io.c2d.testkit.world;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.c2d.testkit;

import org.jspecify.annotations.NullMarked;

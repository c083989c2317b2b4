@NullMarked
package io.c2d.store.jdbc;

import org.jspecify.annotations.NullMarked;

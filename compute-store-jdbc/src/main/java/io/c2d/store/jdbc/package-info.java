/** The job store in a relational database. Its one way in is {@link io.c2d.store.jdbc.JdbcJobStore#open}. */
@NullMarked
package io.c2d.store.jdbc;

import org.jspecify.annotations.NullMarked;

/** What the service speaks of: the workflow as submitted, and the job as stored. Values only; nothing here does I/O. */
@NullMarked
package io.c2d.core.model;

import org.jspecify.annotations.NullMarked;

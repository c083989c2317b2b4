/**
 * What runs next to the data: stage-in (downloads), result collection, publishing. {@link io.c2d.worker.Worker} is the
 * entry; everything that is not needed to call it stays in here.
 *
 * <p>The HTTP client writes whole URLs, secrets included, to its log at level DEBUG: keep {@code org.apache.hc} at INFO.
 */
@NullMarked
package io.c2d.worker;

import org.jspecify.annotations.NullMarked;

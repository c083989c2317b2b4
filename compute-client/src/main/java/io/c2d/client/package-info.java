/**
 * The typed client of the service's REST API: {@link io.c2d.client.ComputeClient} sends, watches, stops and fetches jobs,
 * {@link io.c2d.client.WorkflowBuilder} writes what they do. Built on {@code java.net.http}.
 */
@NullMarked
package io.c2d.client;

import org.jspecify.annotations.NullMarked;

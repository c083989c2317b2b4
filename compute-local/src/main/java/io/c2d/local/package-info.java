/**
 * The cluster on this machine. Stage-in and publish run inside the engine's process; algorithm and filter are processes
 * under a small detached supervisor, and outlive the server. {@link io.c2d.local.LocalCluster} is the way in.
 */
@NullMarked
package io.c2d.local;

import org.jspecify.annotations.NullMarked;

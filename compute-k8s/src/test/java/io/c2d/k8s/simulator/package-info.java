/**
 * A Kubernetes cluster for tests: an API server over HTTP that enforces what a real one does, with a scheduler, a kubelet and
 * a garbage collector that change pods in the sequence and with the fields that were measured on a real 1.36 cluster. Time is
 * virtual; algorithms are scripts.
 */
@NullMarked
package io.c2d.k8s.simulator;

import org.jspecify.annotations.NullMarked;

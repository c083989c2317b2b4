/**
 * The cluster on Kubernetes. A step is a pod; everything of an attempt hangs on one small ConfigMap, its anchor, and mounts
 * one volume, whose deletion fences it off. {@link io.c2d.k8s.KubernetesCluster} is the way in.
 */
@NullMarked
package io.c2d.k8s;

import org.jspecify.annotations.NullMarked;

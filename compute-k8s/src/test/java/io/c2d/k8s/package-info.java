@NullMarked
package io.c2d.k8s;

import org.jspecify.annotations.NullMarked;

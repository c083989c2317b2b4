@NullMarked
package io.c2d.rest;

import org.jspecify.annotations.NullMarked;

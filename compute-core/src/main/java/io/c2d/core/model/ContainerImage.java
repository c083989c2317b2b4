package io.c2d.core.model;

import org.jspecify.annotations.Nullable;

/**
 * The image that an algorithm runs in, and how it is started there.
 *
 * @param image its name
 * @param tag its tag, {@code null} where none was given
 * @param checksum its digest ({@code sha256:…}), {@code null} where none was given; wins over the tag
 * @param entrypoint a shell line; {@code $ALGO} stands for the algorithm's file
 */
public record ContainerImage(
        String image, @Nullable String tag, @Nullable String checksum, String entrypoint) {}

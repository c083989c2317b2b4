package io.c2d.core.model;

import com.google.common.collect.ImmutableList;

/**
 * One run of one algorithm over its inputs.
 *
 * @param index the caller's number for it; stages run in this order
 * @param inputs what is staged in, in the caller's order
 * @param compute what it needs
 * @param algorithm what runs
 * @param output what happens with the results
 */
public record Stage(
        int index, ImmutableList<Input> inputs, ComputeRequirements compute, Algorithm algorithm, Output output) {}

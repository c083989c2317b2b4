package io.c2d.core.model;

/**
 * One thing wrong with a request.
 *
 * @param pointer where, as a JSON Pointer (RFC 6901) into the request's body; {@code ""} is the whole
 * @param message what is wrong and what would be right, one sentence
 */
public record Fault(String pointer, String message) {}

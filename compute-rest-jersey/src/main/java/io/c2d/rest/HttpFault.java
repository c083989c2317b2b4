package io.c2d.rest;

import com.google.common.collect.ImmutableMap;

/** A refusal that only HTTP knows, beside those of the core. */
final class HttpFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String sentence;
    private final transient ImmutableMap<String, String> headers;

    HttpFault(int status, String code, String sentence) {
        this(status, code, sentence, ImmutableMap.of());
    }

    HttpFault(int status, String code, String sentence, ImmutableMap<String, String> headers) {
        super(sentence);
        this.status = status;
        this.code = code;
        this.sentence = sentence;
        this.headers = headers;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String sentence() {
        return sentence;
    }

    ImmutableMap<String, String> headers() {
        return headers;
    }
}

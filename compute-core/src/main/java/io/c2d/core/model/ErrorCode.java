package io.c2d.core.model;

import java.util.Locale;

/** Every kind of refusal, so that callers can tell them apart and operators can count them. */
public enum ErrorCode {
    /** The request's form is wrong; the faults say where. */
    INVALID_REQUEST,
    /** No such job, or none that the caller may see. */
    NOT_FOUND,
    /** The agreement has a running job. */
    AGREEMENT_RUNNING,
    /** The named job did not end as stopped or timed out, or is deleted. */
    NOT_RESTARTABLE,
    /** Too many jobs wait already; later there may be room. */
    QUEUE_FULL,
    /** The idempotency key was used for another request. */
    IDEMPOTENCY_KEY_REUSED,
    /** The signature is missing, malformed or not the caller's. */
    SIGNATURE_INVALID,
    /** The nonce is outside of its window, or was used for another request. */
    NONCE_INVALID,
    /** The caller is known and may not do this. */
    NOT_ALLOWED,
    /** The link was altered. */
    LINK_INVALID,
    /** The link's time is over. */
    LINK_EXPIRED,
    /** What the link led to was deleted or replaced. */
    GONE,
    /** The store or the engine can't answer now. */
    UNAVAILABLE,
    /** A fault of ours. */
    INTERNAL;

    /** The name on the wire, kebab-case. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

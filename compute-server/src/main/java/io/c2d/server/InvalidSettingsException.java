package io.c2d.server;

import com.google.common.collect.ImmutableList;

/** Settings that stop the start: each with its name and what it takes. */
final class InvalidSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidSettingsException(ImmutableList<String> faults) {
        super(String.join("\n", faults));
    }
}

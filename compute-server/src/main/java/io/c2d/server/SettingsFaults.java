package io.c2d.server;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong with the settings. */
final class SettingsFaults {
    private final List<String> faults = new ArrayList<>();

    void add(String name, String message) {
        faults.add(name + ": " + message);
    }

    void throwIfAny() {
        if (!faults.isEmpty()) {
            throw new InvalidSettingsException(ImmutableList.copyOf(faults));
        }
    }
}

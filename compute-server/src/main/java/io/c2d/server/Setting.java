package io.c2d.server;

import java.util.Locale;

/**
 * One setting: its name in files and in {@code --set}, and what the reference page says of it.
 *
 * @param name dotted; {@code <name>} in it stands for an environment's name
 * @param takes what it takes, in words
 * @param defaultText what holds where nothing is set, as it would be written; {@code ""} for none
 * @param meaning one sentence
 */
record Setting(String name, String takes, String defaultText, String meaning) {
    private static final String WILDCARD = "<name>";

    /** Whether there is one of it for each environment. */
    boolean isPerEnvironment() {
        return name.contains(WILDCARD);
    }

    /** The name for one environment. */
    String forEnvironment(String environment) {
        return name.replace(WILDCARD, environment);
    }

    /** The environment variable that sets it. */
    static String variable(String name) {
        return "C2D_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}

package io.c2d.server;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.c2d.core.port.Environment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from, the first that has one wins: {@code --set}, the environment, the file (HOCON, JSON or
 * properties), the default. Reading notes each fault and goes on, so that all are told at once.
 */
final class SettingsSource {
    private static final String ENVIRONMENTS = "environments";

    private final Config config;
    private final ImmutableSet<String> environments;
    private final SettingsFaults faults = new SettingsFaults();

    private SettingsSource(Config config) {
        this.config = config;
        this.environments = environmentNames(config);
    }

    /**
     * Gathers.
     *
     * @param file a file, {@code null} for none
     * @param set what {@code --set} says, by name
     * @param variables the process's environment
     * @throws InvalidSettingsException where the file can't be read, or a name is not known
     */
    static SettingsSource gather(@Nullable Path file, Map<String, String> set, Map<String, String> variables) {
        Config fromFile = ConfigFactory.empty();
        if (file != null) {
            try {
                fromFile = ConfigFactory.parseFile(
                                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                        .resolve();
            } catch (ConfigException e) {
                throw new InvalidSettingsException(ImmutableList.of(file + " can't be read: " + e.getMessage()));
            }
        }
        Config fromSet = ConfigFactory.parseMap(set, "--set");
        ImmutableSet<String> names = environmentNames(fromSet.withFallback(fromFile));
        Config fromVariables = ConfigFactory.parseMap(named(variables, names), "the environment");
        SettingsSource source =
                new SettingsSource(fromSet.withFallback(fromVariables).withFallback(fromFile));
        source.refuseUnknown(variables, names);
        return source;
    }

    private static ImmutableSet<String> environmentNames(Config config) {
        TreeSet<String> names = new TreeSet<>();
        names.add(Environment.DEFAULT);
        config.entrySet().forEach(entry -> {
            List<String> path = ConfigUtil.splitPath(entry.getKey());
            if (path.size() > 2 && path.get(0).equals(ENVIRONMENTS)) {
                names.add(path.get(1));
            }
        });
        return ImmutableSet.copyOf(names);
    }

    /** The settings that variables give, under their names. */
    private static Map<String, String> named(Map<String, String> variables, ImmutableSet<String> environments) {
        Map<String, String> found = new HashMap<>();
        for (String name : names(environments)) {
            String value = variables.get(Setting.variable(name));
            if (value != null) {
                found.put(name, value);
            }
        }
        return found;
    }

    private static ImmutableSet<String> names(ImmutableSet<String> environments) {
        ImmutableSet.Builder<String> names = ImmutableSet.builder();
        for (Setting setting : Settings.ALL) {
            if (setting.isPerEnvironment()) {
                environments.forEach(e -> names.add(setting.forEnvironment(e)));
            } else {
                names.add(setting.name());
            }
        }
        return names.build();
    }

    private void refuseUnknown(Map<String, String> variables, ImmutableSet<String> environmentsBefore) {
        ImmutableSet<String> known = names(environments);
        for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
            String name = String.join(".", ConfigUtil.splitPath(entry.getKey()));
            if (!known.contains(name)) {
                faults.add(
                        name,
                        "there is no such setting (" + entry.getValue().origin().description() + ")");
            }
        }
        ImmutableSet<String> knownVariables =
                names(environmentsBefore).stream().map(Setting::variable).collect(ImmutableSet.toImmutableSet());
        for (String variable : new TreeSet<>(variables.keySet())) {
            // The log's level is read by the log itself, before there are settings.
            if (variable.startsWith("C2D_")
                    && !variable.equals("C2D_LOG_LEVEL")
                    && !knownVariables.contains(variable)) {
                faults.add(variable, "there is no such setting (the environment)");
            }
        }
    }

    /** The names of the environments that are configured, {@link Environment#DEFAULT} among them. */
    ImmutableSet<String> environments() {
        return environments;
    }

    /** The setting's text, or its default's; nothing where neither is. */
    Optional<String> text(Setting setting, String name) {
        Optional<String> set = config.hasPath(name)
                ? Optional.of(config.getValue(name)).map(SettingsSource::asText)
                : Optional.empty();
        return set.filter(text -> !text.isEmpty())
                .or(() -> Optional.of(setting.defaultText()))
                .filter(text -> !text.isEmpty());
    }

    private static String asText(ConfigValue value) {
        Object plain = value.unwrapped();
        if (plain instanceof List<?> list) {
            return String.join(",", list.stream().map(String::valueOf).toList());
        }
        return String.valueOf(plain);
    }

    /** Reads a value; what {@code parse} throws is a fault of this setting, and {@code instead} stands in for it. */
    <T> T read(Setting setting, String name, Function<String, T> parse, T instead) {
        Optional<String> text = text(setting, name);
        if (text.isEmpty()) {
            return instead;
        }
        try {
            return parse.apply(text.get());
        } catch (RuntimeException e) {
            String range = e instanceof OutOfRangeException out ? " (" + out.range() + ")" : "";
            faults.add(name, "takes " + setting.takes() + range + ", not \"" + shown(setting, text.get()) + "\"");
            return instead;
        }
    }

    /** A value of the right form that is not one of those taken. */
    static final class OutOfRangeException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        private final String range;

        OutOfRangeException(String range) {
            super(range);
            this.range = range;
        }

        /** What is taken. */
        String range() {
            return range;
        }
    }

    private static String shown(Setting setting, String text) {
        boolean secret = setting.equals(Settings.STORE_PASSWORD) || setting.equals(Settings.LINKS_KEY);
        return secret ? "…" : text;
    }

    /** A duration or a size in the library's own syntax. */
    static Config value(String text) {
        return ConfigFactory.parseMap(ImmutableMap.of("v", text));
    }

    /** Notes something that is wrong with several settings together. */
    void fault(Setting setting, String message) {
        faults.add(setting.name(), message);
    }

    /** Ends the reading. */
    void throwIfAny() {
        faults.throwIfAny();
    }
}

package io.c2d.server;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.model.Owner;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads settings as what they are: durations, sizes, lists and so on. What is wrong is noted, and something stands in. */
final class SettingsReader {
    private final SettingsSource source;

    SettingsReader(SettingsSource source) {
        this.source = source;
    }

    ImmutableSet<String> environments() {
        return source.environments();
    }

    void fault(Setting setting, String message) {
        source.fault(setting, message);
    }

    /** See {@link SettingsSource#read}. */
    <T> T read(Setting setting, String name, Function<String, T> parse, T instead) {
        return source.read(setting, name, parse, instead);
    }

    /** See {@link SettingsSource#text}. */
    Optional<String> text(Setting setting, String name) {
        return source.text(setting, name);
    }

    String text(Setting setting) {
        return source.text(setting, setting.name()).orElse("");
    }

    <T> @Nullable T optional(Setting setting, Function<String, T> parse) {
        return source.read(setting, setting.name(), text -> Optional.of(parse.apply(text)), Optional.<T>empty())
                .orElse(null);
    }

    <T> T one(Setting setting, Function<String, T> parse, T instead) {
        return source.read(setting, setting.name(), parse, instead);
    }

    Duration duration(Setting setting, String name) {
        return source.read(setting, name, SettingsReader::parseDuration, Duration.ofSeconds(1));
    }

    long size(Setting setting, String name, long least) {
        return source.read(setting, name, text -> sizeOf(text, least), least);
    }

    static long sizeOf(String text, long least) {
        long bytes = SettingsSource.value(text).getMemorySize("v").toBytes();
        if (bytes < least) {
            throw new SettingsSource.OutOfRangeException("at least " + least + " bytes");
        }
        return bytes;
    }

    int count(Setting setting, String environment) {
        return source.read(setting, setting.forEnvironment(environment), SettingsReader::positive, 1);
    }

    <T> ImmutableSet<T> list(Setting setting, Function<String, T> parse) {
        Function<String, ImmutableSet<T>> all = text -> Splitter.on(',')
                .trimResults()
                .omitEmptyStrings()
                .splitToStream(text)
                .map(parse)
                .collect(ImmutableSet.toImmutableSet());
        return source.read(setting, setting.name(), all, ImmutableSet.of());
    }

    static Duration parseDuration(String text) {
        // The library takes a number alone as milliseconds, which hardly anybody means.
        if (!Character.isLetter(text.charAt(text.length() - 1))) {
            throw new SettingsSource.OutOfRangeException("with a unit");
        }
        return atLeast(Duration.ofMillis(1), SettingsSource.value(text).getDuration("v"));
    }

    static Duration seconds(String text) {
        return atLeast(Duration.ofSeconds(1), parseDuration(text));
    }

    static Duration atLeast(Duration least, Duration value) {
        if (value.compareTo(least) < 0) {
            throw new SettingsSource.OutOfRangeException(
                    "at least " + (least.toSeconds() > 0 ? least.toSeconds() + "s" : least.toMillis() + "ms"));
        }
        return value;
    }

    static int natural(String text) {
        int value = Integer.parseInt(text);
        if (value < 0) {
            throw new IllegalArgumentException("too small");
        }
        return value;
    }

    static int positive(String text) {
        int value = Integer.parseInt(text);
        if (value < 1) {
            throw new IllegalArgumentException("too small");
        }
        return value;
    }

    static double positiveNumber(String text) {
        double value = Double.parseDouble(text);
        if (!(value > 0 && value < 10_000)) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }

    static int port(String text) {
        int value = Integer.parseInt(text);
        if (value < 0 || value > 65_535) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }

    static URI url(String text) {
        URI uri = URI.create(text);
        boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!web
                || uri.getHost() == null
                || uri.getQuery() != null
                || uri.getFragment() != null
                || uri.getUserInfo() != null) {
            throw new IllegalArgumentException("no URL");
        }
        return uri;
    }

    static String address(String text) {
        if (!Owner.isAddress(text)) {
            throw new IllegalArgumentException("no address");
        }
        return text;
    }

    static String matching(String text, String form) {
        if (!text.matches(form)) {
            throw new IllegalArgumentException("another form");
        }
        return text;
    }

    static String choice(String text, String... choices) {
        return Optional.of(text).filter(ImmutableList.copyOf(choices)::contains).orElseThrow();
    }

    static <E extends Enum<E>> E constant(Class<E> type, String text) {
        if (!text.equals(text.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("lower case");
        }
        return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
    }

    ImmutableList<String> words(Setting setting) {
        return Splitter.on(CharMatcher.whitespace())
                .omitEmptyStrings()
                .splitToStream(text(setting))
                .collect(ImmutableList.toImmutableList());
    }

    static boolean yesOrNo(String text) {
        return Boolean.parseBoolean(choice(text, "true", "false"));
    }

    static double share(String text) {
        double value = Double.parseDouble(text);
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }
}

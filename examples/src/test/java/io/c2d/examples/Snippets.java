package io.c2d.examples;

import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pieces of the sources that documents quote. A source marks one by {@code // snippet:NAME} and {@code // end}, a
 * document by {@code <!-- snippet:NAME -->} and {@code <!-- /snippet -->} around one block of Java.
 */
final class Snippets {
    private static final Pattern BEGIN = Pattern.compile("\\s*// snippet:([a-z-]+)\\s*");
    private static final Pattern END = Pattern.compile("\\s*// end\\s*");
    private static final Pattern QUOTE_BEGIN = Pattern.compile("\\s*<!-- snippet:(\\S+) -->\\s*");
    private static final Pattern QUOTE_END = Pattern.compile("\\s*<!-- /snippet -->\\s*");
    private static final Pattern BLOCK = Pattern.compile("\\s*```java\\n(.*\\n)```\\s*", Pattern.DOTALL);

    private Snippets() {}

    /** The regions of one source by their names. */
    static ImmutableMap<String, String> inSource(String source) {
        ImmutableMap.Builder<String, String> found = ImmutableMap.builder();
        regions(source, BEGIN, END).forEach(region -> found.put(region.name(), normal(region.text())));
        return found.buildOrThrow();
    }

    /** What is wrong with a document's quotes; empty where each is equal to its region. */
    static ImmutableList<String> faults(String document, ImmutableMap<String, String> regions) {
        ImmutableList.Builder<String> faults = ImmutableList.builder();
        for (Region quote : regions(document, QUOTE_BEGIN, QUOTE_END)) {
            Matcher block = BLOCK.matcher(quote.text());
            if (!regions.containsKey(quote.name())) {
                faults.add(quote.name() + ": no source has such a region");
            } else if (!block.matches()) {
                faults.add(quote.name() + ": one block of ```java is expected");
            } else if (!normal(block.group(1)).equals(regions.get(quote.name()))) {
                faults.add(quote.name() + ": is to be\n" + regions.get(quote.name()));
            }
        }
        return faults.build();
    }

    private record Region(String name, String text) {}

    private static ImmutableList<Region> regions(String text, Pattern begin, Pattern end) {
        ImmutableList.Builder<Region> found = ImmutableList.builder();
        List<String> lines = text.lines().toList();
        int start = -1;
        String name = "";
        for (int i = 0; i < lines.size(); i++) {
            Matcher opening = begin.matcher(lines.get(i));
            if (opening.matches()) {
                check(start < 0, "a snippet begins within " + name);
                name = Objects.requireNonNull(opening.group(1));
                start = i + 1;
            } else if (end.matcher(lines.get(i)).matches()) {
                check(start >= 0, "a snippet ends that never began");
                found.add(new Region(name, String.join("\n", lines.subList(start, i)) + "\n"));
                start = -1;
            }
        }
        check(start < 0, "snippet " + name + " has no end");
        return found.build();
    }

    private static void check(boolean right, String message) {
        if (!right) {
            throw new IllegalStateException(message);
        }
    }

    /** Without common indentation, spaces at the ends of lines, and empty lines around it. */
    private static String normal(String code) {
        // An empty last line would count as one without indentation.
        return CharMatcher.is('\n').trimFrom(code.stripTrailing().stripIndent());
    }
}

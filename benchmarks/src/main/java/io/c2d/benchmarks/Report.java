package io.c2d.benchmarks;

import com.google.common.base.Strings;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Prints lines of a name and a text, and tables whose columns stand below each other. */
final class Report {
    private static final int NAME_WIDTH = 10;

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void line(String name, String text) {
        out.println(Strings.padEnd(name, NAME_WIDTH, ' ') + text);
        out.flush();
    }

    /** A table to be filled; the first column is left-aligned, the others are for figures. */
    Table table(String... heads) {
        return new Table(heads);
    }

    /** Rows that are printed together, when their widths are known. */
    final class Table {
        private final List<String[]> rows = new ArrayList<>();

        private Table(String[] heads) {
            rows.add(heads);
        }

        void row(String... cells) {
            rows.add(cells);
        }

        void print() {
            out.println();
            for (String[] row : rows) {
                StringBuilder line = new StringBuilder();
                for (int i = 0; i < row.length; i++) {
                    line.append(
                            i == 0 ? Strings.padEnd(row[i], width(i), ' ') : Strings.padStart(row[i], width(i), ' '));
                    line.append("   ");
                }
                out.println(line.toString().stripTrailing());
            }
            out.println();
            out.flush();
        }

        private int width(int column) {
            return rows.stream()
                    .filter(row -> column < row.length)
                    .mapToInt(row -> row[column].length())
                    .max()
                    .orElse(0);
        }
    }
}

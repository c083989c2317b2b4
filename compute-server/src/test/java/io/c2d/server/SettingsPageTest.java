package io.c2d.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reference page says what the server reads, no more and no less. */
final class SettingsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "settings.md");

    @Test
    void thePageHoldsARowForEachSettingInOrderAndNoOther() throws IOException {
        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(
                        Settings.ALL.stream().map(SettingsPageTest::row).toList());
    }

    @Test
    void noTwoSettingsShareANameOrAVariable() {
        assertThat(Settings.ALL).extracting(Setting::name).doesNotHaveDuplicates();
        assertThat(Settings.ALL)
                .extracting(setting -> Setting.variable(setting.name()))
                .doesNotHaveDuplicates();
    }

    private static String row(Setting setting) {
        String defaultText = setting.defaultText().isEmpty() ? "none" : "`" + setting.defaultText() + "`";
        return "| `" + setting.name() + "` | " + setting.takes() + " | " + defaultText + " | " + setting.meaning()
                + " |";
    }
}

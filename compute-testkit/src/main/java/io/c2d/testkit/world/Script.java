package io.c2d.testkit.world;

import io.c2d.core.model.Stage;
import java.time.Duration;

/**
 * What a simulated algorithm does: raw code read line by line. {@code sleep N} takes seconds, {@code exit N} ends it,
 * {@code on-term ignore} or {@code on-term exit0} say what it does about SIGTERM, {@code oom} uses too much memory,
 * {@code crash} dies of a signal of its own, {@code data-missing} and {@code code-missing} fail the staging in; other lines
 * do nothing.
 */
record Script(Duration time, int exit, OnTerm onTerm, boolean oom, int staging) {
    /** What it does about SIGTERM. */
    enum OnTerm {
        DIE,
        IGNORE,
        EXIT_0
    }

    private static final int SEGMENTATION_FAULT = 139;

    static Script of(Stage stage) {
        int seconds = 0;
        int exit = 0;
        OnTerm onTerm = OnTerm.DIE;
        boolean oom = false;
        int staging = 0;
        for (String line : stage.algorithm().raw().orElse("").lines().toList()) {
            String[] words = line.strip().split(" ");
            switch (words[0]) {
                case "sleep" -> seconds += Integer.parseInt(words[1]);
                case "exit" -> exit = Integer.parseInt(words[1]);
                case "on-term" -> onTerm = words[1].equals("ignore") ? OnTerm.IGNORE : OnTerm.EXIT_0;
                case "oom" -> oom = true;
                case "crash" -> exit = SEGMENTATION_FAULT;
                case "data-missing" -> staging = 31;
                case "code-missing" -> staging = 32;
                default -> {}
            }
        }
        return new Script(Duration.ofSeconds(seconds).plusMillis(1), exit, onTerm, oom, staging);
    }
}

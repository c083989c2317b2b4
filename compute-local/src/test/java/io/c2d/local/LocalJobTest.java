package io.c2d.local;

import org.junit.jupiter.api.Nested;

/** Whole jobs in the sandboxes that shut off. */
final class LocalJobTest {
    @Nested
    final class OnTheMachine extends LocalJobContract {
        OnTheMachine() {
            super("bubblewrap,namespaces", ContainerSettings.DEFAULTS);
        }
    }

    @Nested
    final class InContainers extends LocalJobContract {
        InContainers() {
            super("container", TestingContainers.require().settings());
        }
    }
}

package io.c2d.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.c2d.local.ContainerEngine.UnavailableException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class SandboxesTest {
    private record TestingSandbox(String label, boolean isolates) implements Sandbox {
        @Override
        public EnforcedLimits limits() {
            return new EnforcedLimits(true, true, true);
        }

        @Override
        public CompletionStage<Optional<String>> prepare(Program program) {
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public String run(Program program) {
            return "";
        }

        @Override
        public String sweep(Program program) {
            return "";
        }
    }

    private static Sandboxes working(String... labels) {
        ImmutableSet<String> working = ImmutableSet.copyOf(labels);
        return new Sandboxes(
                ImmutableMap.of(
                        "container",
                        () -> {
                            if (working.contains("container")) {
                                return new TestingSandbox("container", true);
                            }
                            throw new UnavailableException("no engine", null);
                        },
                        "bubblewrap",
                        () -> new TestingSandbox("bubblewrap", true),
                        "namespaces",
                        () -> new TestingSandbox("namespaces", true),
                        "process",
                        () -> new TestingSandbox("process", false)),
                sandbox -> working.contains(sandbox.label()) ? Optional.empty() : Optional.of("tried in vain"));
    }

    @Test
    void autoTakesTheFirstThatWorks() {
        assertThat(working("container", "bubblewrap").choose("auto").label()).isEqualTo("container");
        assertThat(working("bubblewrap", "namespaces").choose("auto").label()).isEqualTo("bubblewrap");
        assertThat(working("namespaces", "process").choose("auto").label()).isEqualTo("namespaces");
    }

    @Test
    void autoNeverTakesOneThatShutsNothingOff() {
        assertThatThrownBy(() -> working("process").choose("auto"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the sandbox \"container\" does not work on this machine: no engine; "
                        + "the sandbox \"bubblewrap\" does not work on this machine: tried in vain; "
                        + "the sandbox \"namespaces\" does not work on this machine: tried in vain. "
                        + "Install bubblewrap or Podman, or let this user make user namespaces "
                        + "(sysctl user.max_user_namespaces); for trusted code alone set local.sandbox=process");
    }

    @Test
    void theFirstOfAListThatWorksIsTakenInTheListsOrder() {
        assertThat(working("container", "namespaces")
                        .choose("namespaces, container")
                        .label())
                .isEqualTo("namespaces");
        assertThat(working("process").choose("bubblewrap,process").label()).isEqualTo("process");
    }

    @Test
    void oneThatIsNamedAndDoesNotWorkStopsTheStart() {
        assertThatThrownBy(() -> working("bubblewrap").choose("container"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the sandbox \"container\" does not work on this machine: no engine");
    }

    @Test
    void anUnknownOneIsRefused() {
        assertThatThrownBy(() -> working("bubblewrap").choose("bubblewrap,jail"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("there is no sandbox \"jail\"; there are auto, container, bubblewrap, namespaces, process");
    }
}

package io.c2d.local;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How containers are run where algorithms run in the sandbox {@code container}.
 *
 * @param command the command and its first words, such as {@code podman --storage-driver=vfs}; empty: Podman, or Docker if
 *     there is no Podman. No word holds a blank
 * @param runtime the OCI runtime, such as {@code runc}; {@code null} for the command's own choice
 * @param flags further flags for each {@code run}; what is set here by the server itself wins over them
 * @param pullPolicy when images are pulled
 * @param pullTimeout the longest that one pull may take
 * @param filterImage what an environment's filter runs in; {@code null} for none, then no filter can run. Never the job's own
 *     image: whoever sends the job chose that
 */
public record ContainerSettings(
        ImmutableList<String> command,
        @Nullable String runtime,
        ImmutableList<String> flags,
        PullPolicy pullPolicy,
        Duration pullTimeout,
        @Nullable String filterImage) {

    /** When images are pulled: the words of Docker, Podman and Kubernetes. */
    public enum PullPolicy {
        /** Before each step, unless the image is named by its digest and there. */
        ALWAYS,
        /** Where it is not there. */
        MISSING,
        /** Not at all: what is not there is refused. */
        NEVER
    }

    /** What holds where nothing is configured: Podman or Docker, what is missing is pulled within ten minutes. */
    public static final ContainerSettings DEFAULTS = new ContainerSettings(
            ImmutableList.of(), null, ImmutableList.of(), PullPolicy.MISSING, Duration.ofMinutes(10), null);

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException where a word of the command has a blank, the time is none, or no registry takes the
     *     filter image's name
     */
    public ContainerSettings {
        if (command.stream().anyMatch(word -> word.isBlank() || word.matches(".*\\s.*"))) {
            throw new IllegalArgumentException("no word of the container command holds a blank");
        }
        if (pullTimeout.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a pull may take a second at least");
        }
        if (filterImage != null) {
            ImageReference unused = ImageReference.parse(filterImage);
        }
    }

    /** The same with another command and its runtime. */
    public ContainerSettings withCommand(Iterable<String> words, @Nullable String otherRuntime) {
        return new ContainerSettings(
                ImmutableList.copyOf(words), otherRuntime, flags, pullPolicy, pullTimeout, filterImage);
    }

    /** The same with other flags. */
    public ContainerSettings withFlags(Iterable<String> other) {
        return new ContainerSettings(
                command, runtime, ImmutableList.copyOf(other), pullPolicy, pullTimeout, filterImage);
    }

    /** The same with another way to pull. */
    public ContainerSettings withPull(PullPolicy policy, Duration timeout) {
        return new ContainerSettings(command, runtime, flags, policy, timeout, filterImage);
    }

    /** The same with an image for filters. */
    public ContainerSettings withFilterImage(String image) {
        return new ContainerSettings(command, runtime, flags, pullPolicy, pullTimeout, image);
    }
}

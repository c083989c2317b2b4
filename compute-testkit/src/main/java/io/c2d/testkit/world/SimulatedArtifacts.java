package io.c2d.testkit.world;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import com.google.common.hash.Hashing;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.JobId;
import io.c2d.core.model.StepId;
import io.c2d.core.port.ArtifactStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Artifacts in memory, uploads that take time included. */
final class SimulatedArtifacts implements ArtifactStore {
    /** A key of the store. */
    record Key(StepId step, String path) {}

    private final ArtifactRules rules;
    private final Consumer<Key> deleted;
    private final Map<Key, byte[]> files = new LinkedHashMap<>();
    private final Set<Key> uploads = new LinkedHashSet<>();

    SimulatedArtifacts(ArtifactRules rules, Consumer<Key> deleted) {
        this.rules = rules;
        this.deleted = deleted;
    }

    ArtifactRules rules() {
        return rules;
    }

    /** An upload has begun: from now on there is something of that attempt. */
    void begin(StepId step, String path) {
        uploads.add(new Key(step, path));
    }

    /** An upload has broken. */
    void breakOff(StepId step, String path) {
        uploads.remove(new Key(step, path));
    }

    /** An upload is complete. */
    Artifact complete(StepId step, String path, Artifact.Role role, String content) {
        uploads.remove(new Key(step, path));
        return store(step, path, role, content.getBytes(StandardCharsets.UTF_8));
    }

    private Artifact store(StepId step, String path, Artifact.Role role, byte[] bytes) {
        if (!Artifact.isSafePath(path)) {
            throw new IllegalArgumentException("an artifact's path stays below its folder");
        }
        files.put(new Key(step, path), bytes);
        return new Artifact(
                step,
                path,
                role,
                bytes.length,
                Hashing.sha256().hashBytes(bytes).toString());
    }

    @Override
    public Artifact put(StepId step, String path, Artifact.Role role, InputStream content) throws IOException {
        return store(step, path, role, content.readAllBytes());
    }

    @Override
    public Optional<InputStream> open(Artifact artifact, long from) {
        byte[] bytes = files.get(new Key(artifact.step(), artifact.path()));
        return bytes == null
                ? Optional.empty()
                : Optional.of(new ByteArrayInputStream(bytes, (int) from, bytes.length - (int) from));
    }

    /** What is stored under a key of the manifest. */
    Optional<String> text(Artifact artifact) {
        byte[] bytes = files.get(new Key(artifact.step(), artifact.path()));
        return Optional.ofNullable(bytes).map(b -> new String(b, StandardCharsets.UTF_8));
    }

    @Override
    public ImmutableSet<Integer> attempts(JobId job) {
        ImmutableSet.Builder<Integer> attempts = ImmutableSet.builder();
        for (Key key : Sets.union(files.keySet(), uploads)) {
            if (key.step().job().equals(job)) {
                attempts.add(key.step().attempt());
            }
        }
        return attempts.build();
    }

    @Override
    public ImmutableSet<JobId> jobs() {
        ImmutableSet.Builder<JobId> jobs = ImmutableSet.builder();
        files.keySet().forEach(key -> jobs.add(key.step().job()));
        uploads.forEach(key -> jobs.add(key.step().job()));
        return jobs.build();
    }

    @Override
    public void delete(JobId job, int attempt) {
        for (Key key : ImmutableSet.copyOf(files.keySet())) {
            boolean attemptMatches = !rules.deletesOneAttempt() || key.step().attempt() == attempt;
            if (key.step().job().equals(job) && attemptMatches) {
                files.remove(key);
                deleted.accept(key);
            }
        }
        uploads.removeIf(key -> key.step().job().equals(job) && key.step().attempt() == attempt);
    }

    /** Whether an upload is still under way: a delete breaks it. */
    boolean isUploading(StepId step, String path) {
        return uploads.contains(new Key(step, path));
    }
}

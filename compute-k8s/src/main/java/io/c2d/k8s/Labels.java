package io.c2d.k8s;

import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Ints;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.StepId;
import io.c2d.core.port.AttemptRef;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The labels by which our objects are found, and read back. Selectors are equalities only. The anchor's UID is a label too:
 * what is selected by it is selected by identity.
 *
 * @param installation the installation's id; what bears another one is not ours
 */
record Labels(String installation) {
    static final String INSTALLATION = "c2d.io/installation";
    static final String JOB = "c2d.io/job";
    static final String ATTEMPT = "c2d.io/attempt";
    static final String ANCHOR = "c2d.io/anchor";
    static final String STAGE = "c2d.io/stage";
    static final String STEP = "c2d.io/step";
    static final String TRY = "c2d.io/try";
    static final String INSTANCE = "c2d.io/instance";
    static final String OWNER_HASH = "c2d.io/owner-hash";
    /** Opens the network to a pod, where the namespace has the policy for it; without it there is none. */
    static final ImmutableMap<String, String> OPEN_NETWORK = ImmutableMap.of("c2d.io/network", "open");

    private static final int OWNER_HASH_LENGTH = 32;

    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    /** Checks that the id can be a label. */
    Labels {
        if (!VALUE.matcher(installation).matches()) {
            throw new IllegalArgumentException("an installation's id is 1 to 63 letters, digits, '-', '_' or '.'");
        }
    }

    /** Of the anchor. */
    ImmutableMap<String, String> attempt(AttemptRef attempt) {
        return common(attempt).buildOrThrow();
    }

    /** Of what hangs on an anchor. */
    ImmutableMap<String, String> anchored(AttemptRef attempt, AnchorId anchor) {
        return common(attempt).put(ANCHOR, anchor.uid()).buildOrThrow();
    }

    /** Of a step's pod. */
    ImmutableMap<String, String> step(PodFrame.Place place) {
        StepId step = place.step();
        ImmutableMap.Builder<String, String> all = common(new AttemptRef(step.job(), step.attempt()))
                .put(ANCHOR, place.anchor().uid())
                .put("app.kubernetes.io/component", step.kind().label())
                .put(STAGE, Integer.toString(step.stage()))
                .put(STEP, step.kind().label())
                .put(TRY, Integer.toString(step.tryNumber()))
                .put(INSTANCE, Integer.toString(place.instance()));
        Owner owner = place.owner();
        if (owner != null) {
            all.put(OWNER_HASH, ownerHash(owner));
        }
        return all.buildOrThrow();
    }

    /** An owner is free text of any length, and not for everybody who may list pods: 32 hex digits of its SHA-256. */
    static String ownerHash(Owner owner) {
        return Hashing.sha256()
                .hashString(owner.key(), StandardCharsets.UTF_8)
                .toString()
                .substring(0, OWNER_HASH_LENGTH);
    }

    private ImmutableMap.Builder<String, String> common(AttemptRef attempt) {
        return ImmutableMap.<String, String>builder()
                .put("app.kubernetes.io/name", "compute-to-data")
                .put("app.kubernetes.io/managed-by", "c2d")
                .put(INSTALLATION, installation)
                .put(JOB, attempt.job().value())
                .put(ATTEMPT, Integer.toString(attempt.attempt()));
    }

    /** Everything of ours. */
    ImmutableMap<String, String> selectAll() {
        return ImmutableMap.of(INSTALLATION, installation);
    }

    /** Everything of a job. */
    ImmutableMap<String, String> selectJob(JobId job) {
        return ImmutableMap.of(INSTALLATION, installation, JOB, job.value());
    }

    /** Everything that hangs on an anchor. */
    ImmutableMap<String, String> selectAnchored(AnchorId anchor) {
        return ImmutableMap.of(INSTALLATION, installation, ANCHOR, anchor.uid());
    }

    /** Whether this installation made the object for that attempt. */
    boolean areOf(HasMetadata object, AttemptRef attempt) {
        return installation.equals(value(object, INSTALLATION))
                && attemptOf(object).filter(attempt::equals).isPresent();
    }

    /** The attempt that an object says that it is of. */
    static Optional<AttemptRef> attemptOf(HasMetadata object) {
        Integer number = Ints.tryParse(value(object, ATTEMPT));
        return number == null || number < 1 ? Optional.empty() : jobOf(object).map(job -> new AttemptRef(job, number));
    }

    /** The job that an object says that it is of. */
    static Optional<JobId> jobOf(HasMetadata object) {
        return JobId.parse(value(object, JOB));
    }

    /** The anchor that an object says that it hangs on. */
    static Optional<AnchorId> anchorOf(HasMetadata object) {
        String uid = value(object, ANCHOR);
        return uid.isEmpty()
                ? Optional.empty()
                : Optional.of(new AnchorId(object.getMetadata().getNamespace(), uid));
    }

    private static String value(HasMetadata object, String key) {
        @Nullable Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(key, "");
    }
}

package io.c2d.server;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.port.Environment;
import io.c2d.k8s.ClientLimits;
import io.c2d.k8s.ImageRules;
import io.c2d.k8s.KubernetesEnvironment;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is set of the Kubernetes cluster ({@code cluster.type=kubernetes}).
 *
 * @param workerImage the image of the steps' pods
 * @param workerCpus their processors
 * @param workerMemory their memory in bytes
 * @param uploadUrl where those pods reach a server
 * @param networkCheck whether the start fails where a namespace does not shut algorithms off the network
 * @param calls how hard the API server is asked
 * @param places where each environment is; a namespace of {@code ""} is the one that the account says
 */
record KubernetesSettings(
        String workerImage,
        double workerCpus,
        long workerMemory,
        URI uploadUrl,
        boolean networkCheck,
        ClientLimits calls,
        ImmutableList<KubernetesEnvironment> places) {
    private static final URI NOWHERE = URI.create("http://unset.invalid");
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?";
    private static final String DNS_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final String DNS_NAME = "[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?";

    static KubernetesSettings read(SettingsReader in, ImmutableList<Environment> environments) {
        ClientLimits defaults = ClientLimits.DEFAULTS;
        String image = in.text(Settings.WORKER_IMAGE);
        if (image.isEmpty()) {
            in.fault(Settings.WORKER_IMAGE, "with cluster.type=kubernetes it must be set");
        }
        String common = in.one(Settings.NAMESPACE, t -> matching(t, DNS_LABEL), "");
        if (in.text(Settings.UPLOAD_URL).isEmpty()) {
            in.fault(Settings.UPLOAD_URL, "with cluster.type=kubernetes it must be set");
        }
        return new KubernetesSettings(
                image,
                in.one(Settings.WORKER_CPUS, SettingsReader::positiveNumber, 1.0),
                in.size(Settings.WORKER_MEMORY, Settings.WORKER_MEMORY.name(), 64 << 20),
                in.one(Settings.UPLOAD_URL, SettingsReader::url, NOWHERE),
                in.one(Settings.NETWORK_CHECK, SettingsReader::yesOrNo, true),
                new ClientLimits(
                        in.one(Settings.CALLS_CONCURRENT, SettingsReader::positive, 1),
                        in.one(Settings.CALLS_PER_SECOND, SettingsReader::positiveNumber, 1.0),
                        defaults.patience(),
                        in.one(Settings.CALLS_TIMEOUT, SettingsReader::seconds, defaults.requestTimeout()),
                        defaults.connectTimeout(),
                        defaults.retries(),
                        defaults.firstPause(),
                        defaults.resync()),
                environments.stream()
                        .map(environment -> place(in, environment, common))
                        .collect(ImmutableList.toImmutableList()));
    }

    private static KubernetesEnvironment place(SettingsReader in, Environment environment, String common) {
        String name = environment.name();
        return KubernetesEnvironment.in(
                        one(in, Settings.ENVIRONMENT_NAMESPACE, name, t -> matching(t, DNS_LABEL))
                                .orElse(common),
                        environment)
                .withVolume(new KubernetesEnvironment.Volume(
                        one(in, Settings.STORAGE_CLASS, name, t -> matching(t, DNS_NAME))
                                .orElse(null),
                        in.size(Settings.VOLUME_SIZE, Settings.VOLUME_SIZE.forEnvironment(name), 1 << 20),
                        one(
                                        in,
                                        Settings.VOLUME_ACCESS,
                                        name,
                                        t -> SettingsReader.choice(t, "ReadWriteOnce", "ReadWriteMany"))
                                .orElse("ReadWriteOnce")))
                .withPlacement(new KubernetesEnvironment.Placement(
                        one(in, Settings.NODE_SELECTOR, name, KubernetesSettings::selector)
                                .orElse(ImmutableMap.of()),
                        one(in, Settings.TOLERATIONS, name, t -> each(t, KubernetesSettings::taint))
                                .orElse(ImmutableList.of()),
                        one(in, Settings.RUNTIME_CLASS, name, t -> matching(t, DNS_NAME))
                                .orElse(null)))
                .withImages(new ImageRules(
                        one(in, Settings.IMAGES, name, t -> each(t, Function.identity()))
                                .orElse(ImmutableList.of()),
                        one(in, Settings.PULL_SECRETS, name, t -> each(t, s -> matching(s, DNS_NAME)))
                                .orElse(ImmutableList.of())))
                .withOpenNetwork(one(in, Settings.NETWORK, name, t -> SettingsReader.choice(t, "none", "open"))
                        .filter("open"::equals)
                        .isPresent())
                .withScratch(scratch(in, name))
                .withGpu(gpu(in, name));
    }

    private static KubernetesEnvironment.Scratch scratch(SettingsReader in, String name) {
        long tmp = in.size(Settings.TMP_SIZE, Settings.TMP_SIZE.forEnvironment(name), 1 << 20);
        long all = in.size(Settings.SCRATCH_SIZE, Settings.SCRATCH_SIZE.forEnvironment(name), 1 << 20);
        if (all < tmp) {
            in.fault(Settings.SCRATCH_SIZE, "is at least tmp-size, which is a part of it");
            return KubernetesEnvironment.Scratch.DEFAULTS;
        }
        return new KubernetesEnvironment.Scratch(tmp, all);
    }

    private static KubernetesEnvironment.@Nullable Gpu gpu(SettingsReader in, String name) {
        int count = in.read(Settings.GPUS, Settings.GPUS.forEnvironment(name), SettingsReader::natural, 0);
        String resource = one(in, Settings.GPU_RESOURCE, name, t -> matching(t, "[a-z0-9.-]+/[A-Za-z0-9._-]+"))
                .orElse("nvidia.com/gpu");
        return count == 0 ? null : new KubernetesEnvironment.Gpu(resource, count);
    }

    private static <T> Optional<T> one(SettingsReader in, Setting setting, String name, Function<String, T> parse) {
        return in.read(setting, setting.forEnvironment(name), text -> Optional.of(parse.apply(text)), Optional.empty());
    }

    private static <T> ImmutableList<T> each(String text, Function<String, T> parse) {
        return Splitter.on(',')
                .trimResults()
                .omitEmptyStrings()
                .splitToStream(text)
                .map(parse)
                .collect(ImmutableList.toImmutableList());
    }

    private static ImmutableMap<String, String> selector(String text) {
        return each(text, pair -> pair.split("=", 2)).stream()
                .collect(ImmutableMap.toImmutableMap(
                        pair -> matching(pair[0], LABEL), pair -> matching(pair[1], "|" + LABEL)));
    }

    /** As {@code kubectl taint} writes it: {@code key=value:Effect}, {@code key:Effect} or {@code key}. */
    private static KubernetesEnvironment.Taint taint(String text) {
        String[] parts = text.split(":", 2);
        String[] pair = parts[0].split("=", 2);
        return new KubernetesEnvironment.Taint(
                matching(pair[0], LABEL),
                pair.length == 2 ? pair[1] : null,
                parts.length == 2
                        ? SettingsReader.choice(parts[1], "NoSchedule", "PreferNoSchedule", "NoExecute")
                        : null);
    }

    private static String matching(String text, String form) {
        return SettingsReader.matching(text, form);
    }
}

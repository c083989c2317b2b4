package io.c2d.k8s;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import io.c2d.k8s.simulator.StrictModel;
import io.c2d.k8s.simulator.Validation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The manifests of a folder, read as a strict API server reads them: an unknown field, a wrong type, a key given twice, a kind
 * that is not on the list are faults. The list is short on purpose: what is shipped is known here.
 */
record ManifestTree(Path root) {
    static final String KUSTOMIZATION = "kustomization.yaml";
    private static final ImmutableMap<String, Class<? extends HasMetadata>> KINDS = Maps.uniqueIndex(
            ImmutableList.of(
                    Deployment.class,
                    Namespace.class,
                    NetworkPolicy.class,
                    PersistentVolumeClaim.class,
                    PodDisruptionBudget.class,
                    ResourceQuota.class,
                    Role.class,
                    RoleBinding.class,
                    Service.class,
                    ServiceAccount.class),
            type -> HasMetadata.getApiVersion(type) + " " + HasMetadata.getKind(type));
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Those that are shipped. */
    static ManifestTree shipped() {
        return new ManifestTree(Path.of("..", "deploy", "kubernetes"));
    }

    /** All files, by their paths below the root. */
    ImmutableList<Path> files() {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .map(root::relativize)
                    .sorted()
                    .collect(ImmutableList.toImmutableList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All kustomizations. */
    ImmutableList<Kustomization> kustomizations() {
        return files().stream()
                .filter(ManifestTree::isKustomization)
                .map(file -> Kustomization.read(YAML, at(file)))
                .collect(ImmutableList.toImmutableList());
    }

    /** The kustomization of a folder. */
    Kustomization kustomization(String folder) {
        return Kustomization.read(YAML, at(Path.of(folder, KUSTOMIZATION)));
    }

    /** The objects of a file. */
    ImmutableList<HasMetadata> objects(String file) {
        return documents(Path.of(file)).stream().map(ManifestTree::typed).collect(ImmutableList.toImmutableList());
    }

    /** The only object of a file. */
    <T extends HasMetadata> T only(String file, Class<T> type) {
        List<HasMetadata> all = objects(file);
        if (all.size() != 1) {
            throw new IllegalStateException(file + " has " + all.size() + " objects");
        }
        return type.cast(all.get(0));
    }

    /** All objects of a kind in a folder, without the folders below. */
    <T extends HasMetadata> ImmutableList<T> in(String folder, Class<T> type) {
        return files().stream()
                .filter(file -> Path.of(folder).equals(file.getParent()))
                .filter(file -> isYaml(file) && !isKustomization(file))
                .flatMap(file -> objects(file.toString()).stream())
                .filter(type::isInstance)
                .map(type::cast)
                .collect(ImmutableList.toImmutableList());
    }

    /** Whatever is wrong, each with the file that it is in. */
    ImmutableList<String> faults() {
        ImmutableList.Builder<String> faults = ImmutableList.builder();
        for (Path file : files()) {
            try {
                if (isKustomization(file)) {
                    faultsOf(file).forEach(fault -> faults.add(file + ": " + fault));
                } else if (isYaml(file)) {
                    documents(file).forEach(ManifestTree::check);
                }
            } catch (IllegalArgumentException | UncheckedIOException e) {
                faults.add(file + ": " + e.getMessage());
            }
        }
        return faults.build();
    }

    private static void check(ObjectNode document) {
        HasMetadata object = typed(document);
        String name = String.valueOf(object.getMetadata().getName());
        if (!Validation.isName(name)) {
            throw new IllegalArgumentException("no valid name: " + name);
        }
        for (String field : List.of("labels", "matchLabels", "selector", "nodeSelector")) {
            document.findValues(field).forEach(ManifestTree::checkLabels);
        }
    }

    private static void checkLabels(JsonNode labels) {
        labels.properties().forEach(label -> {
            boolean nested = label.getValue().isContainerNode();
            if (!nested && !Validation.isLabel(label.getKey(), label.getValue().asText())) {
                throw new IllegalArgumentException("no valid label: " + label);
            }
        });
    }

    private static HasMetadata typed(ObjectNode document) {
        String kind = document.path("apiVersion").asText() + " "
                + document.path("kind").asText();
        Class<? extends HasMetadata> type = KINDS.get(kind);
        if (type == null) {
            throw new IllegalArgumentException("no kind that is shipped: " + kind);
        }
        return StrictModel.check(document, type);
    }

    private ImmutableList<ObjectNode> documents(Path file) {
        ImmutableList.Builder<ObjectNode> documents = ImmutableList.builder();
        try (var all = YAML.readerFor(JsonNode.class).<JsonNode>readValues(at(file).toFile())) {
            while (all.hasNextValue()) {
                if (!(all.nextValue() instanceof ObjectNode object)) {
                    throw new IllegalArgumentException("a document that is no object");
                }
                documents.add(object);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return documents.build();
    }

    /** What a kustomization names is there, and what is in its folder is named. */
    private ImmutableList<String> faultsOf(Path file) {
        Kustomization read = Kustomization.read(YAML, at(file));
        Path folder = Objects.requireNonNull(at(file).getParent());
        List<String> faults = new ArrayList<>();
        for (String named : read.files()) {
            if (!Files.isRegularFile(folder.resolve(named))
                    && !Files.isRegularFile(folder.resolve(named).resolve(KUSTOMIZATION))) {
                faults.add("names what is not there: " + named);
            }
        }
        for (String component : read.components()) {
            Path there = folder.resolve(component).resolve(KUSTOMIZATION);
            if (!Files.isRegularFile(there)
                    || !Kustomization.read(YAML, there).kind().equals("Component")) {
                faults.add("names what is no component: " + component);
            }
        }
        Set<String> unnamed = new TreeSet<>(entries(folder));
        unnamed.removeAll(read.files());
        unnamed.remove(KUSTOMIZATION);
        unnamed.forEach(entry -> faults.add("does not name " + entry));
        return ImmutableList.copyOf(faults);
    }

    private static ImmutableList<String> entries(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(entry -> String.valueOf(entry.getFileName())).collect(ImmutableList.toImmutableList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path at(Path file) {
        return root.resolve(file);
    }

    private static boolean isYaml(Path file) {
        return file.toString().endsWith(".yaml") || file.toString().endsWith(".yml");
    }

    private static boolean isKustomization(Path file) {
        return file.endsWith(KUSTOMIZATION);
    }
}

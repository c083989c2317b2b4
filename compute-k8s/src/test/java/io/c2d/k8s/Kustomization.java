package io.c2d.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A kustomization.yaml: the fields that ours use, and no others, so that a misspelt one is a fault. */
record Kustomization(
        String apiVersion,
        String kind,
        @Nullable String namespace,
        List<String> resources,
        List<String> components,
        List<Generator> configMapGenerator,
        List<Image> images,
        List<Replicas> replicas,
        List<Patch> patches) {
    private static final String GROUP = "kustomize.config.k8s.io/";
    private static final Set<String> VERSIONS = Set.of(GROUP + "v1beta1 Kustomization", GROUP + "v1alpha1 Component");
    private static final Set<String> OPERATIONS = Set.of("add", "replace", "remove");

    Kustomization {
        if (!VERSIONS.contains(apiVersion + " " + kind)) {
            throw new IllegalArgumentException("no kustomization: " + apiVersion + " " + kind);
        }
        resources = given(resources);
        components = given(components);
        configMapGenerator = given(configMapGenerator);
        images = given(images);
        replicas = given(replicas);
        patches = given(patches);
    }

    record Generator(String name, @Nullable String behavior, List<String> files) {}

    record Image(
            String name,
            @Nullable String newName,
            @Nullable String newTag,
            @Nullable String digest) {}

    record Replicas(String name, int count) {}

    /** A file that is laid over the object of its name, or operations on the target. */
    record Patch(
            @Nullable String path,
            @Nullable String patch,
            @Nullable Target target) {}

    record Target(String kind, String name) {}

    static Kustomization read(YAMLMapper yaml, Path file) {
        try {
            Kustomization read = yaml.readValue(file.toFile(), Kustomization.class);
            for (Patch patch : read.patches) {
                checkOperations(yaml, patch);
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void checkOperations(YAMLMapper yaml, Patch patch) throws JsonProcessingException {
        if (patch.patch() == null) {
            return;
        }
        for (JsonNode operation : yaml.readTree(patch.patch())) {
            if (!OPERATIONS.contains(operation.path("op").asText())
                    || !operation.path("path").asText().startsWith("/")
                    || patch.target() == null) {
                throw new IllegalArgumentException("no operation on a target: " + operation);
            }
        }
    }

    /** What it names in its own folder or elsewhere, but for components. */
    ImmutableList<String> files() {
        ImmutableList.Builder<String> all = ImmutableList.<String>builder().addAll(resources);
        configMapGenerator.forEach(generator -> all.addAll(generator.files()));
        patches.stream().map(Patch::path).filter(path -> path != null).forEach(all::add);
        return all.build();
    }

    private static <T> List<T> given(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}

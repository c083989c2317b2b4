package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.ContainerImage;

/**
 * Which images algorithms may use.
 *
 * @param allowed each a registry with an optional path ({@code registry.example/team}: everything below), or one image by
 *     its digest ({@code registry.example/team/python@sha256:…}); empty allows all
 * @param pullSecrets names of Secrets in the namespace that open registries
 */
public record ImageRules(ImmutableList<String> allowed, ImmutableList<String> pullSecrets) {
    /** All images, from registries that need no secret. */
    public static final ImageRules ANY = new ImageRules(ImmutableList.of(), ImmutableList.of());

    private static final String DEFAULT_REGISTRY = "docker.io";

    /** Only these images, from registries that need no secret. */
    public static ImageRules only(String... allowed) {
        return new ImageRules(ImmutableList.copyOf(allowed), ImmutableList.of());
    }

    /** Whether a workflow's image may be used. */
    boolean allow(ContainerImage image) {
        if (allowed.isEmpty()) {
            return true;
        }
        String full = qualified(image.image());
        for (String rule : allowed) {
            int at = rule.indexOf('@');
            boolean matches = at < 0
                    ? full.startsWith(below(qualifiedRule(rule)))
                    : full.equals(qualified(rule.substring(0, at)))
                            && rule.substring(at + 1).equals(image.checksum());
            if (matches) {
                return true;
            }
        }
        return false;
    }

    private static String below(String prefix) {
        return prefix.endsWith("/") ? prefix : prefix + "/";
    }

    /** With its registry: as container runtimes do, a first part of several is one by its dot or colon; else it is Docker's. */
    private static String qualified(String name) {
        int slash = name.indexOf('/');
        return slash >= 0 && isRegistry(name.substring(0, slash)) ? name : DEFAULT_REGISTRY + "/" + name;
    }

    /** A rule may be a registry alone. */
    private static String qualifiedRule(String rule) {
        return isRegistry(rule) && rule.indexOf('/') < 0 ? rule : qualified(rule);
    }

    private static boolean isRegistry(String part) {
        return part.equals("localhost") || part.contains(".") || part.contains(":");
    }

    /** What the pod asks for: by digest where one is given, which wins over the tag. */
    static String reference(ContainerImage image) {
        if (image.checksum() != null) {
            return image.image() + "@" + image.checksum();
        }
        return image.tag() == null ? image.image() : image.image() + ":" + image.tag();
    }
}

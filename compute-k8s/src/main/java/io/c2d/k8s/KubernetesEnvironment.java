package io.c2d.k8s;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.c2d.core.port.Environment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An environment together with where on the cluster it is.
 *
 * @param environment its name and limits
 * @param namespace where its objects go; the server's Role must hold there
 * @param volume the volume of each attempt
 * @param placement which nodes its pods go to
 * @param gpu what an algorithm gets of graphics processors, {@code null} for none
 * @param images which images algorithms may use
 * @param openNetwork whether algorithms reach the network; for algorithms that are trusted with the data
 * @param scratch the sizes of what an algorithm may write outside of its volume
 */
public record KubernetesEnvironment(
        Environment environment,
        String namespace,
        Volume volume,
        Placement placement,
        @Nullable Gpu gpu,
        ImageRules images,
        boolean openNetwork,
        Scratch scratch) {

    /** An environment in a namespace, with the cluster's defaults, where all images are allowed. */
    public static KubernetesEnvironment in(String namespace, Environment environment) {
        return new KubernetesEnvironment(
                environment,
                namespace,
                Volume.DEFAULTS,
                Placement.ANYWHERE,
                null,
                ImageRules.ANY,
                false,
                Scratch.DEFAULTS);
    }

    /**
     * The volume of an attempt, claimed as {@code ReadWriteOnce} unless instances on several nodes are wanted.
     *
     * @param storageClass its class, {@code null} for the cluster's default
     * @param bytes its size
     * @param accessMode {@code ReadWriteOnce} or {@code ReadWriteMany}
     */
    public record Volume(@Nullable String storageClass, long bytes, String accessMode) {
        /** 10 GiB of the default class. */
        public static final Volume DEFAULTS = new Volume(null, 10L << 30, "ReadWriteOnce");

        /** Checks the ranges. */
        public Volume {
            if (bytes < 1) {
                throw new IllegalArgumentException("a volume has a size");
            }
            if (!accessMode.equals("ReadWriteOnce") && !accessMode.equals("ReadWriteMany")) {
                throw new IllegalArgumentException("accessMode is ReadWriteOnce or ReadWriteMany");
            }
        }

        /** The class, where one is named. */
        public Optional<String> storage() {
            return Optional.ofNullable(storageClass);
        }
    }

    /**
     * Which nodes pods go to.
     *
     * @param nodeSelector labels that a node must have
     * @param tolerations taints that are no hindrance
     * @param runtimeClass how containers are run, {@code null} for the cluster's default
     */
    public record Placement(
            ImmutableMap<String, String> nodeSelector,
            ImmutableList<Taint> tolerations,
            @Nullable String runtimeClass) {
        /** Wherever the scheduler likes. */
        public static final Placement ANYWHERE = new Placement(ImmutableMap.of(), ImmutableList.of(), null);

        /** The runtime class, where one is named. */
        public Optional<String> runtime() {
            return Optional.ofNullable(runtimeClass);
        }
    }

    /**
     * A taint that is tolerated.
     *
     * @param key its key
     * @param value its value, {@code null} for any
     * @param effect {@code NoSchedule}, {@code PreferNoSchedule} or {@code NoExecute}, {@code null} for all
     */
    public record Taint(
            String key, @Nullable String value, @Nullable String effect) {}

    /**
     * Graphics processors.
     *
     * @param resource the cluster's name for them, such as {@code nvidia.com/gpu}
     * @param count how many an algorithm gets
     */
    public record Gpu(String resource, int count) {
        /** Checks the ranges. */
        public Gpu {
            if (count < 1 || !resource.contains("/")) {
                throw new IllegalArgumentException("gpu: at least one of a resource such as nvidia.com/gpu");
            }
        }
    }

    /**
     * What an algorithm may write outside of its volume.
     *
     * @param tmpBytes the size of {@code /tmp}
     * @param ephemeralBytes all that a container may write on its node, {@code /tmp} and logs included
     */
    public record Scratch(long tmpBytes, long ephemeralBytes) {
        /** 1 GiB in {@code /tmp}, 2 GiB in all. */
        public static final Scratch DEFAULTS = new Scratch(1L << 30, 2L << 30);

        /** Checks the ranges. */
        public Scratch {
            if (tmpBytes < 1 || ephemeralBytes < tmpBytes) {
                throw new IllegalArgumentException("scratch: tmp is at least a byte and at most all of it");
            }
        }
    }

    /** The graphics processors, where there are any. */
    public Optional<Gpu> gpus() {
        return Optional.ofNullable(gpu);
    }

    /** The same in another namespace. */
    public KubernetesEnvironment inNamespace(String other) {
        return new KubernetesEnvironment(environment, other, volume, placement, gpu, images, openNetwork, scratch);
    }

    /** The same with another volume. */
    public KubernetesEnvironment withVolume(Volume other) {
        return new KubernetesEnvironment(environment, namespace, other, placement, gpu, images, openNetwork, scratch);
    }

    /** The same on other nodes. */
    public KubernetesEnvironment withPlacement(Placement other) {
        return new KubernetesEnvironment(environment, namespace, volume, other, gpu, images, openNetwork, scratch);
    }

    /** The same with graphics processors, or with none. */
    public KubernetesEnvironment withGpu(@Nullable Gpu other) {
        return new KubernetesEnvironment(
                environment, namespace, volume, placement, other, images, openNetwork, scratch);
    }

    /** The same with other rules for images. */
    public KubernetesEnvironment withImages(ImageRules other) {
        return new KubernetesEnvironment(environment, namespace, volume, placement, gpu, other, openNetwork, scratch);
    }

    /** The same where algorithms reach the network, or do not. */
    public KubernetesEnvironment withOpenNetwork(boolean open) {
        return new KubernetesEnvironment(environment, namespace, volume, placement, gpu, images, open, scratch);
    }

    /** The same with other room outside of the volume. */
    public KubernetesEnvironment withScratch(Scratch other) {
        return new KubernetesEnvironment(environment, namespace, volume, placement, gpu, images, openNetwork, other);
    }
}

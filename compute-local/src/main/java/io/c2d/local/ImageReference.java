package io.c2d.local;

import com.google.common.base.Splitter;
import io.c2d.core.model.ContainerImage;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An image's full name, as the OCI distribution specification's grammar has it. A name without a registry is one of Docker
 * Hub, as Docker reads it: what runs must not depend on a machine's list of registries. It begins with a letter or a digit,
 * so no command takes it for an option.
 *
 * @param text {@code registry/path:tag} or {@code registry/path@sha256:…}
 */
record ImageReference(String text) {
    private static final String HUB = "docker.io";
    private static final String LATEST = "latest";
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?");
    private static final Pattern PATH_PART = Pattern.compile("[a-z0-9]+(([.]|_|__|-+)[a-z0-9]+)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int MAX_NAME = 255;

    /**
     * What a workflow names; the digest wins over the tag.
     *
     * @throws IllegalArgumentException with one sentence for the caller, where no registry takes such a name
     */
    static ImageReference of(ContainerImage image) {
        return of(image.image(), image.tag(), image.checksum());
    }

    /**
     * What a setting names: {@code name}, {@code name:tag} or {@code name@sha256:…}.
     *
     * @throws IllegalArgumentException where no registry takes such a name
     */
    static ImageReference parse(String text) {
        int at = text.indexOf('@');
        return at < 0 ? of(text, null, null) : of(text.substring(0, at), null, text.substring(at + 1));
    }

    private static ImageReference of(String image, @Nullable String tag, @Nullable String digest) {
        int colon = image.indexOf(':', image.lastIndexOf('/') + 1);
        String name = colon < 0 ? image : image.substring(0, colon);
        String ownTag = colon < 0 ? null : image.substring(colon + 1);
        if (digest == null && tag != null && ownTag != null && !tag.equals(ownTag)) {
            throw new IllegalArgumentException(
                    "the image's name has the tag \"" + ownTag + "\", and tag says \"" + tag + "\"");
        }
        String full = withRegistry(name);
        if (digest != null) {
            return new ImageReference(full + "@" + matching(digest, DIGEST));
        }
        String either = tag == null ? ownTag : tag;
        return new ImageReference(full + ":" + matching(either == null ? LATEST : either, TAG));
    }

    private static String withRegistry(String name) {
        List<String> parts = Splitter.on('/').splitToList(name);
        String first = parts.get(0);
        boolean hosted = parts.size() > 1 && (first.contains(".") || first.contains(":") || first.equals("localhost"));
        for (String part : hosted ? parts.subList(1, parts.size()) : parts) {
            matching(part, PATH_PART);
        }
        String full = hosted
                ? matching(first, HOST) + name.substring(first.length())
                : HUB + "/" + (parts.size() == 1 ? "library/" : "") + name;
        if (full.length() > MAX_NAME) {
            throw new IllegalArgumentException("an image's name has at most " + MAX_NAME + " letters");
        }
        return full;
    }

    private static String matching(String part, Pattern form) {
        if (!form.matcher(part).matches()) {
            throw new IllegalArgumentException("\"" + part + "\" can't be part of an image's name");
        }
        return part;
    }

    /** Whether it names its content, which never changes. */
    boolean isByDigest() {
        return text.contains("@");
    }

    @Override
    public String toString() {
        return text;
    }
}

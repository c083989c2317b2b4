package io.c2d.core.json;

import com.google.common.collect.ImmutableList;
import io.c2d.core.model.Algorithm;
import io.c2d.core.model.ComputeRequirements;
import io.c2d.core.model.ContainerImage;
import io.c2d.core.model.Input;
import io.c2d.core.model.Output;
import io.c2d.core.model.Owner;
import io.c2d.core.model.RemoteFile;
import io.c2d.core.model.Stage;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** Walks a workflow's tree by hand, since all faults are told at once. What is not built yet is refused, never ignored. */
final class WorkflowReader {
    private static final int MAX_INPUTS = 1_000;
    private static final int MAX_FILES = 1_000;
    private static final int MAX_WHITELIST = 1_000;
    private static final int MAX_NAME = 255;
    private static final int MAX_URL = 8_192;
    private static final int MAX_LINE = 16_384;
    private static final int MAX_CODE = 1 << 20;
    private static final int MAX_SECONDS = 366 * 24 * 3_600;
    private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9_:.-]+");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:-]*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");
    private static final Set<String> SCHEMES = Set.of("http", "https", "file");
    private static final ContainerImage NO_IMAGE = new ContainerImage("none", null, null, "none");

    ImmutableList<Stage> stages(JsonField workflow) {
        if (!workflow.isObject("the workflow")) {
            return ImmutableList.of();
        }
        JsonField list = workflow.member("stages");
        ImmutableList<JsonField> fields = list.elements("stages", 100);
        if (fields.isEmpty() && list.isArray()) {
            list.fault("a workflow has at least one stage");
        }
        if (fields.size() > 1) {
            fields.get(1).fault("a second stage is not supported yet; send one stage a workflow");
        }
        ImmutableList.Builder<Stage> stages = ImmutableList.builder();
        for (JsonField field : fields) {
            if (field.isObject("a stage")) {
                stages.add(stage(field));
            }
        }
        return stages.build();
    }

    private Stage stage(JsonField field) {
        int index = field.member("index").integer("index", 0, 10_000).orElse(0);
        return new Stage(
                index,
                inputs(field.member("input")),
                compute(field.member("compute")),
                algorithm(field.member("algorithm")),
                output(field.member("output")));
    }

    private static ImmutableList<Input> inputs(JsonField list) {
        ImmutableList.Builder<Input> inputs = ImmutableList.builder();
        int position = 0;
        for (JsonField field : list.elements("input", MAX_INPUTS)) {
            if (field.isObject("an input")) {
                input(field, position).ifPresent(inputs::add);
            }
            position++;
        }
        return inputs.build();
    }

    private static Optional<Input> input(JsonField field, int position) {
        Optional<String> id = folderId(field.member("id"), "an input's id");
        int index = field.member("index").integer("index", 0, 1_000_000).orElse(position);
        if (!field.member("url").isPresent() && field.member("remote").isPresent()) {
            field.member("remote").fault("remote inputs are not supported yet; give url");
            return Optional.empty();
        }
        ImmutableList<RemoteFile> files = files(field);
        if (id.isEmpty() || files.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Input(id.get(), index, files));
    }

    /** The id becomes a folder below {@code /data/inputs}, so it may not lead anywhere else. */
    private static Optional<String> folderId(JsonField field, String what) {
        Optional<String> id = field.requiredText(what, MAX_NAME);
        if (id.isEmpty()) {
            return id;
        }
        String folder = Input.folderOf(id.get());
        boolean safe = FOLDER.matcher(folder).matches() && !folder.equals(".") && !folder.equals("..");
        if (!safe) {
            field.fault(what + " names a folder: letters, digits, '_', '-', '.' and ':' alone");
            return Optional.empty();
        }
        return id;
    }

    private static ImmutableList<RemoteFile> files(JsonField input) {
        JsonField url = input.member("url");
        JsonField hash = input.member("sha256");
        List<JsonField> urls = url.isArray() ? url.elements("url", MAX_FILES) : List.of(url);
        if (url.isArray() && urls.isEmpty()) {
            url.fault("an input has at least one url");
        }
        List<JsonField> hashes = hash.isArray() ? hash.elements("sha256", MAX_FILES) : List.of(hash);
        if (hash.isPresent() && hashes.size() != urls.size()) {
            hash.fault("sha256 has as many elements as url: " + urls.size());
            hashes = List.of();
        }
        ImmutableList.Builder<RemoteFile> files = ImmutableList.builder();
        for (int i = 0; i < urls.size(); i++) {
            Optional<String> sha256 = i < hashes.size() ? sha256(hashes.get(i)) : Optional.empty();
            url(urls.get(i), "an input's url", true).ifPresent(u -> files.add(new RemoteFile(u, sha256.orElse(null))));
        }
        return files.build();
    }

    private static Optional<String> sha256(JsonField field) {
        Optional<String> text = field.text("sha256", 80);
        if (text.isPresent() && !SHA256.matcher(text.get()).matches()) {
            field.fault("sha256 is 64 hex digits");
            return Optional.empty();
        }
        return text.map(t -> t.toLowerCase(Locale.ROOT));
    }

    private static Optional<String> url(JsonField field, String what, boolean required) {
        Optional<String> text = required ? field.requiredText(what, MAX_URL) : field.text(what, MAX_URL);
        if (text.isEmpty()) {
            return text;
        }
        try {
            URI uri = new URI(text.get());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean located = scheme.equals("file") ? uri.getPath() != null : uri.getHost() != null;
            if (SCHEMES.contains(scheme) && located) {
                return text;
            }
        } catch (URISyntaxException e) {
            field.fault(what + " is no URL: " + e.getReason());
            return Optional.empty();
        }
        field.fault(what + " is an absolute http or https URL");
        return Optional.empty();
    }

    private static ComputeRequirements compute(JsonField field) {
        if (!field.isPresent()) {
            return new ComputeRequirements(1, null, null);
        }
        if (!field.isObject("compute")) {
            return new ComputeRequirements(1, null, null);
        }
        JsonField instances = field.member("Instances", "instances");
        OptionalInt seconds = field.member("maxtime").integer("maxtime (seconds)", 1, MAX_SECONDS);
        return new ComputeRequirements(
                instances.integer("Instances", 1, 10_000).orElse(1),
                field.member("namespace").text("namespace", MAX_NAME).orElse(null),
                seconds.isPresent() ? Duration.ofSeconds(seconds.getAsInt()) : null);
    }

    private static Algorithm algorithm(JsonField field) {
        Algorithm placeholder = new Algorithm("", "", null, NO_IMAGE);
        if (!field.isObject("algorithm")) {
            return placeholder;
        }
        Optional<String> id = field.member("id").isPresent()
                        && field.member("id").text("id", MAX_NAME).isPresent()
                ? folderId(field.member("id"), "the algorithm's id")
                : Optional.empty();
        Optional<String> raw = field.member("rawcode").text("rawcode", MAX_CODE);
        Optional<RemoteFile> file = algorithmFile(field);
        if (raw.isEmpty() && file.isEmpty()) {
            boolean remote = field.member("remote").isPresent();
            field.fault(
                    remote
                            ? "remote algorithms are not supported yet; give rawcode or url"
                            : "an algorithm has rawcode or url");
            return placeholder;
        }
        return new Algorithm(
                id.orElse(""), raw.orElse(null), raw.isPresent() ? null : file.orElse(null), container(field));
    }

    private static Optional<RemoteFile> algorithmFile(JsonField field) {
        JsonField url = field.member("url");
        if (url.isArray()) {
            List<JsonField> urls = url.elements("url", MAX_FILES);
            if (urls.size() != 1) {
                url.fault("an algorithm has one url");
                return Optional.empty();
            }
            url = urls.get(0);
        }
        Optional<String> sha256 = sha256(field.member("sha256"));
        return url(url, "the algorithm's url", false).map(u -> new RemoteFile(u, sha256.orElse(null)));
    }

    private static ContainerImage container(JsonField algorithm) {
        JsonField field = algorithm.member("container");
        if (!field.isObject("container")) {
            return NO_IMAGE;
        }
        Optional<String> image = matching(field.member("image"), "image", true, IMAGE);
        Optional<String> tag = matching(field.member("tag"), "tag", false, TAG);
        Optional<String> checksum = field.member("checksum").text("checksum", 80);
        if (checksum.isPresent() && !checksum.get().matches("sha256:[0-9a-f]{64}")) {
            field.member("checksum").fault("checksum is sha256: and 64 hex digits");
        }
        Optional<String> entrypoint = field.member("entrypoint").requiredText("entrypoint", MAX_LINE);
        return new ContainerImage(
                image.orElse("none"), tag.orElse(null), checksum.orElse(null), entrypoint.orElse("none"));
    }

    private static Optional<String> matching(JsonField field, String what, boolean required, Pattern form) {
        Optional<String> text = required ? field.requiredText(what, MAX_NAME) : field.text(what, MAX_NAME);
        if (text.isPresent() && !form.matcher(text.get()).matches()) {
            field.fault(what + " has a form that no registry takes");
            return Optional.empty();
        }
        return text;
    }

    private static Output output(JsonField field) {
        if (!field.isPresent()) {
            return Output.NONE;
        }
        if (!field.isObject("output")) {
            return Output.NONE;
        }
        List<String> readers = new ArrayList<>();
        JsonField whitelist = field.member("whitelist");
        if (whitelist.isPresent()) {
            for (JsonField reader : whitelist.elements("whitelist", MAX_WHITELIST)) {
                Optional<String> address = reader.requiredText("a reader", MAX_NAME);
                if (address.isPresent() && !Owner.isAddress(address.get())) {
                    reader.fault("a reader is an address: 0x and 40 hex digits");
                }
                address.ifPresent(readers::add);
            }
        }
        return new Output(
                ImmutableList.copyOf(readers),
                field.member("publishOutput").flag("publishOutput"),
                field.member("publishAlgorithmLog").flag("publishAlgorithmLog"));
    }
}

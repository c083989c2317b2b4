package io.c2d.worker;

import com.google.common.base.Ticker;
import com.google.common.base.Utf8;
import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import io.c2d.core.model.Algorithm;
import io.c2d.core.model.Artifact;
import io.c2d.core.model.Input;
import io.c2d.core.model.RemoteFile;
import io.c2d.core.model.Stage;
import io.c2d.core.port.StepEnd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** Puts a stage's inputs and algorithm where the algorithm's contract says. One object a run; for one thread. */
final class StageIn {
    private static final String FILE_MODE = "rw-r--r--";
    private static final String ALGORITHM_MODE = "rwxr-xr-x";
    private static final int MAX_NAME_BYTES = 255;

    private final Downloader downloader;
    private final Ticker ticker;
    private final Path root;
    private final Cancellation cancellation;
    private final Map<String, Integer> filesInFolder = new HashMap<>();
    private long bytesLeft;

    StageIn(Downloader downloader, DownloadPolicy policy, Ticker ticker, Path root, Cancellation cancellation) {
        this.downloader = downloader;
        this.ticker = ticker;
        this.root = root;
        this.cancellation = cancellation;
        this.bytesLeft = policy.maxTotalBytes();
    }

    /**
     * Does it, up to the first failure.
     *
     * @return exited with {@link StepEnd#OK}, {@link StepEnd#DATA_FAILED} or {@link StepEnd#ALGORITHM_FAILED}, or killed
     * @throws IOException if this machine's disk is at fault
     */
    StepEnd run(Stage stage) throws IOException {
        try (ConfigureLog log = ConfigureLog.begin(root)) {
            for (String folder : ImmutableList.of("inputs", "ddos", "transformations")) {
                makeFolder(root.resolve(folder));
            }
            try {
                return fetch(stage, log);
            } catch (CancellationException e) {
                log.failed("cancelled");
                return StepEnd.of(StepEnd.Cause.KILLED);
            }
        }
    }

    private StepEnd fetch(Stage stage, ConfigureLog log) throws IOException {
        try {
            for (int position = 0; position < stage.inputs().size(); position++) {
                fetchInput(stage.inputs().get(position), position, log);
            }
        } catch (StagingException e) {
            return failed(StepEnd.DATA_FAILED, e, log);
        }
        try {
            fetchAlgorithm(stage.algorithm(), log);
        } catch (StagingException e) {
            return failed(StepEnd.ALGORITHM_FAILED, e, log);
        }
        return StepEnd.exited(StepEnd.OK);
    }

    private static StepEnd failed(int code, StagingException why, ConfigureLog log) throws IOException {
        String sentence = String.valueOf(why.getMessage());
        log.failed(sentence);
        return new StepEnd(StepEnd.Cause.EXITED, code, sentence, ImmutableList.of());
    }

    private void fetchInput(Input input, int position, ConfigureLog log) throws StagingException, IOException {
        Path folder = inputFolder(input, position);
        for (int i = 0; i < input.files().size(); i++) {
            String subject = input.files().size() == 1 ? "input " + position : "file " + i + " of input " + position;
            int number = filesInFolder.merge(input.folder(), 1, Integer::sum) - 1;
            fetchFile(input.files().get(i), subject, folder.resolve(Integer.toString(number)), FILE_MODE, log);
        }
    }

    /** Inputs with the same DID share a folder. */
    private Path inputFolder(Input input, int position) throws StagingException, IOException {
        String name = input.folder();
        if (!isFolderName(name)) {
            throw StagingException.lasting("input " + position + " has an id that is no folder's name");
        }
        Path inputs = root.resolve("inputs");
        Path folder;
        try {
            folder = inputs.resolve(name);
        } catch (InvalidPathException e) {
            throw StagingException.lasting("input " + position + " has an id that is no folder's name here", e);
        }
        if (!inputs.equals(folder.getParent()) || !folder.normalize().equals(folder)) {
            throw StagingException.lasting("input " + position + " would leave its folder");
        }
        if (!filesInFolder.containsKey(name)) {
            makeFolder(folder);
        }
        return folder;
    }

    private static boolean isFolderName(String name) {
        return Artifact.isSafePath(name)
                && name.indexOf('/') < 0
                && name.chars().noneMatch(Character::isISOControl)
                && isEncodable(name);
    }

    private static boolean isEncodable(String name) {
        try {
            return Utf8.encodedLength(name) <= MAX_NAME_BYTES;
        } catch (IllegalArgumentException unpairedSurrogate) {
            return false;
        }
    }

    private void fetchAlgorithm(Algorithm algorithm, ConfigureLog log) throws StagingException, IOException {
        Path target = root.resolve("transformations").resolve("algorithm");
        if (algorithm.remote().isPresent()) {
            fetchFile(algorithm.remote().get(), "the algorithm", target, ALGORITHM_MODE, log);
            return;
        }
        long start = ticker.read();
        byte[] code = algorithm.raw().orElse("").getBytes(StandardCharsets.UTF_8);
        try (PartFile part = PartFile.begin(target)) {
            part.append(code, code.length);
            part.commit(ALGORITHM_MODE);
        }
        String sha256 = Hashing.sha256().hashBytes(code).toString();
        log.fetched("the algorithm", "raw code", new Downloader.Fetched(code.length, sha256), since(start));
    }

    private void fetchFile(RemoteFile file, String subject, Path target, String mode, ConfigureLog log)
            throws StagingException, IOException {
        long start = ticker.read();
        Downloader.Fetched fetched =
                downloader.fetch(new Downloader.Order(file, subject, target, mode, bytesLeft), cancellation);
        bytesLeft -= fetched.size();
        log.fetched(subject, RemoteUrl.show(file.url()), fetched, since(start));
    }

    private Duration since(long start) {
        return Duration.ofNanos(ticker.read() - start);
    }

    /** Fails where it is there already: a try begins with nothing. */
    private static void makeFolder(Path folder) throws IOException {
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

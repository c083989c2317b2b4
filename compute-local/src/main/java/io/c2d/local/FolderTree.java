package io.c2d.local;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Deletes what an algorithm left behind, folders that it locked included. Never follows a link. */
final class FolderTree {
    private static final long RM_MINUTES = 5;

    private FolderTree() {}

    static void delete(Path folder) throws IOException {
        try {
            walk(folder);
        } catch (FileSystemException e) {
            // A path longer than the kernel takes: rm goes down by descriptors.
            remove(folder);
        }
    }

    private static void remove(Path folder) throws IOException {
        Process rm = new ProcessBuilder("rm", "-rf", "--one-file-system", "--", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!rm.waitFor(RM_MINUTES, TimeUnit.MINUTES) || rm.exitValue() != 0) {
                rm.destroyForcibly();
                throw new IOException("the folder " + folder + " can't be deleted");
            }
        } catch (InterruptedException e) {
            rm.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("deleting was interrupted");
        }
    }

    private static void walk(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) || Files.isReadable(file)) {
                    throw e;
                }
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
                walk(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (!Files.isWritable(directory)) {
                    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}

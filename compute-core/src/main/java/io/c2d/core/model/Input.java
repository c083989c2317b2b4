package io.c2d.core.model;

import com.google.common.collect.ImmutableList;

/**
 * One data set.
 *
 * @param id its DID, or any name that is safe as a folder
 * @param index the caller's number for it
 * @param files one a URL, at least one
 */
public record Input(String id, int index, ImmutableList<RemoteFile> files) {
    /** Checks that there is a file. */
    public Input {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("an input has at least one file");
        }
    }

    /** The name of its folder below {@code /data/inputs}: the id without {@code did:op:}. */
    public String folder() {
        return folderOf(id);
    }

    /** An id without its {@code did:op:}. */
    public static String folderOf(String id) {
        return id.startsWith("did:op:") ? id.substring("did:op:".length()) : id;
    }
}

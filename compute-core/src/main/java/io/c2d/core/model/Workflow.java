package io.c2d.core.model;

import com.google.common.collect.ImmutableList;

/**
 * What a caller wants done. The document is the JSON as it came, unknown fields and number forms included: it is what is
 * stored, hashed and shown. The stages are what this version understands of it. Made by
 * {@code WorkflowCodec}.
 *
 * @param document the JSON text
 * @param sha256 of the document's RFC 8785 canonical form, 64 lower-case hex digits; equal for equal workflows
 * @param stages in the order in which they run, at least one
 */
public record Workflow(String document, String sha256, ImmutableList<Stage> stages) {
    /** Checks that there is a stage. */
    public Workflow {
        if (document.isBlank() || stages.isEmpty()) {
            throw new IllegalArgumentException("a workflow has a document and at least one stage");
        }
    }

    /** The stage at a position, from 0. */
    public Stage stage(int position) {
        return stages.get(position);
    }
}

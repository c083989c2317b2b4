/** JSON in and out: strict reading, the workflow's codec, the stored and the shown form of a job, canonical JSON. */
@NullMarked
package io.c2d.core.json;

import org.jspecify.annotations.NullMarked;

package io.c2d.core.model;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.Locale;

/**
 * What happens with a stage's results. Outputs and the algorithm's log are always stored for the owner; the two flags say
 * what a registered asset would contain.
 *
 * @param whitelist addresses that may read the results, as the caller wrote them
 * @param publishOutput whether a registered asset contains the outputs
 * @param publishAlgorithmLog whether a registered asset contains the algorithm's log
 */
public record Output(ImmutableList<String> whitelist, boolean publishOutput, boolean publishAlgorithmLog) {
    /** No readers, nothing registered. */
    public static final Output NONE = new Output(ImmutableList.of(), false, false);

    /** The readers' addresses in lower case. */
    public ImmutableSet<String> readers() {
        return whitelist.stream().map(a -> a.toLowerCase(Locale.ROOT)).collect(ImmutableSet.toImmutableSet());
    }
}

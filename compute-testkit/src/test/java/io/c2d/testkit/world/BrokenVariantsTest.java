package io.c2d.testkit.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A world that lets a broken engine, store or cluster pass proves nothing: each of these must break a rule. */
final class BrokenVariantsTest {
    private static final int UNHARMED = 60;

    static Stream<Variant> variants() {
        return Stream.of(
                        StoreVariants.basics(),
                        StoreVariants.store(),
                        ClusterVariants.clusters(),
                        ClusterVariants.thisMachine(),
                        CallerVariants.callers(),
                        CallerVariants.operations())
                .flatMap(s -> s);
    }

    static Stream<Variant> harmless() {
        return StoreVariants.harmless();
    }

    /** By a rule of safety or liveness, and not since the broken part fell over. */
    @ParameterizedTest
    @MethodSource("variants")
    void isCaught(Variant variant) {
        Map<Long, String> caught = hunt(variant, variant.within());
        System.out.println(variant + ": " + caught);
        assertThat(caught).isNotEmpty().doesNotContainValue(Verdict.TASK_THREW);
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void isMadeUpForByASecondNet(Variant variant) {
        assertThat(hunt(variant, UNHARMED)).isEmpty();
    }

    private static Map<Long, String> hunt(Variant variant, int seeds) {
        Map<Long, String> caught = new LinkedHashMap<>();
        for (long seed = 1; seed <= seeds && caught.isEmpty(); seed++) {
            InvariantViolation violation =
                    SimulatedWorld.run(seed, variant.options().get()).violation();
            if (violation != null) {
                caught.put(seed, violation.rule());
            }
        }
        return caught;
    }

    /** Prints the table, of those whose names begin so: the seed that catches each, the rule, and what broke it. */
    public static void main(String[] arguments) {
        String only = arguments.length > 0 ? arguments[0] : "";
        Stream.concat(variants(), harmless())
                .filter(variant -> variant.name().matches(only + ".*"))
                .parallel()
                .forEach(variant -> System.out.println(variant + " | " + hunt(variant, variant.within())));
    }
}

package io.c2d.testkit.world;

import static io.c2d.testkit.world.Variant.BASICS;
import static io.c2d.testkit.world.Variant.OTHERS;

import io.c2d.core.engine.BrokenEngines;
import io.c2d.core.engine.EngineSettings;
import io.c2d.core.port.JobStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Groups 1 and 2: the basics, and what goes wrong between an engine and its store. */
final class StoreVariants {
    private StoreVariants() {}

    static Stream<Variant> basics() {
        return Stream.of(
                Variant.truth("1 no version check", BASICS, Broken::withoutVersionCheck),
                Variant.engine("1 act before store", BASICS, (b, c, a, skew) -> BrokenEngines.actBeforeStore(b, c, a)),
                new Variant("1 a lost wake-up never looked at again", BASICS, LostWakeUps::new),
                Variant.pair("1 stop read before the observation only", BASICS, BrokenFences.WishesFenceNothing::new),
                Variant.engine("1 two threads a key", BASICS, (b, c, a, skew) -> BrokenEngines.twoThreadsAKey(b)),
                Variant.engine("1 a timer not set", BASICS, (b, c, a, skew) -> BrokenEngines.noTimer(b)));
    }

    static Stream<Variant> store() {
        return Stream.of(
                Variant.pair(
                        "2 owner neither in the fence nor asked on reading",
                        OTHERS,
                        sound -> new BrokenFences.OwnerNotInFence(sound, false)),
                Variant.truth("2 claim without a bump", OTHERS, BrokenFences::claimsWithoutBump),
                Variant.truth("2 dead lease renewed", OTHERS, Broken::deadLeaseRenewed),
                new Variant("2 engine id reused", OTHERS, UsedIds::new),
                Variant.truth("2 phantom event", OTHERS, Broken::phantomEvents),
                Variant.view(
                        "2 unknown commit taken as lost, and what is lost let go", (v, p) -> Broken.lostIsLetGo(v)),
                Variant.view("2 unknown commit taken as won", (v, p) -> Broken.commits(v, true, false, false)),
                Variant.view("2 acts after a lost commit", (v, p) -> Broken.commits(v, false, true, false)),
                Variant.view("2 group poisoned by one row", (v, p) -> Broken.poisonSpreads(v)),
                Variant.pair("2 row lock held over a pause", OTHERS, sound -> new BrokenCalls.RowLocks(sound, null)),
                Variant.engine("2 the engine's own clock", OTHERS, (b, c, a, skew) -> BrokenEngines.ownClock(b, skew)),
                Variant.truth("2 a stop that always bumps", OTHERS, BrokenFences::everyStopBumps),
                Variant.truth("2 restart clears a delete", OTHERS, BrokenCalls::restartClearsDelete));
    }

    /**
     * One net taken away where another one holds always; {@link #store} takes away both.
     *
     * <ul>
     *   <li>The owner in the fence: a job passes to another engine only by a claim, which bumps the version; so whoever knows
     *       the version has read the row after the claim, and reading drops what is another's.
     *   <li>An unknown commit taken as lost: what is lost is read again before anything is decided, as what is unknown is.
     *   <li>Row locks held over a pause, in a store that ends a transaction which has been idle for too long.
     * </ul>
     */
    static Stream<Variant> harmless() {
        return Stream.of(
                Variant.pair(
                        "2 owner not in the fence", OTHERS, sound -> new BrokenFences.OwnerNotInFence(sound, true)),
                Variant.view("2 unknown commit taken as lost", (v, p) -> Broken.commits(v, false, false, true)),
                Variant.pair(
                        "2 row lock held over a pause, for 10 s at most",
                        OTHERS,
                        sound -> new BrokenCalls.RowLocks(sound, Duration.ofSeconds(10))));
    }

    static EngineSettings with(EngineSettings s, Duration resync, Duration turnLimit) {
        return new EngineSettings(
                s.lease(), s.poll(), resync, s.batches(), turnLimit, s.retries(), s.sweep(), s.fallback());
    }

    private static final class LostWakeUps extends WorldOptions {
        @Override
        JobStore storeOf(JobStore view, Pausing pausing) {
            return Broken.neverLooksForWishes(view);
        }

        @Override
        EngineSettings settings(EngineSettings drawn) {
            return with(drawn, Duration.ofDays(9), drawn.turnLimit());
        }
    }

    private static final class UsedIds extends WorldOptions {
        @Override
        JobStore store(InstantSource clock) {
            return BrokenFences.acceptsUsedIds(super.store(clock));
        }

        /** A server that begins anew draws what it drew before. */
        @Override
        RandomGenerator random(RandomGenerator generator, int slot) {
            return new Random(slot);
        }
    }
}

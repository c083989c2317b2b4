package io.c2d.core.memory;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.c2d.core.port.IdempotencyKey;
import io.c2d.core.port.NonceUse;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.WishRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was accepted before, by nonce and by idempotency key. Not thread-safe: its store's lock guards it. */
final class Acceptances {
    private record Accepted(String requestHash, @Nullable SubmitResult answer, Instant forgetAfter) {
        boolean isOver(Instant now) {
            return forgetAfter.isBefore(now);
        }

        SubmitResult answerTo(String hash, SubmitResult.Kind reused) {
            return answer != null && requestHash.equals(hash)
                    ? new SubmitResult(answer.kind(), answer.jobId(), true)
                    : SubmitResult.of(reused);
        }
    }

    /** How long what is past its time is left: a clock may jump ahead and back. */
    private static final Duration LEFT = Duration.ofHours(1);

    private final Map<List<String>, Accepted> keys = new HashMap<>();
    private final Map<List<String>, Accepted> nonces = new HashMap<>();

    /** Forgets what has been past its time for long; how much that was. */
    @CanIgnoreReturnValue
    int forgetOld(Instant now) {
        Instant longAgo = now.minus(LEFT);
        int before = keys.size() + nonces.size();
        keys.values().removeIf(answer -> answer.isOver(longAgo));
        nonces.values().removeIf(used -> used.isOver(longAgo));
        return before - keys.size() - nonces.size();
    }

    /** The answer that was already given to this submission, if it was; the nonce is asked before the key. */
    Optional<SubmitResult> answered(SubmitRequest request, Instant now) {
        if (request.nonceUse().filter(nonce -> nonce.isOver(now)).isPresent()) {
            return Optional.of(SubmitResult.of(SubmitResult.Kind.NONCE_REUSED));
        }
        Optional<SubmitResult> byNonce = request.nonceUse()
                .flatMap(nonce -> found(nonces, place(nonce), now)
                        .map(used -> used.answerTo(nonce.requestHash(), SubmitResult.Kind.NONCE_REUSED)));
        return byNonce.or(() -> request.idempotencyKey()
                .flatMap(key -> found(keys, place(request, key), now)
                        .map(used -> used.answerTo(key.requestHash(), SubmitResult.Kind.KEY_REUSED))));
    }

    /** Uses up the submission's nonce and its key. */
    void remember(SubmitRequest request, SubmitResult result, Instant now) {
        request.nonceUse()
                .ifPresent(nonce ->
                        nonces.put(place(nonce), new Accepted(nonce.requestHash(), result, nonce.forgetAfter())));
        request.idempotencyKey()
                .ifPresent(key ->
                        keys.put(place(request, key), new Accepted(key.requestHash(), result, now.plus(key.keep()))));
    }

    /** Uses up a wish's nonce; whether it was still to be had, and if not, whether by the same request. */
    Optional<Boolean> usedBefore(WishRequest request, Instant now) {
        Optional<NonceUse> nonce = request.nonceUse();
        if (nonce.isEmpty()) {
            return Optional.empty();
        }
        if (nonce.get().isOver(now)) {
            return Optional.of(false);
        }
        Optional<Accepted> used = found(nonces, place(nonce.get()), now);
        if (used.isEmpty()) {
            nonces.put(
                    place(nonce.get()),
                    new Accepted(nonce.get().requestHash(), null, nonce.get().forgetAfter()));
        }
        return used.map(u -> u.requestHash().equals(nonce.get().requestHash()));
    }

    private static Optional<Accepted> found(Map<List<String>, Accepted> in, List<String> place, Instant now) {
        return Optional.ofNullable(in.get(place)).filter(accepted -> !accepted.isOver(now));
    }

    private static List<String> place(NonceUse nonce) {
        return List.of(nonce.signer(), nonce.nonce());
    }

    private static List<String> place(SubmitRequest request, IdempotencyKey key) {
        return List.of(request.owner().key(), key.key());
    }
}

package io.c2d.core.memory;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.c2d.core.port.IdempotencyKey;
import io.c2d.core.port.NonceUse;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import io.c2d.core.port.WishRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was accepted before, by nonce and by idempotency key. Not thread-safe: its store's lock guards it. */
final class Acceptances {
    private record Accepted(String requestHash, @Nullable SubmitResult answer, Instant forgetAfter) {
        SubmitResult answerTo(String hash, SubmitResult.Kind reused) {
            return answer != null && requestHash.equals(hash)
                    ? new SubmitResult(answer.kind(), answer.jobId(), true)
                    : SubmitResult.of(reused);
        }
    }

    private final Map<List<String>, Accepted> keys = new HashMap<>();
    private final Map<List<String>, Accepted> nonces = new HashMap<>();

    /** Forgets what is past its time; how much that was. */
    @CanIgnoreReturnValue
    int forgetOld(Instant now) {
        int before = keys.size() + nonces.size();
        keys.values().removeIf(answer -> answer.forgetAfter().isBefore(now));
        nonces.values().removeIf(used -> used.forgetAfter().isBefore(now));
        return before - keys.size() - nonces.size();
    }

    /** The answer that was already given to this submission, if it was; the nonce is asked before the key. */
    Optional<SubmitResult> answered(SubmitRequest request) {
        Optional<SubmitResult> byNonce = request.nonceUse()
                .flatMap(nonce -> Optional.ofNullable(nonces.get(place(nonce)))
                        .map(used -> used.answerTo(nonce.requestHash(), SubmitResult.Kind.NONCE_REUSED)));
        return byNonce.or(() -> request.idempotencyKey()
                .flatMap(key -> Optional.ofNullable(keys.get(place(request, key)))
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
    Optional<Boolean> usedBefore(WishRequest request) {
        Optional<NonceUse> nonce = request.nonceUse();
        if (nonce.isEmpty()) {
            return Optional.empty();
        }
        Accepted used = nonces.putIfAbsent(
                place(nonce.get()),
                new Accepted(nonce.get().requestHash(), null, nonce.get().forgetAfter()));
        return Optional.ofNullable(used)
                .map(u -> u.requestHash().equals(nonce.get().requestHash()));
    }

    private static List<String> place(NonceUse nonce) {
        return List.of(nonce.signer(), nonce.nonce());
    }

    private static List<String> place(SubmitRequest request, IdempotencyKey key) {
        return List.of(request.owner().key(), key.key());
    }
}

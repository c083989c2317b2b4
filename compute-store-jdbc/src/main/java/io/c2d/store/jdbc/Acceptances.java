package io.c2d.store.jdbc;

import io.c2d.core.model.JobId;
import io.c2d.core.port.IdempotencyKey;
import io.c2d.core.port.NonceUse;
import io.c2d.core.port.SubmitRequest;
import io.c2d.core.port.SubmitResult;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * What was accepted before, by nonce and by idempotency key, inside of one transaction. What is past its time counts as
 * forgotten, whether or not it has been deleted.
 */
final class Acceptances {
    private static final String FIND_NONCE = """
            select request_hash, kind, job_id from nonces
            where signer = :signer and nonce = :nonce and forget_after >= :now""";

    private static final String DROP_OLD_NONCE =
            "delete from nonces where signer = :signer and nonce = :nonce and forget_after < :now";

    private static final String INSERT_NONCE = """
            insert into nonces (signer, nonce, request_hash, kind, job_id, forget_after)
            values (:signer, :nonce, :hash, :kind, :job, :forgetAfter)""";

    private static final String FIND_KEY = """
            select request_hash, kind, job_id from idempotency_keys
            where owner_key = :owner and caller_key = :key and forget_after >= :now""";

    private static final String DROP_OLD_KEY =
            "delete from idempotency_keys where owner_key = :owner and caller_key = :key and forget_after < :now";

    private static final String INSERT_KEY = """
            insert into idempotency_keys (owner_key, caller_key, request_hash, kind, job_id, forget_after)
            values (:owner, :key, :hash, :kind, :job, :forgetAfter)""";

    private final Handle handle;
    private final Instant now;

    Acceptances(Handle handle, Instant now) {
        this.handle = handle;
        this.now = now;
    }

    /**
     * An acceptance.
     *
     * @param requestHash of what
     * @param answer of a submission, {@code null} for a wish
     */
    record Accepted(String requestHash, @Nullable SubmitResult answer) {
        /** What the same nonce or key gives now: the first answer, or that it was another request. */
        SubmitResult answerTo(String hash, SubmitResult.Kind reused) {
            return answer != null && requestHash.equals(hash) ? answer : SubmitResult.of(reused);
        }
    }

    /** The answer that was already given to this submission, if it was; the nonce is asked before the key. */
    Optional<SubmitResult> answered(SubmitRequest request) {
        Optional<SubmitResult> byNonce = request.nonceUse()
                .flatMap(
                        nonce -> find(nonce).map(a -> a.answerTo(nonce.requestHash(), SubmitResult.Kind.NONCE_REUSED)));
        return byNonce.or(() -> request.idempotencyKey()
                .flatMap(key -> find(request.owner().key(), key)
                        .map(a -> a.answerTo(key.requestHash(), SubmitResult.Kind.KEY_REUSED))));
    }

    /** The acceptance that used up this nonce, if one did. */
    Optional<Accepted> find(NonceUse nonce) {
        return handle.createQuery(FIND_NONCE)
                .bind("signer", nonce.signer())
                .bind("nonce", nonce.nonce())
                .bind("now", now)
                .map(Acceptances::read)
                .findOne();
    }

    private Optional<Accepted> find(String owner, IdempotencyKey key) {
        return handle.createQuery(FIND_KEY)
                .bind("owner", owner)
                .bind("key", key.key())
                .bind("now", now)
                .map(Acceptances::read)
                .findOne();
    }

    /** Uses up the submission's nonce and its key. */
    void remember(SubmitRequest request, SubmitResult result) {
        request.nonceUse().ifPresent(nonce -> useUp(nonce, result));
        request.idempotencyKey().ifPresent(key -> useUp(request.owner().key(), key, result));
    }

    /** Uses up a nonce, by a submission with this answer or ({@code null}) by a wish. */
    void useUp(NonceUse nonce, @Nullable SubmitResult result) {
        handle.createUpdate(DROP_OLD_NONCE)
                .bind("signer", nonce.signer())
                .bind("nonce", nonce.nonce())
                .bind("now", now)
                .execute();
        handle.createUpdate(INSERT_NONCE)
                .bind("signer", nonce.signer())
                .bind("nonce", nonce.nonce())
                .bind("hash", nonce.requestHash())
                .bindByType("kind", result == null ? null : result.kind().name(), String.class)
                .bindByType("job", jobOf(result), String.class)
                .bind("forgetAfter", nonce.forgetAfter())
                .execute();
    }

    private void useUp(String owner, IdempotencyKey key, SubmitResult result) {
        handle.createUpdate(DROP_OLD_KEY)
                .bind("owner", owner)
                .bind("key", key.key())
                .bind("now", now)
                .execute();
        handle.createUpdate(INSERT_KEY)
                .bind("owner", owner)
                .bind("key", key.key())
                .bind("hash", key.requestHash())
                .bind("kind", result.kind().name())
                .bindByType("job", jobOf(result), String.class)
                .bind("forgetAfter", now.plus(key.keep()))
                .execute();
    }

    private static @Nullable String jobOf(@Nullable SubmitResult result) {
        return result == null ? null : result.job().map(JobId::value).orElse(null);
    }

    private static Accepted read(ResultSet row, StatementContext context) throws SQLException {
        String kind = row.getString("kind");
        String job = row.getString("job_id");
        SubmitResult answer = kind == null
                ? null
                : new SubmitResult(SubmitResult.Kind.valueOf(kind), job == null ? null : new JobId(job), true);
        return new Accepted(row.getString("request_hash"), answer);
    }
}

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
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * What was accepted before, by nonce and by idempotency key. What is past its time counts as forgotten, whether or not it
 * has been deleted; whoever uses such a nonce or key again deletes the old row first.
 */
final class Acceptances {
    /** What {@link #read} reads of the nonce, from {@code nonces n}. */
    static final String NONCE_COLUMNS = "n.request_hash as nonce_hash, n.kind as nonce_kind, n.job_id as nonce_job,"
            + " n.forget_after as nonce_end";

    /** What {@link #read} reads of the key, from {@code idempotency_keys k}. */
    static final String KEY_COLUMNS =
            "k.request_hash as key_hash, k.kind as key_kind, k.job_id as key_job, k.forget_after as key_end";

    static final String INSERT_NONCE = """
            insert into nonces (signer, nonce, request_hash, kind, job_id, forget_after)
            values (:signer, :nonce, :nonceHash, :kind, :jobId, :nonceEnd)""";

    static final String INSERT_KEY = """
            insert into idempotency_keys (owner_key, caller_key, request_hash, kind, job_id, forget_after)
            values (:ownerKey, :callerKey, :keyHash, :kind, :jobId, :keyEnd)""";

    private static final String DROP_OLD_NONCE =
            "delete from nonces where signer = :signer and nonce = :nonce and forget_after < :now";

    private static final String DROP_OLD_KEY =
            "delete from idempotency_keys where owner_key = :owner and caller_key = :key and forget_after < :now";

    private Acceptances() {}

    /**
     * An acceptance.
     *
     * @param requestHash of what
     * @param answer of a submission, {@code null} for a wish
     * @param forgetAfter until when it holds
     */
    record Accepted(String requestHash, @Nullable SubmitResult answer, Instant forgetAfter) {
        boolean isOver(Instant now) {
            return forgetAfter.isBefore(now);
        }

        /** What the same nonce or key gives now: the first answer, or that it was another request. */
        SubmitResult answerTo(String hash, SubmitResult.Kind reused) {
            return answer != null && requestHash.equals(hash) ? answer : SubmitResult.of(reused);
        }
    }

    /** Reads an acceptance, if the row has one. */
    static Optional<Accepted> read(ResultSet row, String prefix) throws SQLException {
        String hash = row.getString(prefix + "_hash");
        if (hash == null) {
            return Optional.empty();
        }
        String kind = row.getString(prefix + "_kind");
        String job = row.getString(prefix + "_job");
        SubmitResult answer = kind == null
                ? null
                : new SubmitResult(SubmitResult.Kind.valueOf(kind), job == null ? null : new JobId(job), true);
        return Optional.of(new Accepted(hash, answer, StoredTime.read(row, prefix + "_end")));
    }

    static void dropOld(Handle handle, NonceUse nonce, Instant now) {
        int count = handle.createUpdate(DROP_OLD_NONCE)
                .bind("signer", nonce.signer())
                .bind("nonce", nonce.nonce())
                .bind("now", now)
                .execute();
        lostUnlessOne(count);
    }

    static void dropOld(Handle handle, String owner, IdempotencyKey key, Instant now) {
        int count = handle.createUpdate(DROP_OLD_KEY)
                .bind("owner", owner)
                .bind("key", key.key())
                .bind("now", now)
                .execute();
        lostUnlessOne(count);
    }

    private static void lostUnlessOne(int count) {
        if (count != 1) {
            throw new StoreErrors.LostRaceException("what was past its time is gone or new");
        }
    }

    /** Binds {@link #INSERT_NONCE}'s own parameters; {@code kind} and {@code jobId} are missing. */
    static void bind(SqlStatement<?> statement, NonceUse nonce) {
        statement
                .bind("signer", nonce.signer())
                .bind("nonce", nonce.nonce())
                .bind("nonceHash", nonce.requestHash())
                .bind("nonceEnd", nonce.forgetAfter());
    }

    /** Binds {@link #INSERT_KEY}'s own parameters; {@code kind} and {@code jobId} are missing. */
    static void bind(SqlStatement<?> statement, SubmitRequest request, IdempotencyKey key, Instant now) {
        statement
                .bind("ownerKey", request.owner().key())
                .bind("callerKey", key.key())
                .bind("keyHash", key.requestHash())
                .bind("keyEnd", now.plus(key.keep()));
    }
}

package io.c2d.k8s;

import io.c2d.core.model.Sentence;
import io.c2d.core.port.ClusterException;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server's refusals mean, by code and reason. There are two kinds of 409: a create finds the name in use
 * ({@code AlreadyExists}), a delete or patch finds another object under it ({@code Conflict}).
 */
final class ApiFailure {
    private static final int UNPROCESSABLE = 422;
    private static final int MAX_TEXT = 500;

    /** What can be done about a create that was refused. */
    enum Create {
        /** The name is in use: look whose it is. */
        NAME_IN_USE,
        /** The cluster will never take this object, whatever is tried. */
        FOR_GOOD,
        /** Not now: no room by quota, no right, no namespace, no answer. */
        FOR_NOW
    }

    private ApiFailure() {}

    /** What a refused create means. */
    static Create ofCreate(KubernetesClientException e) {
        return switch (e.getCode()) {
            case HttpURLConnection.HTTP_CONFLICT ->
                "AlreadyExists".equals(reason(e)) ? Create.NAME_IN_USE : Create.FOR_NOW;
            case HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE -> Create.FOR_GOOD;
            case HttpURLConnection.HTTP_FORBIDDEN -> violatesPodSecurity(e) ? Create.FOR_GOOD : Create.FOR_NOW;
            default -> Create.FOR_NOW;
        };
    }

    /**
     * Quota, rights and Pod Security all answer 403 Forbidden, and nothing but the text tells them apart. Where a version
     * words it differently the job still ends, only later.
     */
    private static boolean violatesPodSecurity(KubernetesClientException e) {
        return text(e).contains("violates PodSecurity");
    }

    /** Whether what was to be changed or deleted is gone, or bears another identity. */
    static boolean isGoneOrAnother(KubernetesClientException e) {
        return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                || (e.getCode() == HttpURLConnection.HTTP_CONFLICT && "Conflict".equals(reason(e)));
    }

    /** As the engine is told of it. */
    static ClusterException told(String what, KubernetesClientException e) {
        return new ClusterException(what + ": " + sentence(e), e);
    }

    /** What the server said, in one sentence for the job's owner. */
    static String sentence(KubernetesClientException e) {
        if (e.getCode() <= 0) {
            return "the cluster did not answer";
        }
        return switch (e.getCode()) {
            case HttpURLConnection.HTTP_UNAUTHORIZED -> "the cluster does not accept the server's credentials";
            case HttpURLConnection.HTTP_NOT_FOUND -> "the cluster has no such thing (" + text(e) + ")";
            case HttpURLConnection.HTTP_FORBIDDEN ->
                causes(e, "NamespaceTerminating")
                        ? "the cluster's namespace is being deleted"
                        : "the cluster refuses it (" + text(e) + ")";
            case 429 -> "the cluster is asked too much now";
            default -> e.getCode() >= 500 ? "the cluster has trouble" : "the cluster refuses it (" + text(e) + ")";
        };
    }

    private static boolean causes(KubernetesClientException e, String reason) {
        Status status = e.getStatus();
        List<StatusCause> causes = status == null || status.getDetails() == null
                ? List.of()
                : status.getDetails().getCauses();
        return causes != null && causes.stream().anyMatch(cause -> reason.equals(cause.getReason()));
    }

    private static String text(KubernetesClientException e) {
        Status status = e.getStatus();
        String message = status == null || status.getMessage() == null ? "code " + e.getCode() : status.getMessage();
        return Sentence.of(message, MAX_TEXT);
    }

    private static @Nullable String reason(KubernetesClientException e) {
        Status status = e.getStatus();
        return status == null ? null : status.getReason();
    }
}

package io.c2d.core.access;

import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import io.c2d.core.model.Owner;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Who is trusted with what (settings {@code auth.*}).
 *
 * @param signatures whether callers sign
 * @param audience the server's public URL, which every signed message names; without a slash at its end
 * @param admins addresses that may do everything, in lower case
 * @param gateways addresses that act for the owner that they name, in lower case
 * @param adminTokenSha256 SHA-256 of the bearer tokens of admins, 64 lower-case hex digits each
 * @param nonceWindow how far a nonce's time may be from ours, either way; above zero
 */
public record AccessSettings(
        Signatures signatures,
        String audience,
        ImmutableSet<String> admins,
        ImmutableSet<String> gateways,
        ImmutableSet<String> adminTokenSha256,
        Duration nonceWindow) {
    /** How far a nonce's time may be off where nothing is set. */
    public static final Duration DEFAULT_WINDOW = Duration.ofMinutes(5);

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** Whether callers sign. */
    public enum Signatures {
        /** Every caller signs the nine lines of {@link SignedMessage}. */
        STRICT,
        /** Nobody does: a caller counts as the owner of whatever job it names, and never as an admin. */
        NONE
    }

    /** Brings addresses and hashes to lower case and checks their form. */
    public AccessSettings {
        audience = audience.endsWith("/") ? audience.substring(0, audience.length() - 1) : audience;
        admins = addresses("admins", admins);
        gateways = addresses("gateways", gateways);
        adminTokenSha256 = adminTokenSha256.stream()
                .map(hash -> hash.toLowerCase(Locale.ROOT))
                .collect(ImmutableSet.toImmutableSet());
        if (!adminTokenSha256.stream().allMatch(hash -> HASH.matcher(hash).matches())) {
            throw new IllegalArgumentException("adminTokenSha256: a SHA-256 has 64 hex digits");
        }
        if (nonceWindow.isNegative() || nonceWindow.isZero()) {
            throw new IllegalArgumentException("nonceWindow is above zero");
        }
    }

    /** Signed requests for this server, no admins, no gateways. */
    public static AccessSettings strict(String audience) {
        return of(Signatures.STRICT, audience);
    }

    /** Unsigned requests. */
    public static AccessSettings none(String audience) {
        return of(Signatures.NONE, audience);
    }

    private static AccessSettings of(Signatures signatures, String audience) {
        return new AccessSettings(
                signatures, audience, ImmutableSet.of(), ImmutableSet.of(), ImmutableSet.of(), DEFAULT_WINDOW);
    }

    /** The same with these admins' addresses. */
    public AccessSettings withAdmins(ImmutableSet<String> addresses) {
        return new AccessSettings(signatures, audience, addresses, gateways, adminTokenSha256, nonceWindow);
    }

    /** The same with these gateways' addresses. */
    public AccessSettings withGateways(ImmutableSet<String> addresses) {
        return new AccessSettings(signatures, audience, admins, addresses, adminTokenSha256, nonceWindow);
    }

    /** The same with bearer tokens of these hashes. */
    public AccessSettings withAdminTokens(ImmutableSet<String> sha256) {
        return new AccessSettings(signatures, audience, admins, gateways, sha256, nonceWindow);
    }

    /** The same with another window for nonces. */
    public AccessSettings withNonceWindow(Duration window) {
        return new AccessSettings(signatures, audience, admins, gateways, adminTokenSha256, window);
    }

    /** Whether callers sign. */
    public boolean isSigned() {
        return signatures == Signatures.STRICT;
    }

    /** Whether a bearer token is an admin's. Takes as long for a near miss as for any other. */
    boolean isAdminToken(String token) {
        byte[] given = Hashing.sha256()
                .hashString(token, StandardCharsets.UTF_8)
                .toString()
                .getBytes(StandardCharsets.US_ASCII);
        boolean found = false;
        for (String hash : adminTokenSha256) {
            found |= MessageDigest.isEqual(given, hash.getBytes(StandardCharsets.US_ASCII));
        }
        return found;
    }

    private static ImmutableSet<String> addresses(String name, ImmutableSet<String> given) {
        for (String address : given) {
            if (!Owner.isAddress(address)) {
                throw new IllegalArgumentException(name + ": an address is 0x and 40 hex digits, not " + address);
            }
        }
        return given.stream().map(a -> a.toLowerCase(Locale.ROOT)).collect(ImmutableSet.toImmutableSet());
    }
}

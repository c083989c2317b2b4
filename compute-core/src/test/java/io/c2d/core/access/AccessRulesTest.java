package io.c2d.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import io.c2d.core.json.WorkflowCodec;
import io.c2d.core.model.ComputeException;
import io.c2d.core.model.ErrorCode;
import io.c2d.core.model.Job;
import io.c2d.core.model.JobId;
import io.c2d.core.model.Owner;
import io.c2d.core.model.Submission;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccessRulesTest {
    private static final Owner OWNER = new Owner("0x" + "aB".repeat(20));
    private static final Owner READER = new Owner("0x" + "bC".repeat(20));
    private static final Owner GATEWAY = new Owner("0x" + "cD".repeat(20));
    private static final Owner ADMIN = new Owner("0x" + "dE".repeat(20));
    private static final Owner OTHER = new Owner("0x" + "eF".repeat(20));
    private static final Instant NOW = Instant.ofEpochMilli(1_732_420_000_000L);

    private final AccessSettings settings = AccessSettings.strict("https://c.example/")
            .withAdmins(ImmutableSet.of(ADMIN.text()))
            .withGateways(ImmutableSet.of(GATEWAY.text()))
            .withAdminTokens(ImmutableSet.of(Hashing.sha256()
                    .hashString("geheim", StandardCharsets.UTF_8)
                    .toString()));
    private final AccessRules rules = new AccessRules(settings);

    private static Job job() {
        String workflow = """
                {"stages":[{"input":[],"algorithm":{"rawcode":"x","container":{"image":"sh","entrypoint":"sh"}},
                "output":{"whitelist":["%s"]}}]}""".formatted(READER.text());
        return Job.create(
                new JobId("0".repeat(32)), new Submission(OWNER, "a", WorkflowCodec.read(workflow), "default", NOW));
    }

    private Caller signedBy(Owner signer, Owner... named) {
        Owner lower = new Owner(signer.text().toLowerCase(Locale.ROOT));
        return rules.callerOf(lower, named.length == 0 ? Optional.empty() : Optional.of(named[0]));
    }

    @Test
    void anOwnerDoesAllWithItsJobsInWhateverLetterCase() {
        assertThat(rules.mayControl(signedBy(OWNER), job())).isTrue();
        assertThat(rules.mayRead(signedBy(OWNER, OWNER), job())).isTrue();
        assertThat(rules.isAdmin(signedBy(OWNER))).isFalse();
    }

    @Test
    void aReaderReadsAndStopsNothing() {
        assertThat(rules.mayRead(signedBy(READER), job())).isTrue();
        assertThat(rules.mayControl(signedBy(READER), job())).isFalse();
        assertThat(rules.mayActFor(signedBy(READER, OWNER), OWNER)).isFalse();
    }

    @Test
    void aGatewayActsForTheOwnerNamedAndForNobodyElse() {
        assertThat(rules.mayControl(signedBy(GATEWAY, OWNER), job())).isTrue();
        assertThat(rules.mayControl(signedBy(GATEWAY), job())).isFalse();
        assertThat(rules.mayRead(signedBy(GATEWAY, OTHER), job())).isFalse();
        assertThat(rules.isAdmin(signedBy(GATEWAY, OWNER))).isFalse();
    }

    @Test
    void anAdminDoesAllAndAStrangerNothing() {
        assertThat(rules.mayControl(signedBy(ADMIN), job())).isTrue();
        assertThat(rules.isAdmin(signedBy(ADMIN, OWNER))).isTrue();
        assertThat(rules.mayRead(signedBy(OTHER), job())).isFalse();
        assertThat(rules.mayRead(signedBy(OTHER, OWNER), job())).isFalse();
        assertThat(rules.mayRead(new Caller.Anonymous(), job())).isFalse();
    }

    @Test
    void whoeverIsNotAskedToSignDoesAllAndIsNoAdmin() {
        Identity identity = authenticator(AccessSettings.none("https://c.example"), "no signature at all")
                .identify(request("0x22", "", null, null), NOW);
        assertThat(rules.mayControl(identity.caller(), job())).isTrue();
        assertThat(rules.isAdmin(identity.caller())).isFalse();
        assertThat(identity.nonceUse()).isEmpty();
    }

    private static Authenticator authenticator(AccessSettings settings, String accepted) {
        return new Authenticator(
                new AccessRules(settings),
                (message, signature) -> signature.equals(accepted)
                        ? Optional.of(OWNER.text().toLowerCase(Locale.ROOT))
                        : Optional.empty());
    }

    private static SignedRequest request(
            String owner, String nonce, @Nullable String signature, @Nullable String token) {
        return new SignedRequest(
                new SignedMessage("https://c.example", "GET", "/api/v1/compute", owner, "", "", "", nonce),
                signature,
                token);
    }

    private void refused(SignedRequest request, ErrorCode code) {
        assertThatThrownBy(() -> authenticator(settings, "good").identify(request, NOW))
                .isInstanceOfSatisfying(
                        ComputeException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aGoodSignatureTellsTheSignerAndTheNonceToUseUp() {
        Identity identity = authenticator(settings, "good").identify(request("", "1732420000000-x", "good", null), NOW);
        assertThat(identity.caller().principal().orElseThrow().sameAs(OWNER)).isTrue();
        assertThat(identity.nonceUse().orElseThrow().nonce()).isEqualTo("1732420000000-x");
        assertThat(identity.nonceUse().orElseThrow().signer()).isEqualTo(OWNER.key());
        assertThat(identity.nonceUse().orElseThrow().forgetAfter()).isEqualTo(NOW.plusSeconds(300));
    }

    @Test
    void missingAndMalformedSignaturesAndNoncesAreRefused() {
        refused(request("", "1732420000000", null, null), ErrorCode.SIGNATURE_INVALID);
        refused(request("", "1732420000000", "bad", null), ErrorCode.SIGNATURE_INVALID);
        refused(request("", "", "good", null), ErrorCode.NONCE_INVALID);
        refused(request("", "1732419699999", "good", null), ErrorCode.NONCE_INVALID);
        refused(request("", "1732420300001", "good", null), ErrorCode.NONCE_INVALID);
        refused(request("", "soon", "good", null), ErrorCode.INVALID_REQUEST);
    }

    @Test
    void aTokenIsAnAdminsOrNobodys() {
        assertThat(rules.isAdmin(authenticator(settings, "good")
                        .identify(request("", "", null, "geheim"), NOW)
                        .caller()))
                .isTrue();
        refused(request("", "1732420000000", "good", "geheim2"), ErrorCode.SIGNATURE_INVALID);
    }

    @Test
    void settingsRefuseWhatIsNoAddressOrHash() {
        assertThatThrownBy(() -> settings.withAdmins(ImmutableSet.of("0x22"))).hasMessageContaining("admins");
        assertThatThrownBy(() -> settings.withAdminTokens(ImmutableSet.of("geheim")))
                .hasMessageContaining("SHA-256");
        assertThat(settings.audience()).isEqualTo("https://c.example");
    }
}

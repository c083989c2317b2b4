package io.c2d.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.c2d.core.access.AccessRules;
import io.c2d.core.access.ArtifactLinks;
import io.c2d.core.access.Authenticator;
import io.c2d.core.access.Identity;
import io.c2d.core.access.SignedRequest;
import io.c2d.core.engine.ComputeEngine;
import io.c2d.core.json.Faults;
import io.c2d.core.json.StrictJson;
import io.c2d.core.port.SignatureVerifier;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.nio.charset.StandardCharsets;

/** What the resources share: the engine and everything between it and the wire. Thread-safe. */
final class Api {
    private final ComputeEngine engine;
    private final RestSettings settings;
    private final ArtifactLinks links;
    private final AccessRules rules;
    private final Authenticator authenticator;
    private final Dialect dialect;

    Api(ComputeEngine engine, SignatureVerifier verifier, ArtifactLinks links, RestSettings settings) {
        this.engine = engine;
        this.settings = settings;
        this.links = links;
        this.rules = new AccessRules(settings.access());
        this.authenticator = new Authenticator(rules, verifier);
        this.dialect = new SeedDialect(settings);
    }

    ComputeEngine engine() {
        return engine;
    }

    RestSettings settings() {
        return settings;
    }

    AccessRules rules() {
        return rules;
    }

    ArtifactLinks links() {
        return links;
    }

    /** Reads a request; what is wrong with it is in the faults. */
    ComputeCall parse(ContainerRequestContext request, Faults faults) {
        return dialect.parse(RawRequest.of(request), faults);
    }

    /** Reads a request, refusing it where anything is wrong. */
    ComputeCall parse(ContainerRequestContext request) {
        Faults faults = new Faults();
        ComputeCall call = parse(request, faults);
        faults.throwIfAny();
        return call;
    }

    /** Who makes the request. */
    Identity identify(ComputeCall call) {
        String signature = call.signature().isEmpty() ? null : call.signature();
        SignedRequest request = new SignedRequest(
                dialect.message(call), signature, call.raw().bearerToken().orElse(null));
        return authenticator.identify(request, engine.now());
    }

    Submissions submissions() {
        return new Submissions(this);
    }

    Selection selection(ComputeCall call, Identity identity) {
        return new Selection(engine, rules, call, identity.caller());
    }

    StatusView view(ComputeCall call, Identity identity) {
        return new StatusView(this, dialect, call, identity.caller());
    }

    /** A tree as JSON in UTF-8. */
    static byte[] bytes(JsonNode node) {
        return StrictJson.write(node).getBytes(StandardCharsets.UTF_8);
    }
}

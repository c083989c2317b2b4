package io.c2d.server;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.c2d.core.access.AccessSettings.Signatures;
import io.c2d.core.engine.SweepSettings;
import io.c2d.core.json.JobStatusCodec.Dates;
import io.c2d.core.port.Environment;
import io.c2d.local.ContainerSettings;
import io.c2d.rest.RestSettings.RunningJobs;
import io.c2d.worker.Network;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings, read and checked (DESIGN, section 9). What each means is in {@link Settings}.
 *
 * @param http where to listen
 * @param folders where things lie
 * @param database the store, {@code null} for the H2 file in the data folder
 * @param local how algorithms are shut off on this machine
 * @param kubernetes the cluster that algorithms run on instead, {@code null} for this machine
 * @param environments at least the default one
 * @param fallback the environment that takes unknown names, {@code null} for none
 * @param access who may do what
 * @param links of results
 * @param staging what stage-in may fetch
 * @param lease of the engine
 * @param sweep how it cleans up
 */
record ServerSettings(
        Http http,
        Folders folders,
        @Nullable Database database,
        Local local,
        @Nullable KubernetesSettings kubernetes,
        ImmutableList<Environment> environments,
        @Nullable String fallback,
        Access access,
        Links links,
        Staging staging,
        Duration lease,
        SweepSettings sweep) {

    record Http(String host, int port, @Nullable URI publicUrl, RunningJobs runningJobs, Dates dates) {}

    record Folders(Path data, @Nullable Path artifacts) {}

    record Database(String url, String user, String password) {
        /** Whether several servers may use it at a time. */
        boolean isShared() {
            return url.startsWith("jdbc:postgresql:");
        }

        @Override
        public String toString() {
            return "Database[" + user + "]";
        }
    }

    record Local(ImmutableSet<String> sandboxes, ContainerSettings containers) {
        /** Whether algorithms may run with nothing that shuts them off. */
        boolean mayTrust() {
            return sandboxes.contains("process");
        }
    }

    record Access(
            Signatures signatures,
            ImmutableSet<String> adminTokens,
            ImmutableSet<String> admins,
            ImmutableSet<String> gateways) {}

    record Links(Duration lifetime, @Nullable String key) {
        @Override
        public String toString() {
            return "Links[" + lifetime + "]";
        }
    }

    record Staging(ImmutableList<Network> allowedNetworks, boolean fileUrls, long maxFileBytes) {}

    /** Whether the server listens on loopback alone. */
    boolean isLoopback() {
        try {
            return InetAddress.getByName(http.host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * Reads them.
     *
     * @throws InvalidSettingsException with all that is wrong
     */
    static ServerSettings read(SettingsSource source) {
        ServerSettingsReader reader = new ServerSettingsReader(new SettingsReader(source));
        ServerSettings settings = reader.read();
        reader.checkTogether(settings);
        source.throwIfAny();
        return settings;
    }
}

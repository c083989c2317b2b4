package io.c2d.server;

import io.c2d.core.port.Environment;
import java.time.Duration;

/** Reads what the settings say of one environment, wherever it is. */
final class EnvironmentReader {
    private final SettingsReader in;
    private final Duration defaultGrace;

    /**
     * A reader of environments.
     *
     * @param defaultGrace the time from SIGTERM to SIGKILL where none is set
     */
    EnvironmentReader(SettingsReader in, Duration defaultGrace) {
        this.in = in;
        this.defaultGrace = defaultGrace;
    }

    Environment read(String name) {
        return new Environment(
                name,
                quotas(name),
                in.read(
                        Settings.MAX_TIME,
                        Settings.MAX_TIME.forEnvironment(name),
                        SettingsReader::seconds,
                        Duration.ofDays(1)),
                in.count(Settings.MAX_TRIES, name),
                grace(),
                new Environment.PhaseLimits(
                        in.duration(Settings.LIMIT_QUEUEING, Settings.LIMIT_QUEUEING.forEnvironment(name)),
                        in.duration(Settings.LIMIT_VOLUMES, Settings.LIMIT_VOLUMES.forEnvironment(name)),
                        in.duration(Settings.LIMIT_STAGING, Settings.LIMIT_STAGING.forEnvironment(name)),
                        in.duration(Settings.LIMIT_SCHEDULING, Settings.LIMIT_SCHEDULING.forEnvironment(name)),
                        in.duration(Settings.LIMIT_FILTERING, Settings.LIMIT_FILTERING.forEnvironment(name)),
                        in.duration(Settings.LIMIT_PUBLISHING, Settings.LIMIT_PUBLISHING.forEnvironment(name)),
                        in.duration(Settings.LIMIT_LOST, Settings.LIMIT_LOST.forEnvironment(name))),
                new Environment.Resources(
                        in.read(Settings.CPUS, Settings.CPUS.forEnvironment(name), SettingsReader::positiveNumber, 1.0),
                        in.size(Settings.MEMORY, Settings.MEMORY.forEnvironment(name), 4 << 20),
                        in.size(Settings.OUTPUT_SIZE, Settings.OUTPUT_SIZE.forEnvironment(name), 1),
                        in.count(Settings.PROCESSES, name),
                        in.size(Settings.LOG_SIZE, Settings.LOG_SIZE.forEnvironment(name), 1_024),
                        in.count(Settings.MAX_INSTANCES, name)),
                in.duration(Settings.RETENTION, Settings.RETENTION.forEnvironment(name)),
                in.text(Settings.FILTER, Settings.FILTER.forEnvironment(name)).orElse(null));
    }

    private Environment.Quotas quotas(String name) {
        int jobs = in.count(Settings.MAX_JOBS, name);
        return new Environment.Quotas(
                jobs,
                in.text(Settings.MAX_JOBS_PER_OWNER, Settings.MAX_JOBS_PER_OWNER.forEnvironment(name))
                                .isEmpty()
                        ? jobs
                        : in.count(Settings.MAX_JOBS_PER_OWNER, name),
                in.count(Settings.MAX_QUEUED, name),
                in.count(Settings.MAX_QUEUED_PER_OWNER, name));
    }

    private Duration grace() {
        return in.one(Settings.STOP_GRACE, SettingsReader::parseDuration, defaultGrace);
    }
}

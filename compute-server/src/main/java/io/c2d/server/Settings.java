package io.c2d.server;

import com.google.common.collect.ImmutableList;

/** Every setting that there is: what the reader takes, and what {@code docs/settings.md} lists. */
final class Settings {
    private static final String DURATION = "a duration: 500ms, 15s, 2m, 1h, 7d";
    private static final String SIZE = "a size in bytes: 512MiB, 10GiB";
    private static final String ADDRESSES = "a list of addresses (0x and 40 hex digits)";

    static final Setting HTTP_HOST = new Setting("http.host", "an address", "127.0.0.1", "The address to listen on.");
    static final Setting HTTP_PORT =
            new Setting("http.port", "a port from 0 to 65535", "8080", "The port to listen on; 0 takes a free one.");
    static final Setting PUBLIC_URL = new Setting(
            "http.public-url",
            "an http or https URL",
            "",
            "What links begin with, and the audience of signatures; from host and port where not set.");
    static final Setting DATA_DIR = new Setting(
            "data.dir",
            "a folder",
            "c2d-data",
            "The H2 file and the working folders; made if absent. One server a folder, unless PostgreSQL is the store.");
    static final Setting ARTIFACTS_DIR = new Setting(
            "artifacts.dir", "a folder", "", "Where results are kept; artifacts below data.dir where not set.");
    static final Setting STORE_URL = new Setting(
            "store.url",
            "a JDBC URL of PostgreSQL or H2",
            "",
            "Where jobs are kept; an H2 file in data.dir where not set.");
    static final Setting STORE_USER = new Setting("store.user", "a user", "c2d", "The database's user.");
    static final Setting STORE_PASSWORD = new Setting("store.password", "a password", "", "The database's password.");
    static final Setting CLUSTER_TYPE = new Setting(
            "cluster.type",
            "local or kubernetes",
            "local",
            "Where steps run: on this machine, or on the cluster of the server's account or of KUBECONFIG.");
    static final Setting NAMESPACE = new Setting(
            "kubernetes.namespace",
            "a namespace",
            "",
            "Where environments without a namespace of their own are; the account's where not set.");
    static final Setting WORKER_IMAGE = new Setting(
            "kubernetes.worker.image",
            "an image, best by digest",
            "",
            "What stage-in, filter and publish run in; it must be set with cluster.type=kubernetes.");
    static final Setting WORKER_CPUS = new Setting(
            "kubernetes.worker.cpus",
            "a number above 0",
            "0.1",
            "The processors that are reserved for stage-in and for publish; up to one is used.");
    static final Setting WORKER_MEMORY =
            new Setting("kubernetes.worker.memory", SIZE, "256MiB", "The memory of stage-in and publish.");
    static final Setting UPLOAD_URL = new Setting(
            "kubernetes.upload-url",
            "an http or https URL",
            "",
            "Where stage-in and publish reach a server, within the cluster; it must be set with cluster.type=kubernetes.");
    static final Setting NETWORK_CHECK = new Setting(
            "kubernetes.network-check",
            "true or false",
            "true",
            "Whether a namespace must have the policy that shuts algorithms off the network, and each pod wait for its effect.");
    static final Setting CALLS_CONCURRENT = new Setting(
            "kubernetes.calls.concurrent", "a number above 0", "32", "The most calls to the API server under way.");
    static final Setting CALLS_PER_SECOND = new Setting(
            "kubernetes.calls.per-second", "a number above 0", "100", "The most calls to the API server in a second.");
    static final Setting CALLS_TIMEOUT = new Setting(
            "kubernetes.calls.timeout", DURATION, "10s", "The longest that one call to the API server may take.");
    static final Setting ENVIRONMENT_NAMESPACE = new Setting(
            "environments.<name>.namespace", "a namespace", "", "Where its pods are; kubernetes.namespace if not set.");
    static final Setting STORAGE_CLASS = new Setting(
            "environments.<name>.storage-class",
            "a storage class",
            "",
            "The class of the jobs' volumes; the cluster's default where not set.");
    static final Setting VOLUME_SIZE =
            new Setting("environments.<name>.volume-size", SIZE, "10GiB", "The size of each job's volume.");
    static final Setting VOLUME_ACCESS = new Setting(
            "environments.<name>.volume-access",
            "ReadWriteOnce or ReadWriteMany",
            "ReadWriteOnce",
            "How volumes are claimed; ReadWriteMany lets instances run on several nodes.");
    static final Setting NODE_SELECTOR = new Setting(
            "environments.<name>.node-selector", "a list of label=value", "", "The nodes that its pods go to.");
    static final Setting TOLERATIONS = new Setting(
            "environments.<name>.tolerations",
            "a list of key=value:Effect, key:Effect or key",
            "",
            "The taints of nodes that its pods tolerate.");
    static final Setting RUNTIME_CLASS = new Setting(
            "environments.<name>.runtime-class",
            "a runtime class",
            "",
            "What its pods run with, such as gvisor; the cluster's default where not set.");
    static final Setting GPU_RESOURCE = new Setting(
            "environments.<name>.gpu-resource", "a resource's name", "nvidia.com/gpu", "What its GPUs are called.");
    static final Setting GPUS =
            new Setting("environments.<name>.gpus", "a number from 0", "0", "The GPUs that an algorithm gets.");
    static final Setting IMAGES = new Setting(
            "environments.<name>.images",
            "a list of registries, paths in them, or images by digest",
            "",
            "The images that algorithms may use; all where not set.");
    static final Setting PULL_SECRETS = new Setting(
            "environments.<name>.pull-secrets", "a list of Secrets", "", "What opens the images' registries.");
    static final Setting TMP_SIZE =
            new Setting("environments.<name>.tmp-size", SIZE, "1GiB", "The size of /tmp in each pod.");
    static final Setting SCRATCH_SIZE = new Setting(
            "environments.<name>.scratch-size",
            SIZE,
            "2GiB",
            "What an algorithm may write on its node in all: /tmp and what it prints.");
    static final Setting NETWORK = new Setting(
            "environments.<name>.network",
            "none or open",
            "none",
            "Whether algorithms reach the network there; open is for algorithms that are trusted with the data.");
    static final Setting SANDBOX = new Setting(
            "local.sandbox",
            "auto, or a list of container, bubblewrap, namespaces and process",
            "auto",
            "How algorithms are shut off: the first that works; process means not at all, for trusted code on loopback.");
    static final Setting CONTAINER_COMMAND = new Setting(
            "local.container.command",
            "a command and its first words",
            "",
            "What runs containers, such as podman or docker; the one that is there where not set.");
    static final Setting CONTAINER_RUNTIME = new Setting(
            "local.container.runtime",
            "an OCI runtime such as runc",
            "",
            "What the command runs containers with; its own choice where not set.");
    static final Setting CONTAINER_FLAGS = new Setting(
            "local.container.flags",
            "words with blanks between",
            "",
            "Further flags of the command's run; those that the server sets itself win.");
    static final Setting CONTAINER_PULL_POLICY = new Setting(
            "local.container.pull-policy",
            "always, missing or never",
            "missing",
            "When images are pulled; never refuses those that are not on the machine.");
    static final Setting CONTAINER_PULL_TIMEOUT = new Setting(
            "local.container.pull-timeout", DURATION, "10m", "The longest that pulling one image may take.");
    static final Setting CONTAINER_FILTER_IMAGE = new Setting(
            "local.container.filter-image",
            "an image: name, name:tag or name@sha256:…",
            "",
            "What filters run in where algorithms run in containers; never the job's image.");
    static final Setting MAX_JOBS = new Setting(
            "environments.<name>.max-jobs", "a number above 0", "4", "The most jobs that run there at a time.");
    static final Setting MAX_JOBS_PER_OWNER = new Setting(
            "environments.<name>.max-jobs-per-owner",
            "a number above 0",
            "",
            "The most jobs of one owner that run there at a time; as many as max-jobs where not set.");
    static final Setting MAX_QUEUED = new Setting(
            "environments.<name>.max-queued",
            "a number above 0",
            "10000",
            "The most jobs that wait there; more are refused with 429.");
    static final Setting MAX_QUEUED_PER_OWNER = new Setting(
            "environments.<name>.max-queued-per-owner",
            "a number above 0",
            "1000",
            "The most jobs of one owner that wait there; more are refused with 429.");
    static final Setting RETENTION = new Setting(
            "environments.<name>.retention",
            DURATION,
            "30d",
            "How long results are kept after a job's end; then they go as by a delete.");
    static final Setting LIMIT_QUEUEING = new Setting(
            "environments.<name>.limits.queueing", DURATION, "7d", "The longest that a job may wait for room.");
    static final Setting LIMIT_VOLUMES = new Setting(
            "environments.<name>.limits.volumes", DURATION, "5m", "The longest that making a job's volume may take.");
    static final Setting LIMIT_LOST = new Setting(
            "environments.<name>.limits.lost",
            DURATION,
            "10m",
            "How long the end of a step that should have ended is waited for before the job is given up.");
    static final Setting MAX_TIME = new Setting(
            "environments.<name>.max-time", DURATION, "24h", "The longest that an algorithm may run there.");
    static final Setting MAX_TRIES = new Setting(
            "environments.<name>.max-tries",
            "a number above 0",
            "3",
            "The most tries of one step when the machinery fails.");
    static final Setting FILTER = new Setting(
            "environments.<name>.filter",
            "a shell line",
            "",
            "Runs in the sandbox over /data/outputs before results are published; an exit other than 0 publishes none.");
    static final Setting CPUS = new Setting(
            "environments.<name>.cpus", "a number above 0", "1", "The processors that an algorithm may use.");
    static final Setting MEMORY =
            new Setting("environments.<name>.memory", SIZE, "1GiB", "The memory that an algorithm may use.");
    static final Setting OUTPUT_SIZE = new Setting(
            "environments.<name>.output-size", SIZE, "10GiB", "The size of a file that an algorithm may write.");
    static final Setting PROCESSES = new Setting(
            "environments.<name>.processes", "a number above 0", "256", "The processes that an algorithm may have.");
    static final Setting LOG_SIZE = new Setting(
            "environments.<name>.log-size", SIZE, "8MiB", "How much of an algorithm's output is kept: head and tail.");
    static final Setting MAX_INSTANCES = new Setting(
            "environments.<name>.max-instances",
            "a number above 0",
            "1",
            "The most instances of an algorithm that a job may ask for; above 1 on Kubernetes alone.");
    static final Setting LIMIT_STAGING =
            new Setting("environments.<name>.limits.staging", DURATION, "1h", "The longest that stage-in may take.");
    static final Setting LIMIT_SCHEDULING = new Setting(
            "environments.<name>.limits.scheduling",
            DURATION,
            "30m",
            "The longest from an algorithm's start to its being seen running.");
    static final Setting LIMIT_FILTERING = new Setting(
            "environments.<name>.limits.filtering", DURATION, "30m", "The longest that the filter may take.");
    static final Setting LIMIT_PUBLISHING = new Setting(
            "environments.<name>.limits.publishing", DURATION, "1h", "The longest that publishing may take.");
    static final Setting FALLBACK = new Setting(
            "environments.fallback",
            "an environment's name, or none",
            "",
            "The environment that takes unknown names, none refuses them; default on this machine, none on Kubernetes.");
    static final Setting SIGNATURES = new Setting(
            "auth.signatures",
            "strict or none",
            "strict",
            "Whether requests are signed; none is refused unless listening on loopback alone.");
    static final Setting ADMIN_TOKENS = new Setting(
            "auth.admin-token-sha256",
            "a list of SHA-256 (64 hex digits)",
            "",
            "The hashes of the bearer tokens of admins.");
    static final Setting ADMINS = new Setting("auth.admins", ADDRESSES, "", "The addresses of admins.");
    static final Setting GATEWAYS =
            new Setting("auth.gateways", ADDRESSES, "", "The addresses that may act for the owner that they name.");
    static final Setting RUNNING_JOBS = new Setting(
            "api.running-jobs",
            "redacted, own or admins",
            "redacted",
            "What GET /runningjobs shows where requests are signed.");
    static final Setting DATES = new Setting("api.dates", "unix or iso", "unix", "How dates are written.");
    static final Setting LINKS_LIFETIME =
            new Setting("links.lifetime", DURATION, "1h", "How long a link to a result is valid.");
    static final Setting LINKS_KEY = new Setting(
            "links.key",
            "64 hex digits",
            "",
            "The key that signs links; made once and kept in the store where not set.");
    static final Setting ALLOWED_NETWORKS = new Setting(
            "staging.allowed-networks",
            "a list of CIDRs such as 127.0.0.0/8",
            "",
            "Networks that stage-in may reach although they are loopback, private or link-local.");
    static final Setting FILE_URLS = new Setting(
            "staging.file-urls", "true or false", "false", "Whether inputs may be files of this machine; for tests.");
    static final Setting MAX_FILE_SIZE =
            new Setting("staging.max-file-size", SIZE, "10GiB", "The largest file that is staged in.");
    static final Setting LEASE =
            new Setting("engine.lease", DURATION, "15s", "The longest that a silent engine's jobs wait.");
    static final Setting SWEEP_EVERY = new Setting(
            "sweep.every", DURATION, "10m", "How often results past their time and orphans are looked for.");
    static final Setting SWEEP_GRACE = new Setting(
            "sweep.grace", DURATION, "1h", "How long something has no job in the store before it is removed.");
    static final Setting SWEEP_TOMBSTONES =
            new Setting("sweep.tombstones", DURATION, "90d", "How long the row of a deleted job is kept.");
    static final Setting SWEEP_MAX_SHARE = new Setting(
            "sweep.max-share",
            "a number from 0 to 1",
            "0.5",
            "Where a larger share of all attempts has no job in the store, nothing is removed and an error is logged.");
    static final Setting SWEEP_DRY_RUN =
            new Setting("sweep.dry-run", "true or false", "false", "Whether orphans are only told of in the log.");
    static final Setting STOP_GRACE = new Setting(
            "stop.grace",
            DURATION,
            "",
            "The time between SIGTERM and SIGKILL of an algorithm; 2s on this machine, 10s on Kubernetes.");

    /** All of them, in the order of the reference page. */
    static final ImmutableList<Setting> ALL = ImmutableList.of(
            HTTP_HOST,
            HTTP_PORT,
            PUBLIC_URL,
            DATA_DIR,
            ARTIFACTS_DIR,
            STORE_URL,
            STORE_USER,
            STORE_PASSWORD,
            CLUSTER_TYPE,
            NAMESPACE,
            WORKER_IMAGE,
            WORKER_CPUS,
            WORKER_MEMORY,
            UPLOAD_URL,
            NETWORK_CHECK,
            CALLS_CONCURRENT,
            CALLS_PER_SECOND,
            CALLS_TIMEOUT,
            SANDBOX,
            CONTAINER_COMMAND,
            CONTAINER_RUNTIME,
            CONTAINER_FLAGS,
            CONTAINER_PULL_POLICY,
            CONTAINER_PULL_TIMEOUT,
            CONTAINER_FILTER_IMAGE,
            MAX_JOBS,
            MAX_JOBS_PER_OWNER,
            MAX_QUEUED,
            MAX_QUEUED_PER_OWNER,
            MAX_TIME,
            MAX_TRIES,
            FILTER,
            CPUS,
            MEMORY,
            OUTPUT_SIZE,
            PROCESSES,
            LOG_SIZE,
            MAX_INSTANCES,
            RETENTION,
            ENVIRONMENT_NAMESPACE,
            STORAGE_CLASS,
            VOLUME_SIZE,
            VOLUME_ACCESS,
            NODE_SELECTOR,
            TOLERATIONS,
            RUNTIME_CLASS,
            GPU_RESOURCE,
            GPUS,
            IMAGES,
            PULL_SECRETS,
            TMP_SIZE,
            SCRATCH_SIZE,
            NETWORK,
            LIMIT_QUEUEING,
            LIMIT_VOLUMES,
            LIMIT_STAGING,
            LIMIT_SCHEDULING,
            LIMIT_FILTERING,
            LIMIT_PUBLISHING,
            LIMIT_LOST,
            FALLBACK,
            SIGNATURES,
            ADMIN_TOKENS,
            ADMINS,
            GATEWAYS,
            RUNNING_JOBS,
            DATES,
            LINKS_LIFETIME,
            LINKS_KEY,
            ALLOWED_NETWORKS,
            FILE_URLS,
            MAX_FILE_SIZE,
            LEASE,
            SWEEP_EVERY,
            SWEEP_GRACE,
            SWEEP_TOMBSTONES,
            SWEEP_MAX_SHARE,
            SWEEP_DRY_RUN,
            STOP_GRACE);

    private Settings() {}
}

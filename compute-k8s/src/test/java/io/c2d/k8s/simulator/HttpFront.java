package io.c2d.k8s.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The API server's HTTP side: paths to calls, watches as streams, and what goes wrong in between. */
final class HttpFront implements AutoCloseable {
    private static final String END = "";

    static {
        // Else each answer waits for the acknowledgement of the one before, 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Object lock;
    private final ApiServer api;
    private final ObjectStore store;
    private final Calls calls;
    private final Supplier<Faults> faults;
    private final PodLogs logs;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(new ThreadFactoryBuilder()
            .setNameFormat("api-server-%d")
            .setDaemon(true)
            .build());
    private final Map<BlockingQueue<String>, Kind> watches = new ConcurrentHashMap<>();
    private final Map<BlockingQueue<String>, Long> newest = new ConcurrentHashMap<>();
    private final Map<BlockingQueue<String>, String> namespaces = new ConcurrentHashMap<>();

    /** What a pod printed. */
    interface PodLogs {
        String of(String namespace, String pod);
    }

    HttpFront(Object lock, ApiServer api, ObjectStore store, Calls calls, Supplier<Faults> faults, PodLogs logs)
            throws IOException {
        this.lock = lock;
        this.api = api;
        this.store = store;
        this.calls = calls;
        this.faults = faults;
        this.logs = logs;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /** Tells all watches how far they are, as a real server does each minute. */
    void bookmark() {
        ObjectNode object = ObjectStore.MAPPER.createObjectNode();
        object.putObject("metadata").put("resourceVersion", Long.toString(store.version()));
        watches.forEach((queue, kind) -> queue.add(
                line("BOOKMARK", object.deepCopy().put("kind", kind.label()).put("apiVersion", "v1"))));
    }

    /** Whether what the open watches have told is known to who listens, whose word for a kind and a namespace is a version. */
    boolean isHeard(BiFunction<String, Class<? extends HasMetadata>, String> heard) {
        return newest.entrySet().stream().allMatch(told -> {
            Kind kind = watches.get(told.getKey());
            String namespace = namespaces.get(told.getKey());
            String version = kind == null || namespace == null ? "" : heard.apply(namespace, kind.model());
            return version.isEmpty() || Long.parseLong(version) >= told.getValue();
        });
    }

    /** Breaks all watches that are open. */
    void breakWatches() {
        watches.keySet().forEach(queue -> queue.add(END));
    }

    @Override
    public void close() {
        breakWatches();
        server.stop(0);
        threads.shutdownNow();
    }

    /** A request, taken apart. */
    private record Request(
            String method, List<String> path, Map<String, String> query, JsonNode body, String contentType) {
        boolean watches() {
            return "true".equals(query.get("watch"));
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = read(exchange);
            if (request.watches()) {
                watch(exchange, request);
                return;
            }
            Faults.Fault fault;
            synchronized (lock) {
                fault = faults.get().next(!request.method().equals("GET"));
            }
            answer(exchange, request, fault);
        }
    }

    private static Request read(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String query = exchange.getRequestURI().getRawQuery();
        ImmutableMap.Builder<String, String> parameters = ImmutableMap.builder();
        if (query != null) {
            for (String pair : Splitter.on('&').split(query)) {
                int at = pair.indexOf('=');
                parameters.put(
                        pair.substring(0, at), URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
            }
        }
        return new Request(
                exchange.getRequestMethod(),
                // Groups other than the core's have one part more: apis/GROUP/VERSION.
                Splitter.on('/')
                        .omitEmptyStrings()
                        .splitToList(exchange.getRequestURI().getPath().replaceFirst("^/apis/[^/]+", "/api")),
                parameters.buildOrThrow(),
                body.length == 0 ? ObjectStore.MAPPER.createObjectNode() : ObjectStore.MAPPER.readTree(body),
                String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")));
    }

    private void answer(HttpExchange exchange, Request request, Faults.Fault fault) throws IOException {
        switch (fault) {
            case UNHEARD -> {
                // Closing the exchange without an answer breaks the connection.
            }
            case TOO_MANY -> {
                exchange.getResponseHeaders().add("Retry-After", "0");
                send(exchange, 429, ApiError.status(429, "TooManyRequests", "too many requests"));
            }
            case TROUBLE -> send(exchange, 500, ApiError.status(500, "InternalError", "etcd leader changed"));
            case CONFLICT -> send(exchange, 409, ApiError.status(409, "Conflict", "please try again"));
            case ANSWER_LOST -> {
                try {
                    ObjectNode unused = carryOut(request);
                } catch (ApiError e) {
                    send(exchange, e.code(), e.status());
                }
            }
            case NONE -> {
                try {
                    if (request.path().size() == 7) {
                        sendText(exchange, request);
                    } else {
                        ObjectNode answer = carryOut(request);
                        send(exchange, request.method().equals("POST") ? 201 : 200, answer);
                    }
                } catch (ApiError e) {
                    send(exchange, e.code(), e.status());
                }
            }
        }
    }

    private ObjectNode carryOut(Request request) {
        List<String> path = request.path();
        if (path.get(0).equals("version")) {
            calls.add("get", "version");
            return ObjectStore.MAPPER.createObjectNode().put("major", "1").put("minor", "28");
        }
        // api/v1/namespaces/NS/PLURAL[/NAME]
        Kind kind = kind(path);
        String namespace = path.get(3);
        String name = path.size() > 5 ? path.get(5) : "";
        String selector = request.query().get("labelSelector");
        String verb = verb(request, name);
        calls.add(verb, kind.plural());
        if (verb.equals("patch") && !request.contentType().startsWith("application/merge-patch+json")) {
            throw new ApiError(415, "UnsupportedMediaType", "the simulator knows merge patches alone");
        }
        synchronized (lock) {
            return switch (verb) {
                case "create" -> api.create(kind, namespace, (ObjectNode) request.body());
                case "get" -> api.get(kind, namespace, name);
                case "list" -> api.list(kind, namespace, selector);
                case "delete" -> api.delete(kind, namespace, name, request.body());
                case "deletecollection" -> api.deleteAll(kind, namespace, selector, request.body());
                case "patch" -> api.patch(kind, namespace, name, request.body());
                default -> throw ApiError.badRequest("we never " + verb);
            };
        }
    }

    private static Kind kind(List<String> path) {
        if (path.size() < 5 || !path.get(2).equals("namespaces")) {
            throw ApiError.badRequest("we ask for nothing outside of a namespace: " + path);
        }
        return Kind.ofPlural(path.get(4)).orElseThrow(() -> ApiError.badRequest("unknown: " + path));
    }

    private static String verb(Request request, String name) {
        return switch (request.method()) {
            case "POST" -> "create";
            case "GET" -> name.isEmpty() ? "list" : "get";
            case "DELETE" -> name.isEmpty() ? "deletecollection" : "delete";
            case "PATCH" -> "patch";
            default -> "update";
        };
    }

    private static void send(HttpExchange exchange, int code, ObjectNode body) throws IOException {
        byte[] bytes = ObjectStore.MAPPER.writeValueAsBytes(body);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void sendText(HttpExchange exchange, Request request) throws IOException {
        Kind kind = kind(request.path());
        calls.add("get", kind.plural() + "/" + request.path().get(6));
        String text;
        synchronized (lock) {
            ObjectNode unused =
                    api.get(kind, request.path().get(3), request.path().get(5));
            text = logs.of(request.path().get(3), request.path().get(5));
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private void watch(HttpExchange exchange, Request request) throws IOException {
        Kind kind = kind(request.path());
        calls.add("watch", kind.plural());
        BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        Map<String, String> selector = ApiServer.selector(request.query().get("labelSelector"));
        String namespace = request.path().get(3);
        ObjectStore.Watcher watcher = event -> {
            boolean ours = event.kind() == kind
                    && event.object()
                            .path("metadata")
                            .path("namespace")
                            .asText()
                            .equals(namespace)
                    && Validation.matches(event.object(), selector);
            if (ours) {
                queue.add(line(event.type(), event.object()));
                newest.put(
                        queue,
                        event.object().path("metadata").path("resourceVersion").asLong());
                if (faults.get().breaksWatch()) {
                    queue.add(END);
                }
            }
        };
        String version = request.query().get("resourceVersion");
        boolean known;
        synchronized (lock) {
            watches.put(queue, kind);
            namespaces.put(queue, namespace);
            known = store.watch(version == null ? null : Long.valueOf(version), watcher);
        }
        try {
            if (!known) {
                // Not an HTTP 410: the stream begins well, and tells it in its first event.
                queue.add(line("ERROR", ApiError.status(410, "Expired", "too old resource version")));
                queue.add(END);
            }
            stream(exchange, queue);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (lock) {
                store.unwatch(watcher);
                watches.remove(queue);
                newest.remove(queue);
                namespaces.remove(queue);
            }
        }
    }

    private static void stream(HttpExchange exchange, BlockingQueue<String> queue)
            throws IOException, InterruptedException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.flush();
        for (String line = queue.take(); !line.equals(END); line = queue.take()) {
            out.write(line.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    private static String line(String type, ObjectNode object) {
        try {
            ObjectNode event = ObjectStore.MAPPER.createObjectNode().put("type", type);
            event.set("object", object);
            return ObjectStore.MAPPER.writeValueAsString(event) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.c2d.server;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code c2d serve}: the server, until SIGTERM or SIGINT. */
@Command(
        name = "serve",
        description = "Runs the server. The first line on stdout is where it listens.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A file of settings: HOCON, JSON or properties. See docs/settings.md.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "key=value",
            arity = "1..*",
            description = "Settings that win over file and environment.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        ServerSettings settings = ServerSettings.read(SettingsSource.gather(config, set, System.getenv()));
        ComputeServer server = ComputeServer.start(settings);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            log.info("stopping; running jobs go on and are found at the next start");
                            server.close();
                            stopped.countDown();
                        },
                        "c2d-stop"));
        System.out.println("listening on " + server.address());
        stopped.await();
        return 0;
    }
}

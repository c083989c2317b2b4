package io.c2d.benchmarks;

import java.io.PrintStream;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The entry of {@code benchmarks/run}. Tables go to stdout, whatever is logged to stderr. */
@Command(
        name = "benchmarks/run",
        description = "Measures the engine; docs/benchmarks.md says what each figure means.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "NAME")
public final class Benchmarks implements Runnable {
    /** Not of the usual name, which is the server's, whose jar is on the class path too. */
    static final String LOG_SETTINGS = "-Dlogback.configurationFile=benchmarks-logback.xml";

    private final PrintStream out;

    private Benchmarks(PrintStream out) {
        this.out = out;
    }

    /** The process's entry. */
    public static void main(String[] arguments) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        System.exit(run(System.out, arguments));
    }

    /** Runs one command and returns its exit code. */
    static int run(PrintStream out, String... arguments) {
        return new CommandLine(new Benchmarks(out))
                .addSubcommand(new Lives(out))
                .addSubcommand(new Transitions(out))
                .addSubcommand(new Submissions(out))
                .addSubcommand(new Latency(out))
                .addSubcommand(new Lists(out))
                .addSubcommand(new InFlight(out))
                .addSubcommand(new Takeover(out))
                .addSubcommand(new Soak(out))
                .addSubcommand(new InFlightProcess(out))
                .addSubcommand(new TakeoverProcess(out))
                .addSubcommand(new HelpCommand())
                .execute(arguments);
    }

    @Override
    public void run() {
        new CommandLine(this).usage(out);
    }
}

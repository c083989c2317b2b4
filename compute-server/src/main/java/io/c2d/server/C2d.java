package io.c2d.server;

import java.io.IOException;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code c2d} command. */
@Command(
        name = "c2d",
        description = "Runs algorithms next to data that may not be copied.",
        mixinStandardHelpOptions = true,
        version = "c2d 0.1.0",
        synopsisSubcommandLabel = "(serve | demo)",
        subcommands = {ServeCommand.class, DemoCommand.class})
final class C2d implements Runnable {
    private C2d() {}

    /** The process's entry. */
    public static void main(String[] arguments) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        System.exit(new CommandLine(new C2d())
                .setExecutionExceptionHandler(C2d::explain)
                .execute(arguments));
    }

    /** What a user can mend is told in a sentence; everything else with its trace. */
    private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        boolean mendable =
                e instanceof InvalidSettingsException || e instanceof IllegalStateException || e instanceof IOException;
        if (!mendable) {
            throw e;
        }
        command.getErr().println(e.getMessage());
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}

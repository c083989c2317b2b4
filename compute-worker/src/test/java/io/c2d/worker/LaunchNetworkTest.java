package io.c2d.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An algorithm's first process waits until the network is shut off, and runs nothing where it stays open. */
@Timeout(60)
class LaunchNetworkTest {
    private static final String OPEN = "launch: the network of this pod is not shut off\n";
    private static final int TERMINATED = 143;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final byte[] LOOPBACK_6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    @TempDir
    static Path built;

    private static Path program;

    @TempDir
    Path folder;

    private TestingLauncher launcher;
    private Path ran;

    @BeforeAll
    static void compile() throws Exception {
        program = TestingLauncher.compile(built);
    }

    @BeforeEach
    void start() throws IOException {
        launcher = new TestingLauncher(program, folder);
        launcher.host = "127.0.0.1";
        ran = folder.resolve("ran");
    }

    @AfterEach
    void stop() {
        launcher.close();
    }

    private ServerSocket server(int backlog) throws IOException {
        ServerSocket server = new ServerSocket(0, backlog, InetAddress.getByAddress(LOOPBACK));
        launcher.port = server.getLocalPort();
        return server;
    }

    private int touch() throws IOException, InterruptedException {
        return launcher.run("touch", ran.toString());
    }

    @Test
    void aNetworkThatStaysOpenRunsNothingAndSaysWhy() throws Exception {
        launcher.patience = 1;
        try (ServerSocket server = server(50)) {
            assertThat(touch()).isEqualTo(126);
            assertThat(server.isBound()).isTrue();
        }
        assertThat(ran).doesNotExist();
        assertThat(launcher.log()).isEqualTo(OPEN);
        assertThat(launcher.output()).isEqualTo(OPEN);
    }

    @Test
    void anOpenNetworkOfTheOtherKindRunsNothing() throws Exception {
        launcher.patience = 1;
        launcher.host = "::1";
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            try {
                server.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK_6), 0));
            } catch (IOException | UnsupportedOperationException e) {
                assumeThat(e).as("NOT TESTED: IPv6, which this machine has not").isNull();
            }
            launcher.port = server.socket().getLocalPort();
            assertThat(touch()).isEqualTo(126);
        }
        assertThat(ran).doesNotExist();
        assertThat(launcher.log()).isEqualTo(OPEN);
    }

    @Test
    void aNetworkThatRefusesIsShutOff() throws Exception {
        launcher.patience = 30;
        server(1).close();
        assertThat(touch()).isZero();
        assertThat(ran).exists();
        assertThat(launcher.log()).isEmpty();
    }

    @Test
    void aNetworkThatDropsIsShutOff() throws Exception {
        launcher.patience = 30;
        try (ServerSocket server = server(1);
                Crowd crowd = new Crowd(server)) {
            assertThat(crowd.sockets).isNotEmpty();
            assertThat(touch()).isZero();
        }
        assertThat(ran).exists();
        assertThat(launcher.log()).isEmpty();
    }

    @Test
    void itRunsAsSoonAsTheNetworkIsShutOff() throws Exception {
        launcher.patience = 30;
        Process process;
        try (ServerSocket server = server(50)) {
            process = launcher.begin("touch", ran.toString());
            // Open at two looks, so it has waited.
            server.accept().close();
            server.accept().close();
            assertThat(ran).doesNotExist();
            assertThat(process.isAlive()).isTrue();
        }
        assertThat(TestingLauncher.ended(process)).isZero();
        assertThat(ran).exists();
        assertThat(launcher.log()).isEmpty();
    }

    @Test
    void withoutPatienceNobodyLooks() throws Exception {
        launcher.patience = 0;
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0))
                    .configureBlocking(false);
            launcher.port = server.socket().getLocalPort();
            assertThat(touch()).isZero();
            assertThat(server.accept()).isNull();
        }
        assertThat(ran).exists();
    }

    @Test
    void whereNothingNamesAnApiServerNothingRuns() throws Exception {
        launcher.patience = 1;
        launcher.host = "";
        assertThat(touch()).isEqualTo(126);
        assertThat(ran).doesNotExist();
        assertThat(launcher.message()).isEqualTo("{\"format\":1,\"open\":true}");
    }

    @Test
    void sigtermWhileTheNetworkIsOpenEndsItAndRunsNothing() throws Exception {
        launcher.patience = 60;
        try (ServerSocket server = server(50)) {
            Process process = launcher.begin("touch", ran.toString());
            server.accept().close();
            process.destroy();
            assertThat(TestingLauncher.ended(process)).isEqualTo(TERMINATED);
        }
        assertThat(ran).doesNotExist();
        assertThat(launcher.log()).isEmpty();
    }

    @Test
    void sigtermInTheMiddleOfALookIsNotTakenForANetworkThatIsShutOff() throws Exception {
        // Each look waits longer than this test takes to see it.
        launcher = new TestingLauncher(
                TestingLauncher.compile(folder, "-DANSWER_MILLIS=25000"),
                Files.createDirectory(folder.resolve("patient")));
        launcher.host = "127.0.0.1";
        launcher.patience = 60;
        try (ServerSocket server = server(1);
                Crowd crowd = new Crowd(server)) {
            Process process = launcher.begin("touch", ran.toString());
            crowd.awaitAnother();
            process.destroy();
            assertThat(TestingLauncher.ended(process)).isEqualTo(TERMINATED);
        }
        assertThat(ran).doesNotExist();
        assertThat(launcher.log()).isEmpty();
    }

    /** So many connections that nobody takes that the system answers no further one. */
    private static final class Crowd implements AutoCloseable {
        final List<Socket> sockets = new ArrayList<>();
        private final int port;

        Crowd(ServerSocket server) throws IOException {
            port = server.getLocalPort();
            boolean answered = true;
            while (answered && sockets.size() < 100) {
                Socket socket = new Socket();
                try {
                    socket.connect(server.getLocalSocketAddress(), 300);
                    sockets.add(socket);
                } catch (SocketTimeoutException e) {
                    socket.close();
                    answered = false;
                }
            }
            assertThat(answered).as("a further connection is answered").isFalse();
        }

        /** Waits until somebody asks for a connection. */
        void awaitAnother() throws IOException {
            String asking = String.format(Locale.ROOT, " 0100007F:%04X 02 ", port);
            while (!Files.readString(Path.of("/proc/net/tcp")).contains(asking)) {
                LockSupport.parkNanos(1_000_000);
            }
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}

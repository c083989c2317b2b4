package io.c2d.worker;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Says byte by byte what a script wants, one script a connection; the last one serves all that follow. */
final class TestingRawServer implements AutoCloseable {
    /** What is sent; the connection is closed after it. */
    interface Script {
        void send(OutputStream out) throws IOException, InterruptedException;
    }

    final List<String> requests = new CopyOnWriteArrayList<>();
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch over = new CountDownLatch(1);
    private final ServerSocket socket;
    private final Thread thread;

    TestingRawServer(Script... scripts) throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        thread = new Thread(() -> serve(scripts), "raw-server");
        thread.start();
    }

    static Script text(String answer) {
        return out -> out.write(answer.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/data?token=secret";
    }

    String shown() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/data";
    }

    private void serve(Script... scripts) {
        for (int i = 0; !socket.isClosed(); i++) {
            try (Socket connection = socket.accept()) {
                requests.add(head(connection));
                asked.countDown();
                scripts[Math.min(i, scripts.length - 1)].send(connection.getOutputStream());
            } catch (IOException | InterruptedException e) {
                // The client went away, or the test is over.
            }
        }
    }

    private static String head(Socket connection) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
        StringBuilder head = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        socket.close();
        thread.interrupt();
        Uninterruptibles.joinUninterruptibly(thread, Duration.ofSeconds(5));
    }
}

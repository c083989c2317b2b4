package io.c2d.store.jdbc;

import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import io.c2d.core.model.JobId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other processes of an installation which jobs were written, by LISTEN and NOTIFY. Both only hint: whoever must
 * miss nothing polls as well. So nothing here fails or waits for long: what can't be sent is forgotten, and while the
 * connection is gone nothing is heard. Sending has a thread and a connection of its own, so that it comes after the commit
 * that it tells of, gathers what comes meanwhile, and never waits for the disk. Thread-safe.
 */
final class PostgresNotifications implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PostgresNotifications.class);
    private static final String NOTIFY = "select pg_notify(?, p) from unnest(?) as p";

    /** A payload has less than 8,000 bytes: so many ids of 33, and the sender's token. */
    private static final int IDS_A_PAYLOAD = 200;

    /** What is more than this is left to polling. */
    private static final int MOST_WAITING = 10_000;

    private static final long FIRST_PAUSE_MILLIS = 100;

    /** How long what comes is gathered, so that many submissions a second are few notifications. */
    private static final long GATHER_MILLIS = 5;

    private final PostgresConnections connections;
    private final String channel;
    private final long limitMillis;
    private final Consumer<JobId> receiver;
    private final String token = UUID.randomUUID().toString();
    private final BlockingQueue<JobId> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Thread sender;
    private @Nullable Thread listener;
    private volatile @Nullable Connection listening;

    /**
     * Neither sends nor listens yet.
     *
     * @param installation only its processes hear each other, whatever else is in the database
     * @param receiver is told what other processes wrote, and returns at once
     */
    PostgresNotifications(JdbcSettings settings, String installation, Consumer<JobId> receiver) {
        this.connections = new PostgresConnections(settings);
        this.channel = "c2d_" + installation;
        this.limitMillis = settings.timeLimit().toMillis();
        this.receiver = receiver;
    }

    /** Tells the others soon, if it can. */
    void send(Iterable<JobId> jobs) {
        if (isClosed()) {
            return;
        }
        for (JobId job : jobs) {
            if (!waiting.offer(job)) {
                log.debug("too much to tell: left to polling");
                return;
            }
        }
        if (sender == null) {
            startSender();
        }
    }

    /** Tells the others before it returns, if it can. */
    void sendNow(Collection<JobId> jobs) {
        try (Connection connection = connections.open();
                PreparedStatement notify = connection.prepareStatement(NOTIFY)) {
            notify(connection, notify, jobs);
        } catch (SQLException e) {
            log.debug("some jobs were not told of (SQLState {})", e.getSQLState());
        }
    }

    private synchronized void startSender() {
        if (sender == null && !isClosed()) {
            sender = start("c2d-store-notify", this::sendUntilClosed);
        }
    }

    /** Begins to listen, once. */
    synchronized void listen() {
        if (listener == null && !isClosed()) {
            listener = start("c2d-store-listen", this::listenUntilClosed);
        }
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void sendUntilClosed() {
        try {
            while (!isClosed()) {
                sendUntilBroken();
                pause(FIRST_PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            log.debug("nothing is sent any more");
        }
    }

    private void sendUntilBroken() throws InterruptedException {
        JobId first = waiting.take();
        try (Connection connection = connections.open();
                Statement setting = connection.createStatement();
                PreparedStatement notify = connection.prepareStatement(NOTIFY)) {
            setting.execute("set synchronous_commit = off");
            for (JobId next = first; !isClosed(); next = waiting.take()) {
                pause(GATHER_MILLIS);
                List<JobId> jobs = new ArrayList<>();
                jobs.add(next);
                waiting.drainTo(jobs);
                notify(connection, notify, jobs);
            }
        } catch (SQLException e) {
            log.debug("some jobs were not told of (SQLState {})", e.getSQLState());
        }
    }

    private void notify(Connection connection, PreparedStatement notify, Collection<JobId> jobs) throws SQLException {
        Object[] payloads = Lists.partition(List.copyOf(jobs), IDS_A_PAYLOAD).stream()
                .map(some -> token + " " + Joiner.on(' ').join(some))
                .toArray();
        notify.setString(1, channel);
        notify.setArray(2, connection.createArrayOf("text", payloads));
        notify.execute();
    }

    private void listenUntilClosed() {
        long pause = FIRST_PAUSE_MILLIS;
        try {
            while (!isClosed()) {
                boolean heard = listenUntilBroken();
                pause = heard ? FIRST_PAUSE_MILLIS : Math.min(pause * 2, limitMillis);
                pause(pause);
            }
        } catch (InterruptedException e) {
            log.debug("nothing is heard any more");
        }
    }

    /** Whether there was a connection at all. */
    private boolean listenUntilBroken() {
        boolean connected = false;
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement()) {
            listening = connection;
            statement.execute("listen " + channel);
            connected = true;
            while (!isClosed()) {
                PGNotification[] heard = connection.unwrap(PGConnection.class).getNotifications((int) limitMillis);
                if (heard == null || heard.length == 0) {
                    // So that a connection that is silently gone is noticed: this has the socket's time-out.
                    statement.execute("select 1");
                } else {
                    ImmutableList.copyOf(heard).forEach(one -> receive(one.getParameter()));
                }
            }
        } catch (SQLException e) {
            log.debug("other processes are not heard for now (SQLState {})", e.getSQLState());
        } finally {
            listening = null;
        }
        return connected;
    }

    private void receive(String payload) {
        List<String> parts = Splitter.on(' ').splitToList(payload);
        if (parts.get(0).equals(token)) {
            // Told here already.
            return;
        }
        for (String id : parts.subList(1, parts.size())) {
            JobId.parse(id).ifPresent(receiver);
        }
    }

    private void pause(long millis) throws InterruptedException {
        boolean over = closed.await(millis, TimeUnit.MILLISECONDS);
        log.trace("paused, closed: {}", over);
    }

    @Override
    public synchronized void close() {
        closed.countDown();
        Connection connection = listening;
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                log.debug("the listening connection was gone (SQLState {})", e.getSQLState());
            }
        }
        for (Thread thread : new Thread[] {sender, listener}) {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }
}

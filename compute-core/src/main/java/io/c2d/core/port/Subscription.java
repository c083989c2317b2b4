package io.c2d.core.port;

/** A listening that can be ended. Ending it twice does no harm. */
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}

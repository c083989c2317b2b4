package io.c2d.store.jdbc;

final class H2PoisonedRowTest extends PoisonedRows {
    H2PoisonedRowTest() {
        super(Stores.inMemory());
    }
}

package io.c2d.store.jdbc;

final class PostgresPoisonedRowTest extends PoisonedRows {
    PostgresPoisonedRowTest() {
        super(Postgres.empty());
    }
}

-- No column that changes between an attempt's claim and its end is in any index or condition of one, and pages keep room
-- for the next version of a row: so those updates touch no index (heap-only tuples).
alter table jobs set (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table engines set (fillfactor = 50);

-- A row that nobody can name could not be put aside either.
alter table jobs add constraint jobs_id_form check (id ~ '^[0-9a-f]{32}$');

-- At most one running job for an owner and an agreement.
create unique index jobs_running_once on jobs (owner_key, agreement_id) where running;

create unique index jobs_in_order on jobs (seq);
create index jobs_of_owner on jobs (owner_key, seq);
create index jobs_of_agreement on jobs (agreement_id, seq);
create index jobs_of_owner_and_agreement on jobs (owner_key, agreement_id, seq);
create index jobs_running on jobs (seq) where running;
create index jobs_removed on jobs (removed, seq);
create index jobs_waiting on jobs (environment, owner_key, seq) where is_waiting;
create index jobs_queued on jobs (environment, queued_at) where is_waiting;
create index jobs_free on jobs (seq) where is_free;
create index jobs_holding on jobs (environment, owner_key) where holds_capacity;
create index jobs_owned on jobs (owner_engine, id) where is_open and not is_waiting;
create index jobs_unseen on jobs (owner_engine, id) where unseen_wish;
create index jobs_retained on jobs (environment, finished_at) where is_retained;
create index jobs_of_owner_removed on jobs (owner_key, seq) where removed;
create index jobs_tombstones on jobs (delete_at) where removed;

-- H2 has no partial index: what a condition would say is a leading column.

-- A row that nobody can name could not be put aside either.
alter table jobs add constraint jobs_id_form check (regexp_like(id, '^[0-9a-f]{32}$'));

-- At most one running job for an owner and an agreement.
create unique index jobs_running_once on jobs (owner_key, agreement_id, running);

create unique index jobs_in_order on jobs (seq);
create index jobs_of_owner on jobs (owner_key, seq);
create index jobs_of_owner_removed on jobs (owner_key, removed, seq);
create index jobs_of_owner_running on jobs (owner_key, running, seq);
create index jobs_of_agreement on jobs (agreement_id, seq);
create index jobs_of_owner_and_agreement on jobs (owner_key, agreement_id, seq);
create index jobs_running on jobs (running, seq);
create index jobs_removed on jobs (removed, seq);
create index jobs_waiting on jobs (is_waiting, environment, owner_key, seq);
create index jobs_queued on jobs (is_waiting, environment, queued_at);
create index jobs_to_take_over on jobs (is_open, is_waiting, seq);
create index jobs_holding on jobs (holds_capacity, environment, owner_key);
create index jobs_owned on jobs (owner_engine, is_open, id);
create index jobs_unseen on jobs (owner_engine, unseen_wish, id);
create index jobs_retained on jobs (is_retained, environment, finished_at);
create index jobs_tombstones on jobs (removed, delete_at);

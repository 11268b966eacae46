create table operation (
  id text primary key,
  number bigint not null,
  kind text not null,
  subject text not null,
  title text not null,
  input text not null,
  principal text not null,
  state text not null,
  created_at bigint not null,
  due_at bigint not null,
  started_at bigint,
  finished_at bigint,
  owner text,
  lease_until bigint not null default 0,
  fence bigint not null default 0,
  attempts bigint not null default 0,
  cancel_requested boolean not null default false,
  result text,
  problem text
);
create index operation_subject on operation (subject, number);
create index operation_waiting on operation (state, due_at);
create unique index operation_one_at_a_time on operation (subject) where state = 'running';

create table operation_step (
  operation text not null,
  number bigint not null,
  name text not null,
  state text not null,
  started_at bigint not null,
  finished_at bigint,
  message text,
  output text,
  primary key (operation, name)
);

create table operation_condition (
  operation text not null,
  type text not null,
  status text not null,
  reason text not null,
  message text not null,
  changed_at bigint not null,
  primary key (operation, type)
);

create table operation_log (
  operation text not null,
  line bigint not null,
  at bigint not null,
  step text not null,
  text text not null,
  primary key (operation, line)
);

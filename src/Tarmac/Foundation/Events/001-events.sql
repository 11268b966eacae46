create table counter (name text primary key, value bigint not null);
insert into counter (name, value) values ('event', 0);

create table event (
  revision bigint primary key,
  source text not null,
  id text not null,
  type text not null,
  subject text,
  time bigint not null,
  actor text,
  data text not null
);
create unique index event_identity on event (source, id);
create index event_subject on event (subject, revision);

create table subscriber (name text primary key, revision bigint not null);

create table catalog_state (id bigint primary key, revision bigint not null);
insert into catalog_state (id, revision) values (1, 0);

create table catalog_source (
  name text primary key,
  kind text not null,
  location text not null,
  description text,
  added_by text not null,
  added_at bigint not null,
  read_at bigint,
  error text,
  files bigint not null,
  revision bigint not null
);

-- Every declaration; where two sources declare one entity, CatalogRules.Winner says which one holds it.
create table catalog_entity (
  ref text not null,
  source text not null,
  document text not null,
  hash text not null,
  file text not null,
  line bigint not null,
  runbook_file text,
  runbook text,
  stale boolean not null,
  since bigint not null,
  changed_at bigint not null,
  claim bigint not null,
  primary key (ref, source)
);
create index catalog_entity_source on catalog_entity (source);

create table catalog_problem (
  source text not null,
  number bigint not null,
  ref text,
  code text not null,
  message text not null,
  file text,
  line bigint,
  position bigint,
  field text,
  cure text,
  primary key (source, number)
);

-- What other slices handed in, kept so that it can be read anew without asking them.
create table catalog_file (
  source text not null,
  path text not null,
  content text not null,
  primary key (source, path)
);

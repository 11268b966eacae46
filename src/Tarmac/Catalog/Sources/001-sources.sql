-- What people and tools registered as sources, and how far each was read.
create table catalog_registration (
  name text primary key,
  kind text not null,
  location text not null,
  branch text,
  patterns text not null,
  credential text,
  owner text not null,
  every_seconds bigint not null,
  added_by text not null,
  added_at bigint not null,
  version text
);

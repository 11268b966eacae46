-- The revision at which a declaration was last written: other platforms on this database read what is new.
alter table catalog_entity add column revision bigint not null default 0;
create index catalog_entity_revision on catalog_entity (source, revision);

-- Which platform was started with which sources: one that was not does not take them away.
create table catalog_named (
  replica text not null,
  source text not null,
  location text not null,
  primary key (replica, source)
);

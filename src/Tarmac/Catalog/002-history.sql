-- Every change of every entity as people saw it, and what it said from then on; a change without a document left that as it was.
create table catalog_history (
  ref text not null,
  revision bigint not null,
  kind text not null,
  at bigint not null,
  actor text not null,
  source text not null,
  description text not null,
  file text not null,
  line bigint not null,
  changes text,
  other text,
  document text,
  primary key (ref, revision)
);
create index catalog_history_revision on catalog_history (revision, ref);

-- History begins with what there is: the declaration that counts, as it was last changed.
insert into catalog_history (ref, revision, kind, at, actor, source, description, file, line, document)
select ref, revision, 'Known', changed_at, 'service:default/tarmac', source, description, file, line, document from (
  select e.ref, (select revision from catalog_state where id = 1) as revision, e.changed_at, e.source, coalesce(s.description, s.location) as description, e.file, e.line, e.document,
    row_number() over (partition by e.ref order by case s.kind when 'Organisation' then 0 when 'Tarmac' then 1 else 2 end, e.claim, e.source) as place
  from catalog_entity e join catalog_source s on s.name = e.source
) held where place = 1;

-- A source that is gone, whose entities are kept for a time.
alter table catalog_source add column gone_at bigint;

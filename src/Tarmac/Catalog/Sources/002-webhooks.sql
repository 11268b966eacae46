-- What a git host announces pushes with, and what was announced. The secret is kept readable, because checking a signature needs it.
create table catalog_webhook (
  source text primary key,
  secret text not null,
  made_by text not null,
  made_at bigint not null,
  last_at bigint,
  last_said text
);

create table catalog_webhook_delivery (
  source text not null,
  delivery text not null,
  at bigint not null,
  primary key (source, delivery)
);
create index catalog_webhook_delivery_at on catalog_webhook_delivery (at);

-- Which kinds of entities may come from a source; any when null.
alter table catalog_registration add column kinds text;

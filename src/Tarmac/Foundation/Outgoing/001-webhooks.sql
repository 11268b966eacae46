create table webhook (
  id text primary key,
  team text not null,
  url text not null,
  types text not null,
  secret text not null,
  created_by text not null,
  created_at bigint not null
);

create table webhook_delivery (
  webhook text not null,
  revision bigint not null,
  state text not null,
  attempts bigint not null,
  due_at bigint not null,
  answer text,
  primary key (webhook, revision)
);
create index webhook_due on webhook_delivery (state, due_at);

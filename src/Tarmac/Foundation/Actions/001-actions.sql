create table idempotency (
  principal text not null,
  key text not null,
  action text not null,
  request text not null,
  response text not null,
  created_at bigint not null,
  primary key (principal, key)
);

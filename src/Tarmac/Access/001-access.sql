create table token (
  id text primary key,
  hash text not null,
  principal text not null,
  kind text not null,
  name text not null,
  scopes text not null,
  teams text not null,
  created_by text not null,
  created_at bigint not null,
  expires_at bigint,
  revoked_at bigint,
  last_used_at bigint
);
create unique index token_hash on token (hash);
create index token_principal on token (principal, created_at);

create table signed_in (
  hash text primary key,
  principal text not null,
  created_at bigint not null,
  expires_at bigint not null
);

create table sign_in_link (
  hash text primary key,
  principal text not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);

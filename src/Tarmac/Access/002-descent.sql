alter table token add column made_with text;
create index token_made_with on token (made_with);

drop table signed_in;
create table signed_in (
  hash text primary key,
  principal text not null,
  scopes text not null,
  token text,
  created_at bigint not null,
  expires_at bigint not null
);

drop table sign_in_link;
create table sign_in_link (
  hash text primary key,
  principal text not null,
  scopes text not null,
  token text,
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint
);

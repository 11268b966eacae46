create table service (
  name text primary key,
  owner text not null,
  state text not null,
  head text,
  created_by text not null,
  created_at bigint not null,
  removed_at bigint
);

create table release (
  service text not null,
  number bigint not null,
  environment text not null,
  commit_id text not null,
  message text not null,
  author text not null,
  digest text not null,
  configuration text not null,
  operation text not null,
  created_by text not null,
  created_at bigint not null,
  primary key (service, number)
);
create unique index release_operation on release (operation);

create table deployment (
  service text not null,
  environment text not null,
  release bigint,
  previous bigint,
  instance text,
  running boolean not null,
  operation text not null,
  changed_by text not null,
  changed_at bigint not null,
  primary key (service, environment)
);

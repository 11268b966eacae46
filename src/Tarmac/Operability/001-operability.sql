create table score (
  subject text primary key,
  score double precision,
  band text not null,
  coverage double precision not null,
  n bigint not null,
  tier text,
  changed_at bigint not null,
  version bigint not null
);

create table finding (
  subject text not null,
  check_id text not null,
  outcome text not null,
  held text,
  message text not null,
  since bigint not null,
  primary key (subject, check_id)
);

create table score_change (
  subject text not null,
  version bigint not null,
  at bigint not null,
  score double precision,
  band text not null,
  coverage double precision not null,
  n bigint not null,
  cause text not null,
  changes text not null,
  primary key (subject, version)
);

create table fact_state (id bigint primary key, revision bigint not null);
insert into fact_state (id, revision) values (1, 0);

create table fact (
  subject text not null,
  key text not null,
  source text not null,
  value text not null,
  observed_at bigint not null,
  expires_at bigint,
  primary key (subject, key, source)
);

create table break_glass (
  id text primary key,
  principal text not null,
  subject text not null,
  reason text not null,
  started_at bigint not null,
  until bigint not null,
  ended_at bigint
);
create index break_glass_open on break_glass (subject, until);

create table audit (
  id text primary key,
  at bigint not null,
  principal text not null,
  on_behalf_of text,
  credential text,
  action text not null,
  subject text not null,
  summary text not null,
  before text,
  after text,
  break_glass text,
  operation text
);
create index audit_at on audit (at);
create index audit_subject on audit (subject, at);

-- The platforms that share this database. Each home is one; a row stays for a time after its platform ended.
create table replica (
  id text primary key,
  host text not null,
  url text not null,
  gateway text not null,
  version text not null,
  started_at bigint not null,
  seen_at bigint not null
);

-- What one of them does for all. The fence rises with each taker, so that one that lost it writes nothing any more.
create table lease (
  name text primary key,
  holder text not null,
  until bigint not null,
  fence bigint not null
);

-- Offers of ownership, open and decided. State: offered, accepted (waiting for the file), done, declined, withdrawn.
create table catalog_offer (
  id text primary key,
  ref text not null,
  from_owner text,
  to_owner text not null,
  note text,
  offered_by text not null,
  offered_at bigint not null,
  state text not null,
  decided_by text,
  decided_at bigint,
  patch text
);
create index catalog_offer_ref on catalog_offer (ref, offered_at);
create index catalog_offer_state on catalog_offer (state);

-- What changed since a time is asked for without walking all of the history.
create index catalog_history_at on catalog_history (at);

-- When a release first took the traffic: one that never did is nothing to go back to.
alter table release add column served_at bigint;
update release set served_at = created_at;
alter table deployment drop column previous;

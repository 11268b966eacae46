-- The home whose platform runs it; null when any may.
alter table operation add column host text;

-- When somebody last announced news of a source: whichever platform looks at the sources reads it then.
alter table catalog_registration add column asked_at bigint;

-- The home that has the repository, the releases and the processes; null until the platform on that home has said so.
alter table service add column home text;

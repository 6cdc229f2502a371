-- What is held about a person, section by section: each domain registers a view for each kind of row, and export_my_data pages
-- through them all. The hooks of private.domain_hooks are functions that answer at once; these are read in pieces.
create table private.export_sections (
  domain text not null,
  section text not null constraint section_is_snake_case check (section ~ '^[a-z][a-z_]*$'),
  view_name text not null constraint view_is_in_private check (view_name ~ '^private\.exported_[a-z_]+$'),
  primary key (domain, section)
);
comment on table private.export_sections is
  'Views (person uuid, key columns, data jsonb) that a domain contributes to export_my_data. person and the key are one row''s, '
  'an index of the table serves them in this order, and the key does not change. data is what the person gets.';

alter table private.export_sections enable row level security;

create policy "nobody but the owner of the schema reads sections" on private.export_sections
  for all to anon, authenticated using (false) with check (false);

-- What mail contributes to the export of an account. Its rows go with the profile.
create view private.exported_deliveries with (security_invoker = true) as
  select user_id as person, created_at, id, to_jsonb(d) - array['user_id', 'told_rank', 'sending', 'sent_with'] as data
  from public.message_deliveries d;

create view private.exported_suppressed_addresses with (security_invoker = true) as
  select user_id as person, address, to_jsonb(s) - 'user_id' as data from private.suppressed_addresses s;
comment on view private.exported_deliveries is 'What was sent to a user, and what became of it.';
comment on view private.exported_suppressed_addresses is 'Addresses of a user that are not written to.';

insert into private.export_sections (domain, section, view_name) values
  ('mail', 'deliveries', 'private.exported_deliveries'),
  ('mail', 'suppressed_addresses', 'private.exported_suppressed_addresses');

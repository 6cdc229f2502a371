-- Who is behind an account of Google. Meet knows a number and a display name. The Directory of the host's domain is asked once for the
-- address, and the answer is kept, even when the domain has no such account.
insert into private.settings (name, value, type, lowest, highest, description) values
  ('directory_answer_days', '30', 'integer', '1', '3650', 'Days for which an address that a provider''s directory told is not asked again.'),
  ('directory_miss_days', '7', 'integer', '1', '3650', 'Days for which an account that a provider''s directory does not know is not asked again.');

create table private.directory_answers (
  domain text not null constraint domain_is_lower_case check (domain = lower(domain)),
  user_key text not null constraint user_key_is_not_empty check (user_key <> ''),
  addresses text[] not null,
  asked_at timestamptz not null,
  primary key (domain, user_key)
);
comment on table private.directory_answers is 'What the Directory of a domain says about an account of Google.';
comment on column private.directory_answers.domain is 'Of whom we asked as: each domain knows its own accounts only.';
comment on column private.directory_answers.user_key is 'As in users/<key>, without the prefix.';
comment on column private.directory_answers.addresses is 'Primary address first, then aliases, lower case; empty when the domain has no such account.';

alter table private.directory_answers enable row level security;

create policy "nobody but the owner of the schema reads directory answers" on private.directory_answers
  for all to anon, authenticated using (false) with check (false);

create function private.domain_of(p_address text) returns text
language sql immutable set search_path = '' as $$
  select lower(split_part(p_address, '@', 2));
$$;
comment on function private.domain_of(text) is 'The domain of an address.';

create index directory_answers_asked_at_idx on private.directory_answers (asked_at);

create function private.forget_directory_answers(p_now timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_miss constant interval := private.setting_integer('directory_miss_days') * interval '1 day';
  v_answer constant interval := private.setting_integer('directory_answer_days') * interval '1 day';
  v_count integer;
begin
  delete from private.directory_answers d
  using (
    select domain, user_key
    from private.directory_answers
    where asked_at <= p_now - least(v_miss, v_answer)
      and asked_at <= p_now - case when addresses = '{}' then v_miss else v_answer end
    order by asked_at
    limit private.setting_integer('retention_batch')
    for update skip locked
  ) old
  where d.domain = old.domain and d.user_key = old.user_key;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.forget_directory_answers(timestamptz) is 'Job: deletes what a directory said once it has to be asked again.';

select private.schedule_job('forget_directory_answers', '43 * * * *', 'private.forget_directory_answers',
  'deletes what a directory said of accounts once it has grown old');

create function private.unknown_accounts(p_subject text, p_user_keys text[], p_now timestamptz) returns text[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(distinct k.user_key), '{}')
  from unnest(p_user_keys) k (user_key)
  where not exists (
    select from private.directory_answers a
    where a.domain = private.domain_of(p_subject) and a.user_key = k.user_key
      and a.asked_at > p_now - interval '1 day' * private.setting_integer(
        case when a.addresses = '{}' then 'directory_miss_days' else 'directory_answer_days' end));
$$;
comment on function private.unknown_accounts(text, text[], timestamptz) is 'Those of the accounts that the Directory has to be asked about.';

create function public.unknown_accounts(p_subject text, p_user_keys text[]) returns text[]
language sql stable security definer set search_path = '' as $$
  select private.unknown_accounts(p_subject, p_user_keys, now());
$$;
comment on function public.unknown_accounts(text, text[]) is
  'For the maintenance function: those of Google''s accounts that the Directory of the subject''s domain has to be asked about.';

grant execute on function public.unknown_accounts(text, text[]) to service_role;

create function public.note_directory_answer(p_subject text, p_user_key text, p_addresses text[]) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_addresses constant text[] := coalesce((
    select array_agg(lower(a.address) order by a.ordinality)
    from unnest(p_addresses) with ordinality a (address, ordinality) where a.address <> ''), '{}');
begin
  insert into private.directory_answers as d (domain, user_key, addresses, asked_at)
  values (private.domain_of(p_subject), p_user_key, v_addresses, now())
  on conflict (domain, user_key) do update set addresses = excluded.addresses, asked_at = excluded.asked_at;
  perform private.learn_identity('google_meet', p_user_key, v_addresses);
end;
$$;
comment on function public.note_directory_answer(text, text, text[]) is
  'For the maintenance function: the addresses of an account of Google, primary first; none when the subject''s domain has no such account.';

grant execute on function public.note_directory_answer(text, text, text[]) to service_role;

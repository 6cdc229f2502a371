-- An account that cannot be closed, or not be taken further, holds up nobody else and is tried again.
begin;
select plan(8);
create temp table people (name text primary key, id uuid) on commit drop;
insert into people values ('stuck', '10000000-0000-4000-8000-000000000001'), ('fine', '10000000-0000-4000-8000-000000000002'), ('broken', '10000000-0000-4000-8000-000000000003');
insert into auth.users (id, email) select id, name || '@poison.test' from people;
-- The one that fails is the first in every queue.
update public.profiles p set account_status = 'expired', expired_at = now() - interval '31 days', expiry_reason = 'usage', purge_warned_at = now() - interval '7 days',
  purge_after = now() - case name when 'fine' then interval '0' else interval '1 hour' end
from people where people.id = p.id;
-- By hooks and not by triggers, which would lock tables that other tests use.
create function private.test_blockers_of_broken(p_user_id uuid) returns setof text language plpgsql as $$
begin
  if p_user_id = '10000000-0000-4000-8000-000000000003' then raise exception 'cannot be closed'; end if;
end;
$$;
create function private.test_facts_of_stuck(p_user_id uuid) returns integer language plpgsql as $$
begin
  if p_user_id = '10000000-0000-4000-8000-000000000001' then raise exception 'cannot be deleted'; end if;
  return 0;
end;
$$;
insert into private.domain_hooks (hook, place, domain, function_name)
values ('purge_blockers', 1, 'test', 'private.test_blockers_of_broken'), ('before_purge', 1, 'test', 'private.test_facts_of_stuck');
create function pg_temp.status(p_name text) returns text language sql as $$
  select account_status::text from public.profiles p join people on people.id = p.id where name = p_name;
$$;
create temp view closures as select name, c.* from private.account_closures c join people on people.id = c.user_id;

select lives_ok('select private.purge_accounts(now())', 'an account that cannot be closed does not end the run');
select is(pg_temp.status('broken'), 'expired', 'it stays as it was');
select is(pg_temp.status('fine'), 'closing', 'the next one is closing');
select private.purge_accounts(now() + n * interval '1 minute') from generate_series(1, 20) n;
select is((select last_error from closures where name = 'stuck'), 'P0001 cannot be deleted', 'what stopped an account is on record');
select is((select advanced_at from closures where name = 'stuck'), now() + interval '20 minutes', 'it was tried at its turn');
select is((select completed_at is not null and last_error is null from closures where name = 'fine'), true, 'and the other is gone');

delete from private.domain_hooks where domain = 'test';
select private.purge_accounts(now() + n * interval '1 minute') from generate_series(21, 40) n;
select is((select completed_at is not null and last_error is null from closures where name = 'stuck'), true, 'once the cause is gone, so is the account');
select is((select completed_at is not null from closures where name = 'broken'), true, 'and the one that could not be closed');
select * from finish();
rollback;

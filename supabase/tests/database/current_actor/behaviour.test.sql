-- Who is behind a transaction.
begin;
insert into auth.users (id, email) select ('10000000-0000-4000-8000-00000000000' || n)::uuid, n || '@actor.test' from generate_series(1, 5) n;
update public.profiles set role = 'teacher' where id = '10000000-0000-4000-8000-000000000002';
update public.profiles set role = 'agent' where id = '10000000-0000-4000-8000-000000000003';
update public.profiles set role = 'admin' where id in ('10000000-0000-4000-8000-000000000004');
update public.profiles set role = 'agent', account_status = 'suspended' where id = '10000000-0000-4000-8000-000000000005';

create temp table cases (claims text, expected text, abilities text, why text) on commit drop;
insert into cases values
  ('', '(system,)', 'fff', 'a job or the SQL editor'),
  ('{"role": "anon"}', '(system,)', 'fff', 'a request without a user'),
  ('{"role": "service_role"}', '(service,)', 'fff', 'the secret key'),
  ('{"role": "authenticated", "sub": "10000000-0000-4000-8000-000000000001"}', '(user,10000000-0000-4000-8000-000000000001)', 'fff', 'a member'),
  ('{"role": "authenticated", "sub": "10000000-0000-4000-8000-000000000002"}', '(user,10000000-0000-4000-8000-000000000002)', 'fft', 'a teacher'),
  ('{"role": "authenticated", "sub": "10000000-0000-4000-8000-000000000003"}', '(staff,10000000-0000-4000-8000-000000000003)', 'ftf', 'an agent'),
  ('{"role": "authenticated", "sub": "10000000-0000-4000-8000-000000000004"}', '(staff,10000000-0000-4000-8000-000000000004)', 'ttt', 'an admin'),
  ('{"role": "authenticated", "sub": "10000000-0000-4000-8000-000000000005"}', '(user,10000000-0000-4000-8000-000000000005)', 'fff', 'a suspended agent acts as a member'),
  ('{"role": "authenticated", "sub": "10000000-0000-4000-8000-0000000000ff", "user_metadata": {"role": "admin"}, "user_role": "admin"}',
    '(user,10000000-0000-4000-8000-0000000000ff)', 'fff', 'a role that the token claims is not believed');

create function pg_temp.as_caller(p_claims text) returns table (actor text, abilities text) language plpgsql as $$
begin
  perform set_config('request.jwt.claims', p_claims, true);
  return query select a::text, left(private.is_admin()::text, 1) || left(private.is_support_staff()::text, 1) || left(private.is_teacher()::text, 1)
    from private.current_actor() a;
end;
$$;
select plan((select count(*) from cases)::integer);
select is((select concat(actor, ' ', abilities) from pg_temp.as_caller(claims)), expected || ' ' || abilities,
  why || ': actor; is admin, support staff, teacher') from cases;
select * from finish();
rollback;

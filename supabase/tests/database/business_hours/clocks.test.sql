-- The clocks of tickets in the desk's hours: weekends, holidays, nights in which clocks change, tickets opened outside hours, and a change of
-- hours. What counts is told minute by minute instead, and is the same.
begin;
insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@hours.test');
create function pg_temp.hours(p_from integer, p_to integer, p_opens text, p_closes text) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_object('weekday', day, 'opens', p_opens, 'closes', p_closes)) from generate_series(p_from, p_to) day;
$$;
-- Past spans stay as they were, so each story has a year of its own.
create function pg_temp.work_from(p_at timestamptz, p_zone text, p_weekly jsonb, p_holidays jsonb default '[]') returns void language sql as $$
  select private.set_business_hours(p_zone, p_weekly, p_holidays, p_at);
$$;
create function pg_temp.minutes(p_from timestamptz, p_to timestamptz, p_answered timestamptz default null) returns text language plpgsql as $$
declare v_id uuid := gen_random_uuid();
begin
  insert into public.support_tickets (id, user_id, subject, description, priority, status, created_at, first_response_at, resolved_at)
  values (v_id, '10000000-0000-4000-8000-000000000001', 'hours', 'd', 'urgent', 'resolved', p_from, p_answered, p_to);
  insert into public.ticket_events (ticket_id, user_id, from_status, to_status, actor_kind, created_at)
  values (v_id, '10000000-0000-4000-8000-000000000001', null, 'open', 'system', p_from),
    (v_id, '10000000-0000-4000-8000-000000000001', 'open', 'resolved', 'system', p_to);
  return (select concat_ws(' ', case when p_answered is not null then first_response_seconds / 60 end, resolution_seconds / 60)
    from public.ticket_sla where ticket_id = v_id);
end;
$$;
alter table public.support_tickets disable trigger user;
select plan(44);

select is(pg_temp.minutes('2010-01-02T00:00Z', '2010-01-03T00:00Z'), '1440', 'unless somebody says otherwise the desk is always open');

-- Monday to Friday, nine to five in Berlin; New Year's Day and an Easter Monday are holidays.
select pg_temp.work_from('2020-01-01T00:00+01', 'Europe/Berlin', pg_temp.hours(1, 5, '09:00', '17:00'), '[{"day": "2020-04-13", "name": " Easter Monday "}]');
select is((select holidays from public.business_hours), '[{"day": "2020-04-13", "name": "Easter Monday"}]', 'a name is tidied');
select is(pg_temp.minutes('2020-03-02T10:00+01', '2020-03-02T10:30+01'), '30', 'within hours time is time');
select is(pg_temp.minutes('2020-03-02T08:00+01', '2020-03-02T18:00+01'), '480', 'a day is eight hours');
select is(pg_temp.minutes('2020-03-06T16:59+01', '2020-03-09T09:01+01'), '2', 'a weekend is nothing');
select is(pg_temp.minutes('2020-03-07T03:00+01', '2020-03-08T23:00+01'), '0', 'whoever writes and is answered outside hours waited for nothing');
select is(pg_temp.minutes('2020-03-06T20:00+01', '2020-03-09T11:00+01', '2020-03-09T09:30+01'), '30 120', 'one opened outside hours begins with the next');
select is(pg_temp.minutes('2020-03-06T20:00+01', '2020-03-09T11:00+01', '2020-03-07T12:00+01'), '0 120', 'and one answered outside hours was answered at once');
select is(pg_temp.minutes('2020-04-09T16:00+02', '2020-04-14T10:00+02'), '600', 'a holiday is nothing: Thursday''s hour, Friday, Tuesday''s hour');
select is(pg_temp.minutes('2020-03-27T16:00+01', '2020-03-30T10:00+02'), '120', 'hours are the zone''s on both sides of a change of clocks');
select is(pg_temp.minutes('2020-03-02T17:00+01', '2020-03-03T09:00+01'), '0', 'closing time is the end');
-- All day on Sundays, over the nights in which clocks change.
select pg_temp.work_from('2021-01-01T00:00+01', 'Europe/Berlin', pg_temp.hours(7, 7, '00:00', '24:00'));
select is(pg_temp.minutes('2021-03-27T00:00+01', '2021-03-29T12:00+02'), '1380', 'a day on which clocks go forward has 23 hours');
select is(pg_temp.minutes('2021-10-30T00:00+02', '2021-11-01T12:00+01'), '1500', 'and one on which they go back 25');
select pg_temp.work_from('2022-01-01T00:00+01', 'Europe/Berlin',
  '[{"weekday": 7, "opens": "03:00", "closes": "04:00"}, {"weekday": 7, "opens": "00:00", "closes": "02:30"}]');
select is(pg_temp.minutes('2022-03-26T12:00+01', '2022-03-27T12:00+02'), '180', 'what closes in the hour that is not there meets the next, and counts once');
select is(pg_temp.minutes('2022-10-29T12:00+02', '2022-10-30T12:00+01'), '270', 'the hour that is there twice counts twice');

-- A change.
select pg_temp.work_from('2023-03-06T12:00Z', 'UTC', pg_temp.hours(1, 7, '10:00', '14:00'));
select pg_temp.work_from('2023-03-08T11:00Z', 'UTC', pg_temp.hours(1, 7, '10:00', '20:00'));
select is(pg_temp.minutes('2023-03-07T00:00Z', '2023-03-08T00:00Z'), '240', 'what was counted before a change stays');
select is(pg_temp.minutes('2023-03-07T12:00Z', '2023-03-09T12:00Z'), '840', 'a ticket that is open then counts by the old hours until it and by the new after it');
select pg_temp.work_from('2023-06-01T11:00Z', 'UTC', '[]');
select is(pg_temp.minutes('2023-05-31T00:00Z', '2023-06-02T00:00Z'), '1440', 'and always open begins when it is said: ten hours, one, and thirteen');
select pg_temp.work_from('2023-07-01T00:00Z', 'UTC', '[]', '[{"day": "2023-07-02", "name": "Closed"}]');
select is(pg_temp.minutes('2023-07-01T00:00Z', '2023-07-04T00:00Z'), '2880', 'always open but for a holiday');
select is(private.extend_opening_spans('2023-07-20T12:00Z'), 0, 'the job leaves well alone');
select is(private.extend_opening_spans('2023-09-03T12:00Z') > 1800, true, 'and goes five years ahead once a month');
select is(pg_temp.minutes('2023-07-01T00:00Z', '2023-07-05T00:00Z'), '4320', 'and changes no clock');

-- When a ticket is due. Now lies within hours or outside: both were asked minute by minute.
select pg_temp.work_from(date_trunc('day', now()) - interval '40 days', 'Europe/Berlin', pg_temp.hours(1, 5, '09:00', '17:00'),
  jsonb_build_array(jsonb_build_object('day', (now() - interval '9 days')::date, 'name', 'Was'), jsonb_build_object('day', (now() + interval '3 days')::date, 'name', 'Is')));
create temp table minutes on commit drop as
select at, extract(isodow from at at time zone 'Europe/Berlin') < 6 and (at at time zone 'Europe/Berlin')::time >= '09:00'
    and (at at time zone 'Europe/Berlin')::time < '17:00'
    and (at at time zone 'Europe/Berlin')::date not in ((now() - interval '9 days')::date, (now() + interval '3 days')::date) as is_open
from generate_series(date_trunc('minute', now()) - interval '20 days', date_trunc('minute', now()) + interval '40 days', '1 minute') at;
create temp table running on commit drop as
select gen_random_uuid() as id, priority, date_trunc('minute', now()) - n * interval '1507 minutes' as at
from generate_series(1, 18) n, (values ('urgent'::public.ticket_priority), ('low')) p (priority);
insert into public.support_tickets (id, user_id, subject, description, priority, status, created_at)
select id, '10000000-0000-4000-8000-000000000001', 'due', 'd', priority, 'open', at from running;
insert into public.ticket_events (ticket_id, user_id, from_status, to_status, actor_kind, created_at)
select id, '10000000-0000-4000-8000-000000000001', null, 'open', 'system', at from running;
create temp table told on commit drop as
select r.id, r.at, s.resolution_seconds, s.resolution_due_at, s.resolution_target_seconds / 60 as target,
  (select count(*) from minutes m where m.is_open and m.at >= r.at and m.at < date_trunc('minute', now())) as ran,
  (select count(*) from minutes m where m.is_open and m.at >= r.at and m.at < s.resolution_due_at) as ran_when_due
from running r join public.ticket_sla s on s.ticket_id = r.id;
select is((select count(*)::integer from told where resolution_seconds - ran * 60 between 0 and 60), 36, 'the clock of a ticket that runs counts the minutes in which the desk worked');
select is((select count(*)::integer from told where ran_when_due - target between 0 and 1), 36, 'and it is due when these are used up');
select is((select count(*)::integer from told t where exists (select from minutes m where m.is_open and m.at = date_trunc('minute', t.resolution_due_at - interval '1 microsecond'))), 36,
  'which is in hours');
select cmp_ok((select count(*)::integer from told where resolution_due_at < now()), '>', 0, 'also of what was due already');
update public.sla_targets set resolution_seconds = 31536000 where priority = 'low';
select is((select count(*)::integer from public.ticket_sla s join running r on r.id = s.ticket_id where r.priority = 'low' and s.resolution_due_at is null), 0,
  'a year of running time is within five years of forty hours a week');
alter table public.support_tickets enable trigger user;

-- What is refused.
create function pg_temp.outcome(p_zone text, p_weekly jsonb, p_holidays jsonb default '[]') returns text language plpgsql as $$
declare v_hint text;
begin
  perform public.admin_set_business_hours(p_zone, p_weekly, p_holidays);
  return 'set';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return v_hint;
end;
$$;
select is(pg_temp.outcome('Mars/Olympus', '[]'), 'invalid_time_zone', 'a zone is one');
select is(pg_temp.outcome('UTC', null), 'invalid_business_hours', 'hours are a list');
select is((select count(*)::integer from (values ('{}'), ('[1]'), ('[{"weekday": 8, "opens": "09:00", "closes": "17:00"}]'),
    ('[{"weekday": "1", "opens": "09:00", "closes": "17:00"}]'), ('[{"weekday": 1, "opens": "9:00", "closes": "17:00"}]'),
    ('[{"weekday": 1, "opens": "17:00", "closes": "09:00"}]'), ('[{"weekday": 1, "opens": "09:00"}]'), ('[{"weekday": 1, "opens": "24:00", "closes": "24:00"}]')) v (weekly)
  where pg_temp.outcome('UTC', weekly::jsonb) = 'invalid_business_hours'), 8, 'of weekdays from Monday to Sunday, with times that end after they begin');
select is(pg_temp.outcome('UTC', '[{"weekday": 1, "opens": "09:00", "closes": "12:00"}, {"weekday": 1, "opens": "11:59", "closes": "17:00"}]'), 'invalid_business_hours', 'that do not overlap');
select is(pg_temp.outcome('UTC', '[{"weekday": 1, "opens": "12:00", "closes": "17:00"}, {"weekday": 1, "opens": "09:00", "closes": "12:00"}]'), 'set', 'and may meet');
select is((select count(*)::integer from (values ('{}'), ('[1]'), ('[{"day": "2027-02-30", "name": "x"}]'), ('[{"day": "2027-13-01", "name": "x"}]'), ('[{"day": "tomorrow", "name": "x"}]'),
    ('[{"day": "2027-02-03", "name": " "}]'), ('[{"day": "2027-02-03"}]'), ('[{"day": "2027-02-03", "name": "x"}, {"day": "2027-02-03", "name": "y"}]')) v (holidays)
  where pg_temp.outcome('UTC', '[]', holidays::jsonb) = 'invalid_business_hours'), 8, 'a holiday is a day that there is, with a name, once');
select is(pg_temp.outcome('UTC', (select jsonb_agg(jsonb_build_object('weekday', 1, 'opens', to_char(n, 'FM00') || ':00', 'closes', to_char(n, 'FM00') || ':30')) from generate_series(0, 23) n)), 'set', 'a day may have many');
select is(pg_temp.outcome('UTC', (select jsonb_agg('{"weekday": 1, "opens": "09:00", "closes": "09:00"}'::jsonb || jsonb_build_object('opens', to_char(n / 7, 'FM00') || ':00',
  'closes', to_char(n / 7, 'FM00') || ':30', 'weekday', n % 7 + 1)) from generate_series(0, 50) n)), 'invalid_business_hours', 'fifty a week are enough');
select is(pg_temp.outcome('UTC', '[]', (select jsonb_agg(jsonb_build_object('day', date '2027-01-01' + n, 'name', 'x')) from generate_series(0, 500) n)), 'invalid_business_hours', 'and five hundred holidays');
select is((select count(*)::integer from private.admin_actions where action = 'set_business_hours' and details -> 'from' <> details -> 'to' and details -> 'to' ? 'weekly'), 10, 'each change is on record');
select is_empty($$select from public.opening_spans s join public.opening_spans n on n.opens_at > s.opens_at and n.opens_at < s.closes_at$$, 'no spans overlap');
select is_empty($$select from (select open_before, sum(closes_at - opens_at) over (order by opens_at rows between unbounded preceding and 1 preceding) as sum from public.opening_spans where closes_at < 'infinity') s
  where extract(epoch from open_before) <> extract(epoch from coalesce(sum, '0'))$$, 'and each knows the length of those before');

-- What nobody can write, whoever writes it.
select throws_ok('insert into public.business_hours (is_only) values (false)', '23514', null, 'the desk''s hours are one row');
select throws_ok($$update public.business_hours set weekly = '{}'$$, '23514', null, 'hours are a list');
select throws_ok($$update public.business_hours set holidays = '{}'$$, '23514', null, 'and so are holidays');
select throws_ok($$insert into public.opening_spans values ('1990-01-01Z', '1990-01-02Z', '-1 hour')$$, '23514', null, 'no span is before negative hours');
select throws_ok($$insert into public.opening_spans values ('1990-01-01Z', '1990-01-01Z', '0')$$, '23514', null, 'or has no length');
select * from finish();
rollback;

-- The customers' assistants, numbers and 90 days of calls that end now: Frida's salon is on trial and has used a few
-- minutes, Gus the plumber has a few calls a day, Helga's clinic has calls all day.
-- Generated from numbers, the same at every seeding.
-- Ids 00000000-0000-4000-8000-0000000002xx; people by 010_accounts.sql. Idempotent: a second run changes nothing.
create temp table seed_desks (suffix text, owner text, name text, greeting text, number text);
insert into seed_desks values
  ('01', '21', 'Salon desk', 'Salon Frida, how can I help?', '+4315550101'),
  ('11', '22', 'Dispatch', 'Gus Plumbing, what is leaking?', '+12125550111'),
  ('12', '22', 'Quotes', 'Gus Plumbing, quotes. What would you like to have done?', '+12125550112'),
  ('21', '23', 'Front desk', 'Helga Clinic, good day.', '+912255550121'),
  ('22', '23', 'Appointments', 'Helga Clinic, appointments.', '+912255550122'),
  ('23', '23', 'After hours', 'Helga Clinic is closed now. Is it urgent?', '+912255550123');

-- The accounts are older than this seeding: trial and periods began when the calls did.
update public.profiles set demo_expires_at = now() + interval '44 hours'
where id = '00000000-0000-4000-8000-000000000121' and is_demo and demo_expires_at > now() + interval '6 days';
update public.user_limits l
set period_anchor = began.at, period_start = month.period_start, period_end = case when l.period_end is not null then month.period_end end
from (values ('21', interval '5 days'), ('22', interval '100 days'), ('23', interval '100 days')) as account (suffix, age)
cross join lateral (select date_trunc('hour', now()) - account.age as at) began
cross join lateral (select case when account.suffix = '21' then began.at else m.period_start end as period_start, m.period_end
  from private.usage_month(began.at, now()) m) month
where l.user_id = ('00000000-0000-4000-8000-0000000001' || account.suffix)::uuid
  and not exists (select from public.assistants a where a.user_id = l.user_id);

insert into public.assistants (id, user_id, name, configuration, vapi_assistant_id, provisioning)
select ('00000000-0000-4000-8000-0000000002' || suffix)::uuid, ('00000000-0000-4000-8000-0000000001' || owner)::uuid, name,
  jsonb_build_object('first_message', greeting, 'language', 'en', 'max_duration_seconds', 600), 'seed-assistant-' || suffix, 'ready'
from seed_desks
where not exists (select from public.assistants where id = ('00000000-0000-4000-8000-0000000002' || suffix)::uuid);
-- These rows look as if VAPI had the assistants already, so that none is created there.
delete from public.tasks where kind = 'sync_assistant' and resource_id like '00000000-0000-4000-8000-0000000002%';

insert into public.phone_numbers (id, user_id, provider, phone_number, friendly_name, twilio_account_sid, vapi_phone_id, assistant_id, status)
select ('00000000-0000-4000-8000-0000000004' || suffix)::uuid, ('00000000-0000-4000-8000-0000000001' || owner)::uuid, 'twilio', number,
  name, 'AC' || repeat('0', 30) || suffix, 'seed-number-' || suffix, ('00000000-0000-4000-8000-0000000002' || suffix)::uuid, 'active'
from seed_desks
on conflict (id) do nothing;

-- So many calls a weekday and on weekends, between opening and closing by the owner's clock.
with habits (owner, days, on_weekday, on_weekend, opens, closes, longest) as (
  values ('21', 4, 2, 1, 9, 17, 75), ('22', 90, 2, 1, 7, 18, 50), ('23', 90, 9, 3, 8, 20, 120)
), chances as (
  select h.*, p.id as user_id, day.ago, slot.n, hashtext(h.owner || '/' || day.ago || '/' || slot.n) & 2147483647 as seed,
    ((now() at time zone p.time_zone)::date - day.ago)::timestamp as midnight, p.time_zone
  from habits h join public.profiles p on p.id = ('00000000-0000-4000-8000-0000000001' || h.owner)::uuid
  cross join lateral generate_series(0, h.days - 1) day (ago)
  cross join lateral generate_series(1, case when extract(isodow from (now() at time zone p.time_zone)::date - day.ago) < 6
    then h.on_weekday else h.on_weekend end) slot (n)
), told as (
  select c.user_id, c.owner, c.seed, 'seed-call-' || c.owner || '-' || (c.midnight::date - date '2000-01-01') || '-' || c.n as vapi_call_id,
    (c.midnight + c.opens * interval '1 hour' + (c.closes - c.opens) * 3600 * (c.seed % 10007 / 10007.0) * interval '1 second') at time zone c.time_zone as start,
    kind.*, case when kind.is_answered then 12 + c.seed / 7 % c.longest else 0 end as seconds,
    (select array_agg(d.suffix order by d.suffix) from seed_desks d where d.owner = c.owner) as desks
  from chances c
  cross join lateral (
    select * from (values
      (0, 61, 'completed'::public.call_outcome, 'customer-ended-call', true, 'true'),
      (61, 78, 'completed', 'assistant-ended-call', true, 'true'),
      (78, 85, 'completed', 'silence-timed-out', true, 'false'),
      (85, 91, 'voicemail', 'voicemail', true, null),
      (91, 95, 'no_answer', 'customer-did-not-answer', false, null),
      (95, 98, 'busy', 'customer-busy', false, null),
      (98, 100, 'failed', 'pipeline-error-openai-llm-failed', true, null)
    ) share (from_percent, to_percent, outcome, ended_reason, is_answered, evaluation)
    where c.seed / 13 % 100 >= share.from_percent and c.seed / 13 % 100 < share.to_percent
  ) kind
)
insert into public.call_logs (user_id, vapi_call_id, assistant_id, phone_number_id, direction, status, status_at, outcome, ended_reason, caller_number,
  first_seen_at, started_at, ended_at, reported_at, cost, transcript, summary, structured_data, success_evaluation, is_success)
select t.user_id, t.vapi_call_id, ('00000000-0000-4000-8000-0000000002' || desk.suffix)::uuid,
  ('00000000-0000-4000-8000-0000000004' || desk.suffix)::uuid, 'inbound', 'ended', ended.at, t.outcome, t.ended_reason,
  '+1555' || lpad((t.seed % 9000000)::text, 7, '0'), t.start, case when t.is_answered then t.start end, ended.at, ended.at,
  round(t.seconds * 0.0015 + 0.002, 6),
  case when t.seconds >= 20 then 'AI: ' || d.greeting || E'\nUser: ' || wish.said || E'\nAI: I have noted that. Goodbye.' end,
  case when t.seconds >= 20 then wish.summary end,
  case when t.seconds >= 20 then jsonb_build_object('topic', wish.topic) end,
  t.evaluation, private.read_evaluation(t.evaluation)
from told t
cross join lateral (select t.desks[1 + t.seed / 3 % cardinality(t.desks)] as suffix) desk
join seed_desks d on d.suffix = desk.suffix
cross join lateral (select t.start + t.seconds * interval '1 second' as at) ended
join (values
  (0, 'I would like to come in on Friday.', 'The caller asked for an appointment on Friday.', 'appointment'),
  (1, 'How much would that be?', 'The caller asked for a price.', 'price'),
  (2, 'Can I move it to next week?', 'The caller moved an appointment to next week.', 'change'),
  (3, 'When are you open tomorrow?', 'The caller asked for the opening hours.', 'hours'),
  (4, 'It is urgent, please call me back.', 'The caller asks to be called back.', 'callback')
) as wish (place, said, summary, topic) on wish.place = t.seed / 11 % 5
where ended.at < now() - interval '5 minutes'
on conflict (vapi_call_id) do nothing;

drop table seed_desks;

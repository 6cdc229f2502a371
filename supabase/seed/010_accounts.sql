-- The demo people: a language school, and customers with phone assistants.
-- Everybody signs in with <first name>@example.com and the password `switchboard-demo`.
--
-- Other seed files refer to people by these ids, 00000000-0000-4000-8000-0000000001xx:
--   01 Alma Reyes     admin               11 Ines Duarte    student      17 Noor Haddad    student
--   02 Ben Okafor     agent               12 Jonas Weber    student      18 Oskar Lind     student
--   03 Clara Nyström  teacher (Zoom)      13 Keiko Mori     student      19 Petra Novak    student
--   04 David Romero   teacher (Meet)      14 Luca Bianchi   student      1a Quinn Murphy   student
--   21 Frida Salon    customer, trial     15 Mina Farouk    student      1b Rosa Jimenez   student
--   22 Gus Plumbing   customer, pro       16 Nils Aalto     student      1c Sami Virtanen  student
--   23 Helga Clinic   customer, business
-- Idempotent: a second run changes nothing.
create temp table seed_people (suffix text, first_name text, full_name text, role public.user_role, plan public.plan_type, time_zone text);
insert into seed_people values
  ('01', 'alma', 'Alma Reyes', 'admin', 'free', 'Europe/Madrid'),
  ('02', 'ben', 'Ben Okafor', 'agent', 'free', 'Europe/London'),
  ('03', 'clara', 'Clara Nyström', 'teacher', 'free', 'Europe/Stockholm'),
  ('04', 'david', 'David Romero', 'teacher', 'free', 'America/Mexico_City'),
  ('11', 'ines', 'Ines Duarte', 'member', 'free', 'Europe/Lisbon'),
  ('12', 'jonas', 'Jonas Weber', 'member', 'free', 'Europe/Berlin'),
  ('13', 'keiko', 'Keiko Mori', 'member', 'free', 'Asia/Tokyo'),
  ('14', 'luca', 'Luca Bianchi', 'member', 'free', 'Europe/Rome'),
  ('15', 'mina', 'Mina Farouk', 'member', 'free', 'Africa/Cairo'),
  ('16', 'nils', 'Nils Aalto', 'member', 'free', 'Europe/Helsinki'),
  ('17', 'noor', 'Noor Haddad', 'member', 'free', 'Asia/Amman'),
  ('18', 'oskar', 'Oskar Lind', 'member', 'free', 'Europe/Stockholm'),
  ('19', 'petra', 'Petra Novak', 'member', 'free', 'Europe/Prague'),
  ('1a', 'quinn', 'Quinn Murphy', 'member', 'free', 'Europe/Dublin'),
  ('1b', 'rosa', 'Rosa Jimenez', 'member', 'free', 'America/Bogota'),
  ('1c', 'sami', 'Sami Virtanen', 'member', 'free', 'Europe/Helsinki'),
  ('21', 'frida', 'Frida Salon', 'member', 'free', 'Europe/Vienna'),
  ('22', 'gus', 'Gus Plumbing', 'member', 'pro', 'America/New_York'),
  ('23', 'helga', 'Helga Clinic', 'member', 'business', 'Asia/Kolkata');

-- One hash for all: the password is no secret, and hashing nineteen times would cost a second.
insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
  raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select '00000000-0000-0000-0000-000000000000', ('00000000-0000-4000-8000-0000000001' || suffix)::uuid,
  'authenticated', 'authenticated', first_name || '@example.com', secret.hash, now(),
  '{"provider": "email", "providers": ["email"]}', jsonb_build_object('full_name', full_name), now(), now()
from seed_people
cross join (select extensions.crypt('switchboard-demo', extensions.gen_salt('bf', 10)) as hash offset 0) secret
on conflict (id) do nothing;

insert into auth.identities (id, provider, provider_id, user_id, identity_data, last_sign_in_at, created_at, updated_at)
select gen_random_uuid(), 'email', u.id::text, u.id,
  jsonb_build_object('sub', u.id, 'email', u.email, 'email_verified', true), now(), now(), now()
from auth.users u join seed_people p on u.id = ('00000000-0000-4000-8000-0000000001' || p.suffix)::uuid
on conflict (provider, provider_id) do nothing;

-- Hosted Auth reads these as text and fails on null.
update auth.users u set confirmation_token = coalesce(confirmation_token, ''), recovery_token = coalesce(recovery_token, ''),
  email_change = coalesce(email_change, ''), email_change_token_new = coalesce(email_change_token_new, '')
from seed_people p where u.id = ('00000000-0000-4000-8000-0000000001' || p.suffix)::uuid;

update public.profiles f set role = p.role, time_zone = p.time_zone
from seed_people p
where f.id = ('00000000-0000-4000-8000-0000000001' || p.suffix)::uuid and (f.role, f.time_zone) is distinct from (p.role, p.time_zone);

update public.user_limits l set plan_type = p.plan
from seed_people p
where l.user_id = ('00000000-0000-4000-8000-0000000001' || p.suffix)::uuid and l.plan_type <> p.plan;

-- The teacher on Google Meet hosts under a Workspace address.
update public.profiles set workspace_email = 'david@school.example' where id = '00000000-0000-4000-8000-000000000104';

drop table seed_people;

-- Months of an anchor, in UTC, half open.
begin;
set local time zone 'Asia/Tokyo';
create temp table cases (anchor timestamptz, instant timestamptz, starts timestamptz, ends timestamptz, why text) on commit drop;
insert into cases values
  ('2026-01-15 10:00Z', '2026-01-15 10:00Z', '2026-01-15 10:00Z', '2026-02-15 10:00Z', 'the first instant'),
  ('2026-01-15 10:00Z', '2026-02-15 09:59:59Z', '2026-01-15 10:00Z', '2026-02-15 10:00Z', 'the last second'),
  ('2026-01-15 10:00Z', '2026-02-15 10:00Z', '2026-02-15 10:00Z', '2026-03-15 10:00Z', 'the end belongs to the next month'),
  ('2026-01-31 00:00Z', '2026-02-20 00:00Z', '2026-01-31 00:00Z', '2026-02-28 00:00Z', 'a short month ends early'),
  ('2026-01-31 00:00Z', '2026-03-01 00:00Z', '2026-02-28 00:00Z', '2026-03-31 00:00Z', 'and does not shift the ones after it'),
  ('2024-02-29 00:00Z', '2025-03-01 00:00Z', '2025-02-28 00:00Z', '2025-03-29 00:00Z', 'a leap day'),
  ('2026-01-01 00:00Z', '2025-12-31 23:00Z', '2025-12-01 00:00Z', '2026-01-01 00:00Z', 'before the anchor'),
  ('2025-12-31 20:00Z', '2026-01-31 12:00Z', '2025-12-31 20:00Z', '2026-01-31 20:00Z', 'the session''s zone plays no part');

select plan((select count(*) from cases)::integer);
select is(month::text, (starts, ends)::text, why) from cases cross join private.usage_month(anchor, instant) month;
select * from finish();
rollback;

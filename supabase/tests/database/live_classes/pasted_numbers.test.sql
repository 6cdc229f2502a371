-- What people paste becomes the number or the code; what names no meeting is refused.
begin;
create temp table pasted (provider public.meeting_provider, typed text, expected text) on commit drop;
insert into pasted values
  ('zoom', '851 2345 6789', '85123456789'), ('zoom', '851-2345-6789', '85123456789'), ('zoom', E'\t85123456789\n', '85123456789'),
  ('zoom', U&'851\00a02345\202f6789\200b', '85123456789'), ('zoom', U&'851\20112345\20136789', '85123456789'),
  ('zoom', 'Meeting ID: 851 2345 6789', '85123456789'), ('zoom', 'ID:85123456789', '85123456789'),
  ('zoom', 'https://us06web.zoom.us/j/85123456789?pwd=Abc.1#success', '85123456789'), ('zoom', 'zoom.us/j/85123456789', '85123456789'),
  ('zoom', 'HTTPS://SCHOOL.ZOOM.US/j/85123456789/', '85123456789'), ('zoom', 'https://zoom.us/wc/join/85123456789', '85123456789'),
  ('zoom', 'https://zoom.us/my/somebody', null), ('zoom', 'https://zoom.example/j/85123456789', null), ('zoom', 'see you at 10', null),
  ('google_meet', 'abc-mnop-xyz', 'abc-mnop-xyz'), ('google_meet', ' ABC-MNOP-XYZ ', 'abc-mnop-xyz'), ('google_meet', 'abcmnopxyz', 'abc-mnop-xyz'),
  ('google_meet', U&'abc\2011mnop\2011xyz', 'abc-mnop-xyz'), ('google_meet', 'meet.google.com/abc-mnop-xyz/', 'abc-mnop-xyz'),
  ('google_meet', 'http://meet.google.com/u/2/ABC-mnop-xyz?authuser=1&hs=122', 'abc-mnop-xyz'),
  ('google_meet', 'spaces/aB_c-1', 'spaces/aB_c-1'),
  ('google_meet', 'https://meet.google.com/lookup/abcdefghij', null), ('google_meet', 'https://meet.google.com/new', null),
  ('google_meet', 'https://meet.example/abc-mnop-xyz', null), ('google_meet', 'abcdmnopxyz', null);

create function pg_temp.schedule(p_provider public.meeting_provider, p_typed text) returns text language plpgsql as $$
declare
  v_id text;
begin
  insert into public.live_classes (title, provider, meeting_id, scheduled_start, duration_minutes)
  values ('Pasted', p_provider, p_typed, now(), 60) returning meeting_id into v_id;
  return v_id;
exception
  when check_violation then return null;
end;
$$;
select plan((select count(*)::integer from pasted));
select is(pg_temp.schedule(provider, typed), expected, format('%s: %s', provider, to_json(typed))) from pasted;
select * from finish();
rollback;

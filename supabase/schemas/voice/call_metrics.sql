-- What analytics counts, a row for each metric. The columns of both tiers, the sums over them and the figures of the dashboard are made from
-- this list when the schema is loaded (docs/decisions/0096-metrics-are-a-list.md).
create table private.call_metrics (
  name text primary key constraint name_is_snake_case check (name ~ '^[a-z][a-z0-9_]*$'),
  place integer not null unique,
  type text not null default 'integer' constraint type_is_a_number check (type in ('integer', 'bigint', 'numeric(18, 6)')),
  added text not null,
  shown_as text unique constraint shown_name_is_snake_case check (shown_as ~ '^[a-z][a-z0-9_]*$'),
  meaning text not null
);
comment on table private.call_metrics is 'The metrics of calls. Read while the schema is loaded, by private.write_for_each_metric.';
comment on column private.call_metrics.name is 'The column of public.call_analytics and public.call_analytics_days.';
comment on column private.call_metrics.place is 'The order of the columns. A new metric comes last, where ALTER TABLE would put it.';
comment on column private.call_metrics.added is
  'SQL: what a call adds. It may use the columns of private.call_change and the names that private.account_for_calls gives to what follows from them.';
comment on column private.call_metrics.shown_as is 'The figure''s name in the dashboard; null: the dashboard does not show it as a metric.';

alter table private.call_metrics enable row level security;

create policy "nobody but the owner of the schema reads the list of metrics" on private.call_metrics
  for all to anon, authenticated using (false) with check (false);

insert into private.call_metrics (place, name, type, added, shown_as, meaning) values
  (1, 'calls', 'integer', 'change', 'total_calls', 'Calls, also those that have not ended.'),
  (2, 'ended_calls', 'integer', 'ended', 'ended_calls', 'Calls that have ended.'),
  (3, 'answered_calls', 'integer', 'answered', 'answered_calls', 'Calls that connected (started_at is known).'),
  (4, 'successful_calls', 'integer',
    'case when ended <> 0 and coalesce(is_success,
        outcome = ''completed'' and duration_seconds >= private.setting_integer(''successful_call_seconds'')) then change else 0 end',
    'successful_calls',
    'Ended calls with a positive evaluation, or without one completed and at least successful_call_seconds long.'),
  (5, 'completed_calls', 'integer', 'case when outcome = ''completed'' then ended else 0 end', 'completed_calls', 'Calls with this outcome.'),
  (6, 'no_answer_calls', 'integer', 'case when outcome = ''no_answer'' then ended else 0 end', 'no_answer_calls', 'Calls with this outcome.'),
  (7, 'busy_calls', 'integer', 'case when outcome = ''busy'' then ended else 0 end', 'busy_calls', 'Calls with this outcome.'),
  (8, 'voicemail_calls', 'integer', 'case when outcome = ''voicemail'' then ended else 0 end', 'voicemail_calls', 'Calls with this outcome.'),
  (9, 'cancelled_calls', 'integer', 'case when outcome = ''cancelled'' then ended else 0 end', 'cancelled_calls', 'Calls with this outcome.'),
  (10, 'rejected_calls', 'integer', 'case when outcome = ''rejected'' then ended else 0 end', 'rejected_calls', 'Calls with this outcome.'),
  (11, 'failed_calls', 'integer', 'case when outcome = ''failed'' then ended else 0 end', 'failed_calls', 'Calls with this outcome.'),
  (12, 'duration_seconds', 'bigint', 'case when class is null then 0 else duration_seconds * change end', 'total_duration_seconds',
    'Measured time of the calls that connected.'),
  (13, 'cost', 'numeric(18, 6)', 'coalesce(cost, 0) * change', 'total_cost', 'USD.');

create function private.write_for_each_metric(p_sql text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_piece text;
begin
  for v_piece in select piece[1] from regexp_matches(p_sql, '\[\[(.+?)\]\]', 'g') piece loop
    p_sql := replace(p_sql, format('[[%s]]', v_piece), (
      select string_agg(
        replace(replace(replace(replace(v_piece, 'NAME', name), 'TYPE', type), 'ADDED', added), 'SHOWN', coalesce(shown_as, '')),
        E',\n    ' order by place)
      from private.call_metrics
      where shown_as is not null or v_piece not like '%SHOWN%'));
  end loop;
  return p_sql;
end;
$$;
comment on function private.write_for_each_metric(text) is
  'Writes each piece of SQL in double square brackets once for each metric, with commas between. NAME, TYPE, ADDED and SHOWN stand for what '
  'the list says of it; a piece with SHOWN leaves out what the dashboard does not show.';

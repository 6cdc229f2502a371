-- Every provider of meetings says what is asked of it.
begin;
select plan(1);

select is_empty(
  $$ select unnest(enum_range(null::public.meeting_provider)) except select provider from private.meeting_providers $$,
  'every provider has its row'
);

select * from finish();
rollback;

-- How the histograms and the reasons of both tiers are added to.
create function private.add_words(p_counts jsonb, p_changes jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  if p_changes = '{}' then
    return p_counts;
  end if;
  return (
    select coalesce(jsonb_object_agg(key, total), '{}')
    from (
      select key, sum(value::integer) as total
      from (select * from jsonb_each_text(p_counts) union all select * from jsonb_each_text(p_changes)) entry
      group by key having sum(value::integer) <> 0
    ) counted);
end;
$$;
comment on function private.add_words(jsonb, jsonb) is 'Adds {word: count} objects; words that come to nothing go.';

create function private.add_classes(p_counts integer[], p_changes integer[]) returns integer[]
language plpgsql immutable set search_path = '' as $$
begin
  return array(select one + other from unnest(p_counts, p_changes) class (one, other));
end;
$$;
comment on function private.add_classes(integer[], integer[]) is 'Adds counts class by class.';

-- Adds to the histograms and the reasons of both tiers. Nearly always one class and one word change, so the others are not taken apart.
create function private.add_classes(p_counts integer[], p_changes integer[], p_only integer) returns integer[]
language plpgsql immutable set search_path = '' as $$
begin
  if p_only is not null then
    p_counts[p_only] := p_counts[p_only] + p_changes[p_only];
    return p_counts;
  elsif p_changes is null then
    return p_counts;
  end if;
  return array(select one + other from unnest(p_counts, p_changes) class (one, other));
end;
$$;
comment on function private.add_classes(integer[], integer[], integer) is
  'Adds counts class by class; p_changes is null when nothing changes. p_only: the one class that changes, null when several may.';

create function private.add_words(p_counts jsonb, p_changes jsonb, p_only text) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  if p_only is not null then
    return p_counts || jsonb_build_object(p_only, coalesce((p_counts ->> p_only)::integer, 0) + 1);
  elsif p_changes = '{}' then
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
comment on function private.add_words(jsonb, jsonb, text) is
  'Adds {word: count} objects and drops words whose count is zero. p_only: the one word that is counted once more, null when several may change.';

-- What tenants may say about their assistants. Everything else that VAPI understands (server, serverMessages, credentials, tools,
-- hooks, transport, metadata …) could escape metering or reach other people's things, so an unknown key is refused, not dropped.

-- An address is looked for in what its reader would see: compatible forms are one form, and characters that show nothing are gone. Line breaks and
-- tabs are gone too, because the URL standard drops them. A template is filled in later, so it may be any part of an address.
create function private.is_address(p_text text) returns boolean
language sql immutable set search_path = '' as $$
  with seen as (
    select btrim(regexp_replace(normalize(p_text, nfkc),
      '[\u0001-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]',
      '', 'g')) as text
  )
  select text ~* '^[a-z][a-z0-9+.-]*:[/\\]'
    or text ~ '^[/\\]{2}'
    or text ~* '^(about|blob|cid|data|file|ftp|https?|javascript|mailto|sips?|tel|urn|wss?):\S'
    or text ~* '^[a-z0-9.-]+\.[a-z]{2,}(:[0-9]+)?[/\\]\S*$'
    or text ~* '^[a-z0-9+.:/\\@-]*\{[{%]'
  from seen;
$$;
comment on function private.is_address(text) is
  'Whether a text may be taken for an address, now or once its templates are filled in: by a scheme, by slashes in front, or as one word of a host and a path.';

create function private.configuration_problem(p_configuration jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  c_keys constant text[] := array['first_message', 'system_prompt', 'language', 'voice', 'model', 'temperature',
    'max_duration_seconds', 'questions', 'evaluation'];
  c_rubrics constant text[] := array['NumericScale', 'DescriptiveScale', 'Checklist', 'Matrix', 'PercentageScale', 'LikertScale',
    'AutomaticRubric', 'PassFail'];
  v_key text;
  v_value jsonb;
  v_text text;
  v_reason text;
begin
  if jsonb_typeof(p_configuration) is distinct from 'object' then
    return jsonb_build_object('key', null, 'reason', 'not_an_object');
  end if;
  for v_key, v_value in select key, value from jsonb_each(p_configuration) order by key loop
    v_text := case when jsonb_typeof(v_value) = 'string' then v_value #>> '{}' end;
    v_reason := case
      when v_key <> all (c_keys) then 'unknown_key'
      when v_key = 'first_message' then case
        when v_text is null or char_length(v_text) not between 1 and 1000 then 'not_a_text_of_1_to_1000_characters'
        -- VAPI would fetch and play an address.
        when private.is_address(v_text) then 'an_address_instead_of_words' end
      when v_key = 'system_prompt' then case
        when v_text is null or char_length(v_text) not between 1 and 20000 then 'not_a_text_of_1_to_20000_characters' end
      when v_key = 'language' then case
        when v_text is null or v_text !~ '^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*|multi)$' then 'not_a_language_tag' end
      when v_key = 'voice' then case
        when v_text is null or v_text !~ '^[A-Za-z0-9_-]{1,64}$' then 'not_the_name_of_a_voice' end
      when v_key = 'model' then case
        when v_text is null or not exists (
          select from private.settings where name = 'assistant_models' and value ? v_text) then 'not_an_offered_model' end
      when v_key = 'temperature' then case
        when jsonb_typeof(v_value) <> 'number' or v_value::numeric not between 0 and 2 then 'not_a_number_from_0_to_2' end
      when v_key = 'max_duration_seconds' then case
        when jsonb_typeof(v_value) <> 'number' or v_value::numeric not between 10 and 43200 or v_value::numeric % 1 <> 0
          then 'not_a_whole_number_from_10_to_43200' end
      when v_key = 'questions' then private.questions_problem(v_value)
      when v_key = 'evaluation' then case
        when v_text is null or v_text <> all (c_rubrics) then 'not_a_rubric' end
    end;
    if v_reason is not null then
      return jsonb_build_object('key', v_key, 'reason', v_reason);
    end if;
  end loop;
  return null;
end;
$$;
comment on function private.configuration_problem(jsonb) is 'The first key of a configuration that is not allowed, {key, reason}; null when all is well.';

create function private.questions_problem(p_questions jsonb) returns text
language sql immutable set search_path = '' as $$
  select case
    when jsonb_typeof(p_questions) <> 'array' then 'not_a_list'
    when jsonb_array_length(p_questions) > 10 then 'more_than_10'
    when exists (
      select from jsonb_array_elements(p_questions) item
      where case jsonb_typeof(item)
        when 'string' then char_length(item #>> '{}') not between 1 and 300
        when 'object' then
          item - array['key', 'question', 'type'] <> '{}'
          or jsonb_typeof(item -> 'question') is distinct from 'string' or char_length(item ->> 'question') not between 1 and 300
          or jsonb_typeof(item -> 'key') is distinct from 'string' or item ->> 'key' !~ '^[a-z][a-z0-9_]{0,39}$'
          or item ? 'type' and coalesce(item ->> 'type' not in ('string', 'number', 'boolean'), true)
        else true
      end
    ) then 'not_a_question'
    when exists (
      select from jsonb_array_elements(p_questions) item where item ? 'key' group by item ->> 'key' having count(*) > 1
    ) then 'the_same_key_twice'
  end;
$$;
comment on function private.questions_problem(jsonb) is
  'What is wrong with the questions of a configuration: at most ten, each a text or {key, question, type: string|number|boolean}. Null when all is well.';

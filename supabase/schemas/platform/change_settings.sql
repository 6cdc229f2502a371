-- An operator reads all settings and changes those that declare a type and bounds. Whoever needs more has the SQL editor, and knows why.
create function private.setting_fits(p_setting private.settings, p_value jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
declare
  c_is_number constant boolean := coalesce(jsonb_typeof(p_value) = 'number', false);
begin
  case p_setting.type
    when 'integer' then
      return c_is_number and (p_value::numeric % 1) = 0 and p_value::numeric between p_setting.lowest::numeric and p_setting.highest::numeric;
    when 'number' then
      return c_is_number and p_value::numeric between p_setting.lowest::numeric and p_setting.highest::numeric;
    when 'interval' then
      return coalesce(jsonb_typeof(p_value) = 'string', false)
        and (p_value #>> '{}')::interval between p_setting.lowest::interval and p_setting.highest::interval;
    when 'integers' then
      return coalesce(jsonb_typeof(p_value) = 'array', false) and jsonb_array_length(p_value) between 1 and 20 and not exists (
        select from jsonb_array_elements(p_value) element
        where case when jsonb_typeof(element) = 'number'
          then element::numeric % 1 <> 0 or element::numeric not between p_setting.lowest::numeric and p_setting.highest::numeric else true end);
    when 'texts' then
      return coalesce(jsonb_typeof(p_value) = 'array', false)
        and jsonb_array_length(p_value) between p_setting.lowest::integer and p_setting.highest::integer and not exists (
          select from jsonb_array_elements(p_value) element
          where jsonb_typeof(element) <> 'string' or char_length(element #>> '{}') not between 1 and 100);
    else
      return false;
  end case;
exception when data_exception then
  return false;
end;
$$;
comment on function private.setting_fits(private.settings, jsonb) is 'Whether a value is of the setting''s type and within its bounds.';

create function private.admin_list_settings() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return (
    select coalesce(jsonb_agg(jsonb_build_object('name', name, 'value', value, 'type', type, 'lowest', lowest, 'highest', highest,
      'description', description) order by name), '[]')
    from private.settings);
end;
$$;
comment on function private.admin_list_settings() is 'All settings, if the caller is an operator.';

create function private.admin_set_setting(p_name text, p_value jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_setting private.settings;
begin
  perform private.require_operator();
  select * into v_setting from private.settings where name = p_name for no key update;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such setting.');
  elsif v_setting.type is null then
    perform private.refuse(409, 'setting_is_fixed', 'This setting is not changed through the API.');
  elsif not private.setting_fits(v_setting, p_value) then
    perform private.refuse(422, 'invalid_setting', 'The value is not of the setting''s type or not within its bounds.',
      jsonb_build_object('type', v_setting.type, 'lowest', v_setting.lowest, 'highest', v_setting.highest));
  end if;
  update private.settings set value = p_value where name = p_name;
  perform private.record_admin_action('set_setting', jsonb_build_object('name', p_name, 'from', v_setting.value, 'to', p_value));
  return jsonb_build_object('name', p_name, 'value', p_value, 'type', v_setting.type, 'lowest', v_setting.lowest, 'highest', v_setting.highest,
    'description', v_setting.description);
end;
$$;
comment on function private.admin_set_setting(text, jsonb) is 'Changes a setting within its bounds, if the caller is an operator.';

create function public.admin_list_settings() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select private.admin_list_settings();
$$;
comment on function public.admin_list_settings() is
  'For admins and the server: [{name, value, type, lowest, highest, description}]; a setting without a type is not changed through the API. Error: forbidden.';

create function public.admin_set_setting(p_name text, p_value jsonb) returns jsonb
language sql security invoker set search_path = '' as $$
  select private.admin_set_setting(p_name, p_value);
$$;
comment on function public.admin_set_setting(text, jsonb) is
  'For admins and the server: changes a setting; it holds from the next use, and is recorded. Errors: forbidden, not_found, setting_is_fixed, invalid_setting.';

grant execute on function private.admin_list_settings(), private.admin_set_setting(text, jsonb),
  public.admin_list_settings(), public.admin_set_setting(text, jsonb) to authenticated, service_role;

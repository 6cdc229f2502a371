-- A mail to the desk, from the provider's word to its effect. The provider's event names it alone; a task reads it and hands over what it
-- says. What becomes of it is decided here, by the rules that hold for the same person over REST.
create function private.apply_email_received(p_event_id uuid, p_event jsonb, p_now timestamptz) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into public.received_mails (provider_id, received_at)
  values (p_event ->> 'email_id', (p_event ->> 'occurred_at')::timestamptz)
  on conflict on constraint mail_is_received_once do nothing
  returning id into v_id;
  if v_id is null then
    return 'ignored';
  end if;
  perform private.enqueue_task('receive_mail', v_id::text, null, p_now);
  return 'applied';
end;
$$;
comment on function private.apply_email_received(uuid, jsonb, timestamptz) is 'Notes a mail that the provider received, once, and asks for it to be read.';

insert into private.event_handlers (kind, function_name) values ('email_received', 'private.apply_email_received');

create function private.settle_received_mail(p_mail_id uuid, p_state public.received_mail_state, p_reason text) returns void
language sql security definer set search_path = '' as $$
  update public.received_mails set state = p_state, reason = p_reason, settled_at = now() where id = p_mail_id;
$$;
comment on function private.settle_received_mail(uuid, public.received_mail_state, text) is 'Writes what became of a mail.';

create function public.read_received_mail(p_mail_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('provider_id', provider_id, 'is_judged', user_id is not null)
  from public.received_mails where id = p_mail_id and state in ('waiting', 'failed');
$$;
comment on function public.read_received_mail(uuid) is
  'For the task receive_mail: which mail to read, and whether only its files are missing; null when nothing is to be done.';

create function public.lose_received_mail(p_mail_id uuid, p_reason text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_mail public.received_mails;
begin
  select * into v_mail from public.received_mails where id = p_mail_id and state = 'waiting' for update;
  if v_mail.user_id is not null then
    -- Its words are here; only files are not.
    perform private.act_on_mail(v_mail, true);
  elsif v_mail.id is not null then
    perform private.settle_received_mail(p_mail_id, 'failed', p_reason);
  end if;
end;
$$;
comment on function public.lose_received_mail(uuid, text) is 'For the task receive_mail: the provider does not have it. A mail of which files alone are missing goes on without them.';

create function private.give_up_received_mail(p_task public.tasks) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_task.kind = 'receive_mail' then
    perform public.lose_received_mail(p_task.resource_id::uuid, 'gave_up');
  end if;
end;
$$;
comment on function private.give_up_received_mail(public.tasks) is 'A mail whose task died has failed.';

insert into private.domain_hooks (hook, place, domain, function_name) values ('task_died', 40, 'support', 'private.give_up_received_mail');

create function public.judge_received_mail(p_mail_id uuid, p_mail jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_mail public.received_mails;
begin
  select * into v_mail from public.received_mails where id = p_mail_id and state in ('waiting', 'failed') and user_id is null for update;
  if not found then
    return jsonb_build_object('step', 'none');
  end if;
  update public.received_mails
  set state = 'waiting', reason = null, settled_at = null, from_address = p_mail ->> 'from_address', subject = p_mail ->> 'subject', header_message_id = p_mail ->> 'message_id',
      authentication = p_mail ->> 'authentication', words = p_mail ->> 'words', body = p_mail ->> 'body', html = p_mail ->> 'html',
      headers = p_mail -> 'headers', is_cut = (p_mail ->> 'is_cut')::boolean, file_count = (p_mail ->> 'file_count')::integer
  where id = p_mail_id
  returning * into v_mail;
  return private.decide_on_mail(v_mail, p_mail, now());
end;
$$;
comment on function public.judge_received_mail(uuid, jsonb) is
  'For the task receive_mail: what a mail says, and what becomes of it. {step: none} when it is settled, {step: files} when its files are to be brought first.';

create function public.finish_received_mail(p_mail_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_mail public.received_mails;
begin
  select * into v_mail from public.received_mails where id = p_mail_id and state = 'waiting' and user_id is not null for update;
  if found then
    perform private.act_on_mail(v_mail, true);
  end if;
end;
$$;
comment on function public.finish_received_mail(uuid) is 'For the task receive_mail: its files are there, as far as they may be.';

grant execute on function public.read_received_mail(uuid), public.lose_received_mail(uuid, text),
  public.judge_received_mail(uuid, jsonb), public.finish_received_mail(uuid) to service_role;

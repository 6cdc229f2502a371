-- The uploader's quota. A file counts with its declared size from the moment that it is announced, so that parallel
-- announcements cannot exceed the quota together; it is given back when the row leaves pending or ready, on every path.
create function private.count_attachment_bytes(p_user_id uuid, p_attachment_id uuid, p_bytes bigint) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_limits public.user_limits;
begin
  -- One conditional update: the row is the lock, and what it says is exact.
  update public.user_limits set used_attachment_bytes = used_attachment_bytes + p_bytes
  where user_id = p_user_id
    and (p_bytes < 0 or max_attachment_bytes is null or used_attachment_bytes + p_bytes <= max_attachment_bytes);
  if not found then
    select * into v_limits from public.user_limits where user_id = p_user_id;
    -- Without a row the account itself is going, and its counters with it.
    if found then
      perform private.refuse(402, 'limit_reached', 'The plan''s limit is reached.', jsonb_build_object(
        'limit', 'attachments', 'used', v_limits.used_attachment_bytes, 'allowed', v_limits.max_attachment_bytes));
    end if;
    return;
  end if;
  perform private.log_usage(p_user_id, case when p_bytes > 0 then 'attachment_added' else 'attachment_removed' end,
    'ticket_attachment', p_attachment_id, p_attachment_bytes_change => p_bytes);
end;
$$;
comment on function private.count_attachment_bytes(uuid, uuid, bigint) is
  'Adds (402 limit_reached beyond the limit) or gives back a file''s bytes, with its line in the usage log.';

create function private.metered_bytes(p_is_metered boolean, p_state public.attachment_state, p_size_bytes bigint) returns bigint
language sql immutable set search_path = '' as $$
  select case when p_is_metered and p_state in ('pending', 'ready') then p_size_bytes else 0 end;
$$;
comment on function private.metered_bytes(boolean, public.attachment_state, bigint) is 'What a file counts for in its uploader''s quota.';

create function private.sum_attachment_bytes(p_user_id uuid) returns bigint
language sql stable security definer set search_path = '' as $$
  select coalesce(sum(private.metered_bytes(is_metered, state, size_bytes)), 0)::bigint
  from public.ticket_attachments where uploaded_by = p_user_id;
$$;
comment on function private.sum_attachment_bytes(uuid) is 'Bytes of a user''s files that count.';

insert into private.limits (name, place, kind, amount_name, use_column, log_column, recount_function, is_told_early, ends_trial) values
  ('attachments', 30, 'stock', 'attachment_bytes', 'used_attachment_bytes', 'attachment_bytes_change', 'private.sum_attachment_bytes', true, false);

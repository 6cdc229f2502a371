-- A believable desk: tickets in every status, threads, an internal note, a rating, a ticket that is late.
-- People by 010_accounts.sql; Ben and Alma are the staff. Ids 00000000-0000-4000-8000-0000000004xx.
-- The people themselves write these rows under the rules; then the rows are dated back. Idempotent: a second run
-- changes nothing.
do $$
declare
  c_alma constant uuid := '00000000-0000-4000-8000-000000000101';
  c_ben constant uuid := '00000000-0000-4000-8000-000000000102';
  v_story record;
  v_line record;
  v_message_id uuid;
  v_is_reply boolean;
begin
  if exists (select from public.support_tickets where id = '00000000-0000-4000-8000-000000000401') then
    return;
  end if;
  create temp table seed_stories (suffix text, owner text, category public.ticket_category, priority public.ticket_priority,
    subject text, description text, opened interval) on commit drop;
  insert into seed_stories values
    ('01', '22', 'billing', 'medium', 'Charged twice in March', 'My card shows the pro plan twice for March. Could you have a look?', '9 days'),
    ('02', '23', 'technical', 'high', 'Assistant stops after the greeting', 'Since this morning callers hear the greeting and then nothing.', '5 hours'),
    ('03', '21', 'account', 'low', 'How do I change my number?', 'The trial number is fine, but I would rather use my own.', '2 days'),
    ('04', '11', 'academic', 'medium', 'Certificate for A1', 'I finished all lessons of A1. Where do I find the certificate?', '26 days'),
    ('05', '13', 'enrollment', 'medium', 'Moving to the evening group', 'Is there a place left in the evening group of Spanish A1?', '4 days'),
    ('06', '15', 'technical', 'urgent', 'Cannot join today''s lesson', 'The link opens an empty page, the lesson begins in ten minutes.', '90 minutes');

  -- What was said: who, how long after the opening, whether in a thread under the last message, a note, or with a status.
  create temp table seed_lines (suffix text, position integer, author uuid, after interval, is_reply boolean, is_internal boolean,
    status_after public.ticket_status, body text) on commit drop;
  insert into seed_lines values
    ('01', 1, c_ben, '2 hours', false, false, null, 'Thank you, I see both charges. I am asking our accountants which one is ours.'),
    ('01', 2, c_ben, '2 hours 5 minutes', false, true, null, 'The second one is the renewal that was booked before the plan change. Alma, can you refund it?'),
    ('01', 3, c_alma, '3 hours', true, true, null, 'Done, it takes three days to arrive.'),
    ('01', 4, c_ben, '1 day', false, false, 'waiting', 'The second charge was ours and is refunded; it should arrive within three days. Could you tell us when it has?'),
    ('01', 5, '00000000-0000-4000-8000-000000000122', '4 days', true, false, null, 'It has arrived. Thank you for being quick.'),
    ('01', 6, c_ben, '4 days 1 hour', false, false, 'resolved', 'Glad to hear. I mark this as resolved.'),
    ('02', 1, c_ben, '30 minutes', false, false, null, 'We see it too. A voice was retired by the provider; I am moving your assistant to its successor.'),
    ('02', 2, '00000000-0000-4000-8000-000000000123', '50 minutes', true, false, null, 'Thank you. Will my text stay as it is?'),
    ('03', 1, c_ben, '5 hours', false, false, 'waiting', 'You can: under Numbers choose “Bring your own”. Do you have a Twilio account already?'),
    ('04', 1, c_alma, '1 day', false, false, 'resolved', 'It is in your profile now; it was waiting for your teacher''s signature.'),
    ('05', 1, '00000000-0000-4000-8000-000000000113', '1 hour', false, false, null, 'Tuesday or Thursday would both do.');

  for v_story in select * from seed_stories order by suffix loop
    perform set_config('request.jwt.claims', json_build_object('role', 'authenticated',
      'sub', '00000000-0000-4000-8000-0000000001' || v_story.owner)::text, true);
    insert into public.support_tickets (id, user_id, subject, description, category, priority, created_at, status_changed_at)
    values (('00000000-0000-4000-8000-0000000004' || v_story.suffix)::uuid, ('00000000-0000-4000-8000-0000000001' || v_story.owner)::uuid,
      v_story.subject, v_story.description, v_story.category, v_story.priority, now() - v_story.opened, now() - v_story.opened);

    v_message_id := null;
    for v_line in select *, ('00000000-0000-4000-8000-0000000004' || suffix)::uuid as ticket_id from seed_lines where suffix = v_story.suffix order by position loop
      perform set_config('request.jwt.claims', json_build_object('role', 'authenticated', 'sub', v_line.author)::text, true);
      if v_line.is_reply then
        insert into public.ticket_replies (ticket_id, message_id, body, is_internal, status_after)
        values (v_line.ticket_id, v_message_id, v_line.body, v_line.is_internal, v_line.status_after);
        update public.ticket_replies set created_at = now() - v_story.opened + v_line.after where ticket_id = v_line.ticket_id and body = v_line.body;
      else
        insert into public.ticket_messages (ticket_id, body, is_internal, status_after)
        values (v_line.ticket_id, v_line.body, v_line.is_internal, v_line.status_after) returning id into v_message_id;
        update public.ticket_messages set created_at = now() - v_story.opened + v_line.after where id = v_message_id;
      end if;
      -- The transition that this line caused happened then, and not now.
      update public.ticket_events set created_at = now() - v_story.opened + v_line.after
      where ticket_id = v_line.ticket_id and from_status is not null and created_at >= now();
      update public.support_tickets t set
        status_changed_at = case when t.status_changed_at = now() then now() - v_story.opened + v_line.after else t.status_changed_at end,
        resolved_at = case when t.resolved_at = now() then now() - v_story.opened + v_line.after else t.resolved_at end,
        first_response_at = case when t.first_response_at >= now() then now() - v_story.opened + v_line.after else t.first_response_at end,
        last_message_at = case when t.last_message_at >= now() then now() - v_story.opened + v_line.after else t.last_message_at end
      where t.id = v_line.ticket_id;
    end loop;
  end loop;

  perform set_config('request.jwt.claims', json_build_object('role', 'authenticated', 'sub', c_alma)::text, true);
  update public.support_tickets set assigned_to = c_ben where id in ('00000000-0000-4000-8000-000000000401', '00000000-0000-4000-8000-000000000402');
  update public.support_tickets set assigned_to = c_alma where id = '00000000-0000-4000-8000-000000000404';
  perform set_config('request.jwt.claims', json_build_object('role', 'authenticated', 'sub', '00000000-0000-4000-8000-000000000111')::text, true);
  perform public.submit_ticket_survey('00000000-0000-4000-8000-000000000404', 5, 'very_satisfied', 'Found it at once, thank you.');
  perform set_config('request.jwt.claims', '', true);
end;
$$;

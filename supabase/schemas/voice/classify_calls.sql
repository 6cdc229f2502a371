-- Reads how a call ended. VAPI's list of reasons is open (over 600), so the longest prefix that fits decides.
create table private.ended_reason_outcomes (
  prefix text primary key constraint prefix_is_lower_case check (prefix = lower(prefix) and prefix <> ''),
  outcome public.call_outcome not null
);
comment on table private.ended_reason_outcomes is 'The outcome of calls whose ended reason starts with a prefix; the longest prefix that fits decides.';

alter table private.ended_reason_outcomes enable row level security;

create policy "nobody but the owner of the schema reads outcomes" on private.ended_reason_outcomes
  for all to anon, authenticated using (false) with check (false);

insert into private.ended_reason_outcomes (prefix, outcome) values
  ('customer-ended-call', 'completed'),
  ('assistant-ended-call', 'completed'),
  ('assistant-said-end-call-phrase', 'completed'),
  ('assistant-forwarded-call', 'completed'),
  ('silence-timed-out', 'completed'),
  ('exceeded-max-duration', 'completed'),
  ('vonage-completed', 'completed'),
  ('call.in-progress.twilio-completed-call', 'completed'),
  ('call.in-progress.sip-completed-call', 'completed'),
  ('call.ending.hook-executed', 'completed'),
  ('hangup', 'completed'),
  ('customer-did-not-answer', 'no_answer'),
  ('customer-did-not-give-microphone-permission', 'no_answer'),
  ('call.ringing.', 'no_answer'),
  ('call.ringing.error', 'failed'),
  ('call.forwarding.no-answer', 'no_answer'),
  ('assistant-join-timed-out', 'failed'),
  ('phone-call-provider-bypass-enabled-but-no-call-received', 'no_answer'),
  ('customer-busy', 'busy'),
  ('call.forwarding.operator-busy', 'busy'),
  ('voicemail', 'voicemail'),
  ('manually-canceled', 'cancelled'),
  ('scheduled-call-deleted', 'cancelled'),
  ('call-deleted', 'cancelled'),
  ('assistant-request-returned-error', 'rejected'),
  ('vonage-rejected', 'rejected'),
  ('twilio-reported-customer-misdialed', 'rejected'),
  ('assistant-request-', 'failed'),
  ('assistant-not-', 'failed'),
  ('twilio-failed', 'failed'),
  ('vonage-', 'failed'),
  ('call.start.error', 'failed'),
  ('call-start-error', 'failed'),
  ('call.in-progress.error', 'failed'),
  ('pipeline-', 'failed'),
  ('worker-shutdown', 'failed'),
  ('phone-call-provider-closed-websocket', 'failed');

-- An error that carries the answer of the other side's telephone (RFC 3261, 21.4 and 21.6) says what became of the call.
create table private.sip_answer_outcomes (
  code text primary key constraint code_is_an_answer_of_sip check (code ~ '^[3-6][0-9]{2}$'),
  outcome public.call_outcome not null
);
comment on table private.sip_answer_outcomes is 'The outcome of calls that ended with an answer of SIP; every other answer is an error.';

alter table private.sip_answer_outcomes enable row level security;

create policy "nobody but the owner of the schema reads answers of SIP" on private.sip_answer_outcomes
  for all to anon, authenticated using (false) with check (false);

insert into private.sip_answer_outcomes (code, outcome) values
  ('408', 'no_answer'), ('480', 'no_answer'), ('486', 'busy'), ('600', 'busy'), ('487', 'cancelled'),
  ('403', 'rejected'), ('603', 'rejected'), ('607', 'rejected'), ('608', 'rejected');

create function private.classify_outcome(p_ended_reason text, p_is_connected boolean) returns public.call_outcome
language plpgsql stable security definer set search_path = '' as $$
declare
  v_reason constant text := lower(p_ended_reason);
  v_outcome public.call_outcome;
begin
  if v_reason like '%error%-sip-%' then
    select outcome into v_outcome from private.sip_answer_outcomes where code = substring(v_reason from 'error.*-sip-([0-9]{3})(?:-|$)');
  end if;
  if v_outcome is null then
    select outcome into v_outcome from private.ended_reason_outcomes
    where starts_with(v_reason, prefix) order by char_length(prefix) desc limit 1;
  end if;
  if v_outcome is null then
    v_outcome := (case when p_is_connected and coalesce(v_reason !~ 'error|fault|failed', true) then 'completed' else 'failed' end)::public.call_outcome;
  end if;
  return v_outcome;
end;
$$;
comment on function private.classify_outcome(text, boolean) is
  'The outcome of an ended call: by the answer of SIP in its reason, else by the longest prefix. With an unknown reason the call is completed when it connected and the reason does not sound like an error, else failed.';

create table private.evaluation_words (
  word text primary key constraint word_is_lower_case check (word = lower(word)),
  is_success boolean not null
);
comment on table private.evaluation_words is 'Every word that a rubric of VAPI answers with: pass/fail, descriptive, Likert. Scales are numbers and not in this table.';

alter table private.evaluation_words enable row level security;

create policy "nobody but the owner of the schema reads evaluation words" on private.evaluation_words
  for all to anon, authenticated using (false) with check (false);

insert into private.evaluation_words (word, is_success) values
  ('true', true), ('false', false), ('pass', true), ('fail', false), ('passed', true), ('failed', false), ('yes', true), ('no', false),
  ('success', true), ('successful', true), ('failure', false), ('unsuccessful', false),
  ('excellent', true), ('good', true), ('fair', false), ('poor', false),
  ('strongly agree', true), ('agree', true), ('neutral', false), ('disagree', false), ('strongly disagree', false);

create function private.read_evaluation(p_evaluation text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
declare
  v_word constant text := lower(btrim(p_evaluation, E' \t\n."'''));
  v_share numeric;
  v_checks jsonb;
begin
  -- A NumericScale goes from 1 to 10, a PercentageScale from 0 to 100 %, with or without the sign.
  if v_word ~ '^[0-9]{1,3}(\.[0-9]{1,6})?( ?%| ?/ ?10)?$' then
    v_share := substring(v_word from '^[0-9.]+')::numeric / case when v_word ~ '/' or v_word !~ '%' and substring(v_word from '^[0-9.]+')::numeric <= 10 then 10 else 100 end;
    return v_share >= private.setting_numeric('success_share');
  end if;
  -- Checklist and Matrix are lists of checks, each a truth value or one of the words: all of them have to hold.
  if v_word ~ '^[\[{]' then
    begin
      v_checks := p_evaluation::jsonb;
    exception when others then
      return null;
    end;
    return (
      select bool_and(word.is_success)
      from jsonb_path_query(v_checks, 'strict $.** ? (@.type() == "boolean" || @.type() == "string")') value
      join private.evaluation_words word on word.word = lower(btrim(value #>> '{}', E' \t\n.')));
  end if;
  return (select is_success from private.evaluation_words where word = v_word);
end;
$$;
comment on function private.read_evaluation(text) is
  'Whether an evaluation, of whatever rubric, is positive; null when there is none or it says nothing.';

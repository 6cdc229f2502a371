-- The list of ended reasons is open: an answer of SIP counts, then the longest prefix counts, and what nobody knows is told by whether it connected.
begin;
create temp table cases (reason text, is_connected boolean, outcome public.call_outcome) on commit drop;
insert into cases values
  ('customer-ended-call', true, 'completed'), ('assistant-ended-call-after-message-spoken', true, 'completed'), ('silence-timed-out', true, 'completed'),
  ('exceeded-max-duration', true, 'completed'), ('assistant-forwarded-call', true, 'completed'), ('customer-ended-call-during-transfer', true, 'completed'),
  ('call.in-progress.twilio-completed-call', true, 'completed'), ('hangup', true, 'completed'),
  ('customer-did-not-answer', false, 'no_answer'), ('call.ringing.hook-executed-say', false, 'no_answer'), ('call.forwarding.no-answer', true, 'no_answer'),
  ('customer-busy', false, 'busy'), ('call.forwarding.operator-busy', true, 'busy'), ('voicemail', true, 'voicemail'), ('manually-canceled', true, 'cancelled'),
  ('scheduled-call-deleted', false, 'cancelled'), ('assistant-request-returned-error', false, 'rejected'), ('vonage-rejected', false, 'rejected'),
  ('assistant-request-failed', false, 'failed'), ('assistant-not-found', false, 'failed'), ('call.start.error-subscription-frozen', false, 'failed'),
  ('call.in-progress.error-vapifault-worker-died', true, 'failed'), ('pipeline-error-openai-llm-failed', true, 'failed'), ('worker-shutdown', true, 'failed'),
  ('vonage-completed', true, 'completed'), ('vonage-disconnected', false, 'failed'), ('Customer-Busy', false, 'busy'),
  ('a-reason-of-next-year', true, 'completed'), ('a-reason-of-next-year', false, 'failed'), ('some-error-of-next-year', true, 'failed'),
  ('call.in-progress.error-providerfault-outbound-sip-480-temporarily-unavailable', false, 'no_answer'),
  ('call.in-progress.error-providerfault-outbound-sip-408-request-timeout', false, 'no_answer'),
  ('call.in-progress.error-providerfault-outbound-sip-486-busy-here', false, 'busy'),
  ('call.in-progress.error-providerfault-outbound-sip-603-decline', false, 'rejected'),
  ('call.in-progress.error-providerfault-outbound-sip-503-service-unavailable', true, 'failed'),
  ('call.ringing.error-sip-inbound-call-failed-to-connect', false, 'failed'),
  ('call.in-progress.sip-completed-call', true, 'completed'),
  (null, true, 'completed'), (null, false, 'failed'), ('', false, 'failed');
select plan((select count(*) from cases)::integer);
select is(private.classify_outcome(reason, is_connected), outcome, coalesce(reason, 'no reason') || case when is_connected then ', connected' else '' end) from cases;
select * from finish();
rollback;

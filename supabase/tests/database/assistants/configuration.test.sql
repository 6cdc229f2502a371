-- What may be said about an assistant, as data. What could escape metering is refused by its key.
begin;
create temp table cases (configuration jsonb, refused_key text) on commit drop;
insert into cases values
  ('{}', null),
  ('{"first_message": "Hello, how can I help?", "system_prompt": "You are kind.", "language": "en-GB", "voice": "Elliot", "model": "gpt-4o-mini",
    "temperature": 0.4, "max_duration_seconds": 300, "questions": ["Name?", {"key": "day", "question": "Which day?", "type": "string"}], "evaluation": "PassFail"}', null),
  ('{"max_duration_seconds": 10}', null), ('{"max_duration_seconds": 43200}', null), ('{"temperature": 2}', null), ('{"language": "multi"}', null),
  ('{"max_duration_seconds": 9}', 'max_duration_seconds'), ('{"max_duration_seconds": 43201}', 'max_duration_seconds'),
  ('{"max_duration_seconds": 10.5}', 'max_duration_seconds'), ('{"max_duration_seconds": "600"}', 'max_duration_seconds'), ('{"max_duration_seconds": null}', 'max_duration_seconds'),
  ('{"temperature": 2.1}', 'temperature'), ('{"temperature": -1}', 'temperature'), ('{"model": "somebody-elses-model"}', 'model'), ('{"model": {"provider": "custom-llm", "url": "https://x.test"}}', 'model'),
  ('{"first_message": ""}', 'first_message'), ('{"first_message": "https://x.test/a.mp3"}', 'first_message'), ('{"first_message": " HTTP://x.test"}', 'first_message'),
  -- An address by whatever way, and words that only look a little like one.
  ('{"first_message": "\u200bhttps://x.test"}', 'first_message'), ('{"first_message": "\ufeffhttps://x.test"}', 'first_message'), ('{"first_message": "ht\u00adtps://x.test"}', 'first_message'),
  ('{"first_message": "\u00a0https:x.test"}', 'first_message'), ('{"first_message": "ht\ntps://x.test"}', 'first_message'), ('{"first_message": "\uff48ttps://x.test"}', 'first_message'),
  ('{"first_message": "//x.test/a.mp3"}', 'first_message'), ('{"first_message": "\\\\x.test\\a.mp3"}', 'first_message'), ('{"first_message": "https:/x.test"}', 'first_message'),
  ('{"first_message": "data:audio/mpeg;base64,AAAA"}', 'first_message'), ('{"first_message": "DATA:audio/mpeg,x"}', 'first_message'), ('{"first_message": "sip:a@x.test"}', 'first_message'),
  ('{"first_message": "x.test/a.mp3"}', 'first_message'), ('{"first_message": "x.test:8080/a.mp3"}', 'first_message'),
  ('{"first_message": "{{ \"https://x.test\" }}"}', 'first_message'), ('{"first_message": "http{{ rest }}"}', 'first_message'), ('{"first_message": " {%- assign a = 1 -%}https://x.test"}', 'first_message'),
  ('{"first_message": "Hello: this is Ann. Have you seen https://x.test?"}', null), ('{"first_message": "Hello {{ customer.name }}!"}', null), ('{"first_message": "Note: and/or, 24/7."}', null),
  ('{"first_message": "\u200fשלום, כאן אן. 24/7"}', null), ('{"first_message": "您好。请问有什么可以帮您？"}', null), ('{"first_message": "Tel: 030 1234. Data: none."}', null),
  ('{"voice": {"provider": "custom-voice", "server": {"url": "https://x.test"}}}', 'voice'), ('{"voice": "a b"}', 'voice'), ('{"language": "english please"}', 'language'),
  ('{"questions": "Name?"}', 'questions'), ('{"questions": [1]}', 'questions'), ('{"questions": [""]}', 'questions'),
  ('{"questions": [{"key": "Day", "question": "x"}]}', 'questions'), ('{"questions": [{"key": "day", "question": "x", "type": "object"}]}', 'questions'),
  ('{"questions": [{"key": "day", "question": "x", "server": {}}]}', 'questions'),
  ('{"questions": [{"key": "day", "question": "x"}, {"key": "day", "question": "y"}]}', 'questions'),
  ('{"questions": ["1","2","3","4","5","6","7","8","9","10","11"]}', 'questions'), ('{"evaluation": "Whatever"}', 'evaluation'), ('{"evaluation": {"rubric": "PassFail"}}', 'evaluation'),
  -- What VAPI would take and the tenant may not say.
  ('{"server": {"url": "https://x.test"}}', 'server'), ('{"serverMessages": []}', 'serverMessages'), ('{"serverUrl": "https://x.test"}', 'serverUrl'), ('{"credentials": []}', 'credentials'),
  ('{"credentialIds": ["c"]}', 'credentialIds'), ('{"tools": []}', 'tools'), ('{"toolIds": []}', 'toolIds'), ('{"hooks": []}', 'hooks'), ('{"transport": {}}', 'transport'),
  ('{"transportConfigurations": []}', 'transportConfigurations'), ('{"metadata": {"user_id": "x"}}', 'metadata'), ('{"monitorPlan": {}}', 'monitorPlan'), ('{"artifactPlan": {}}', 'artifactPlan'),
  ('{"analysisPlan": {}}', 'analysisPlan'), ('{"compliancePlan": {}}', 'compliancePlan'), ('{"observabilityPlan": {}}', 'observabilityPlan'), ('{"knowledgeBase": {}}', 'knowledgeBase'),
  ('{"transcriber": {}}', 'transcriber'), ('{"squadId": "s"}', 'squadId'), ('{"workflowId": "w"}', 'workflowId'), ('{"fallbackDestination": {}}', 'fallbackDestination'),
  ('{"maxDurationSeconds": 43200}', 'maxDurationSeconds'), ('{"clientMessages": []}', 'clientMessages'), ('{"backgroundSound": "https://x.test"}', 'backgroundSound'), ('{"firstMessage": "x"}', 'firstMessage');

insert into auth.users (id, email) values ('10000000-0000-4000-8000-000000000001', 'owner@configuration.test');
set local role authenticated;
set local request.jwt.claims = '{"sub": "10000000-0000-4000-8000-000000000001", "role": "authenticated"}';
insert into public.assistants (name) values ('Subject');
reset role;
grant select on cases to authenticated;

-- Writes it as the owner and tells what came of it.
create function pg_temp.try(p_configuration jsonb) returns text language plpgsql as $$
declare
  v_hint text; v_detail text;
begin
  update public.assistants set configuration = p_configuration;
  return null;
exception when sqlstate 'PT422' then
  get stacked diagnostics v_hint = pg_exception_hint, v_detail = pg_exception_detail;
  return v_hint || ' ' || coalesce(v_detail::jsonb ->> 'key', '');
end;
$$;
grant execute on function pg_temp.try(jsonb) to authenticated;
select plan((select count(*) + 2 from cases)::integer);
set local role authenticated;
select is(pg_temp.try(configuration), 'invalid_configuration ' || refused_key, left(configuration::text, 80)) from cases;
select is(pg_temp.try('[]'), 'invalid_configuration ', 'a configuration is an object');
select throws_ok($$insert into public.assistants (name, configuration) values ('New', '{"server": {}}')$$, 'PT422', null, 'an insert is checked as well');
select * from finish();
rollback;

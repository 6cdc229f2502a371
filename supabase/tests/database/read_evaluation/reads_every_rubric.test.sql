-- Whatever the rubric, an evaluation is positive, negative, or says nothing.
begin;
create temp table cases (evaluation text, is_success boolean) on commit drop;
insert into cases values
  ('true', true), ('false', false), ('True', true), ('Pass', true), ('fail', false), ('"true"', true), ('true.', true),
  ('Excellent', true), ('Good', true), ('Fair', false), ('Poor', false),
  ('Strongly Agree', true), ('agree', true), ('Neutral', false), ('Disagree', false), ('strongly disagree', false),
  ('1', false), ('5', false), ('6', true), ('8', true), ('10', true), ('7.5', true), ('8/10', true), ('3 / 10', false),
  ('85%', true), ('85 %', true), ('59%', false), ('60%', true), ('8%', false), ('85', true), ('100', true), ('0', false),
  ('{"greeted": true, "booked": true}', true), ('{"greeted": true, "booked": false}', false), ('[{"item": "a", "passed": true}]', true), ('{"note": "x"}', null), ('{broken', null),
  ('[{"met": true}, {"met": "false"}]', false), ('[{"met": "true"}, {"met": true}]', true), ('{"clarity": "Good", "tone": "Poor"}', false),
  ('{"clarity": "Good", "tone": "Excellent"}', true), ('[{"check": "greets the caller", "met": "Pass"}]', true),
  ('', null), (null, null), ('The call went as one would wish', null), ('-3', null), ('8 or 9', null);
select plan((select count(*) from cases)::integer);
select is(private.read_evaluation(evaluation), is_success, coalesce(evaluation, 'none')) from cases;
select * from finish();
rollback;

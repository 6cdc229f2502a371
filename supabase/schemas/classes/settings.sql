insert into private.settings (name, value, type, lowest, highest, description) values
  ('class_meeting_early', '"30 minutes"', 'interval', '0 seconds', '1 day', 'A meeting that starts so long before a class still belongs to it.'),
  ('class_meeting_late', '"120 minutes"', 'interval', '0 seconds', '1 day', 'A meeting that starts so long after the scheduled end of a class still belongs to it.'),
  ('join_link_opens_before', '"15 minutes"', 'interval', '0 seconds', '1 day', 'The enrolled get the join link so long before the start.'),
  ('class_max_students', '1000', 'integer', '1', '10000', 'The most students that one class may have.');

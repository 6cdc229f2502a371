insert into private.settings (name, value, description) values
  ('class_meeting_early', '"30 minutes"', 'A meeting that starts so long before a class still belongs to it.'),
  ('class_meeting_late', '"120 minutes"', 'A meeting that starts so long after the scheduled end of a class still belongs to it.'),
  ('join_link_opens_before', '"15 minutes"', 'The enrolled get the join link so long before the start.'),
  ('class_max_students', '1000', 'The most students that one class may have.');

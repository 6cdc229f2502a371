-- Where webhooks may go, as far as a text says so.
begin;
create temp table urls (url text, is_allowed boolean) on commit drop;
insert into urls values
  ('https://hooks.example.com', true), ('https://hooks.example.com/in?a=1&b=%20', true), ('https://a.b-c.example.com:8443/', true),
  ('HTTPS://Hooks.Example.COM/', true), ('https://xn--bcher-kva.example.com/', true),
  ('http://hooks.example.com', false), ('https://hooks.example.com:22', false), ('https://user:pw@example.com/', false), ('https://example.com/#a', false),
  ('https://localhost', false), ('https://intranet', false), ('https://a.local', false), ('https://a.internal/', false), ('https://metadata.google.internal/', false),
  ('https://127.0.0.1', false), ('https://2130706433', false), ('https://0x7f000001', false), ('https://0x7f.1', false), ('https://[::1]', false),
  ('https://169.254.169.254/latest', false), ('https://127.0.0.1.', false), ('https://a.localhost', false), ('https://a..example.com', false),
  ('https://exa mple.com', false), (E'https://example.com/\r\nhost: x', false), ('https://example.com\@10.0.0.1', false), ('//example.com', false),
  ('ftp://example.com', false), ('javascript:alert(1)', false), ('', false), (null, false), ('https://example.com/' || repeat('a', 2048), false),
  ('http://127.0.0.1:8080/hook', false);
select plan((select count(*) from urls)::integer + 2);
select is(private.is_webhook_url(url), is_allowed, coalesce(left(url, 60), 'null')) from urls;
select vault.create_secret('allowed', 'switchboard_loopback_webhooks');
select ok(private.is_webhook_url('http://127.0.0.1:8080/hook'), 'the embedded stack allows receivers on its own machine');
select ok(not private.is_webhook_url('http://10.0.0.1:8080/hook') and not private.is_webhook_url('http://127.0.0.1.example.com:80/'), 'and nothing else');
select * from finish();
rollback;

-- The pages of models.

select test.add_keys(1, 2, 'p');
select test.add_keys(3, 4);
select test.add_token();
select keywheel.put_models('[{"name": "models/m", "outputTokenLimit": 7},
	{"name": "models/n"}, {"name": "models/b"}]', 1) \g /dev/null

create function pg_temp.fact(p_model text, p_member text)
returns text
language sql
as $$
	select r ->> p_member
	from jsonb_array_elements(keywheel.model_list_page() -> 'rows') r
	where r ->> 'model' = p_model;
$$;
select test.is((select string_agg(r ->> 'model', ' ')
	from jsonb_array_elements(keywheel.model_list_page() -> 'rows') r),
	'b m n', 'all models, by name');
select test.is((select string_agg(r ->> 'model', ' ') from jsonb_array_elements(
	keywheel.model_list_page('["n", "x", "b", "n"]') -> 'rows') r),
	'n b', 'some, in the order of the wish, once, without what is not there');
select test.ok(keywheel.model_list_page() #>> '{list,fetched_at}' is not null,
	'the age of the list');
select test.is(pg_temp.fact('m', 'keys') || ' ' || pg_temp.fact('m', 'projects'),
	'4 3', 'keys and their projects');

-- Rests: of a project, of a key in it, of all models; what is not offered.
insert into keywheel.key_cooldown (scope, model, until, reason) values
	('project/p', 'm', now() + interval '1 hour', 'rate_minute'),
	('key/1', 'm', now() + interval '2 hours', 'flaky'),
	('key/3', '*', now() + interval '1 hour', 'denied'),
	('key/4', 'm', now() - interval '1 hour', 'rate_minute'),
	('key/4', 'n', now() + interval '1 hour', 'not_offered');
select test.is(pg_temp.fact('m', 'resting') || ' ' || pg_temp.fact('n', 'resting')
	|| ' ' || pg_temp.fact('n', 'refused') || ' ' || pg_temp.fact('m', 'refused'),
	'3 1 1 0', 'keys that rest, each once, and those it is not offered to');
select test.is(pg_temp.fact('m', 'rests_until'), null, 'it does not rest for all');
select test.is((select string_agg(concat(r ->> 'project', r ->> 'key_id', ':',
		r ->> 'keys', '/', r ->> 'resting', ' ', r ->> 'reason'), ', ')
	from jsonb_array_elements(
		keywheel.model_page('m', '24h') #> '{projects,rows}') r),
	'p:2/2 flaky, 3:1/1 denied, 4:1/0 ', 'availability by project');
insert into keywheel.key_cooldown (scope, model, until, reason) values
	('*', 'm', now() + interval '1 hour', 'storm');
select test.ok(pg_temp.fact('m', 'rests_until') is not null
	and pg_temp.fact('n', 'rests_until') is null, 'one rests for all');

-- Keys for some models only.
update keywheel.keys set models = '{m*}' where key_id in (2, 4);
select test.is(pg_temp.fact('m', 'keys') || ' ' || pg_temp.fact('m', 'projects')
	|| ' ' || pg_temp.fact('n', 'keys') || ' ' || pg_temp.fact('n', 'projects')
	|| ' ' || pg_temp.fact('n', 'refused'),
	'4 3 2 2 0', 'keys that may serve it');

-- One model.
select test.is(keywheel.model_page('x', '24h'), null, 'one that there is not');
insert into keywheel.model_quirks (model, quirk)
values ('m', 'no_json'), ('vertex/v', 'no_system');
insert into keywheel.limits (scope, model, kind, value, source)
values ('*', 'm', 'rpm', 5, 'set');
insert into keywheel.model_deadlines
	(model, size_class, streamed, samples, p50, p99)
values ('m', 1, true, 60, 100, 900);
select test.is(concat_ws(' ', p #>> '{row,object,outputTokenLimit}',
	p #>> '{quirks,0,quirk}', p #>> '{limits,0,allowed}',
	p #>> '{deadlines,0,p99}', jsonb_array_length(p -> 'series')),
	'7 no_json 5 900 24', 'everything of one')
from keywheel.model_page('m', '24h') p;
select test.is(pg_temp.fact('vertex/v', 'keys'), '0',
	'one of Vertex, which something was learned of');

-- Prices.
select keywheel.put_price('{"model": "m", "valid_from": "2026-01-02",
	"currency": "USD", "prompt": "0.10", "answer": "2.5"}', 'me') \g /dev/null
select keywheel.put_price('{"model": "m*", "valid_from": "2026-01-02",
	"currency": "EUR", "prompt": "1"}', 'me') \g /dev/null
select keywheel.put_price('{"model": "m", "valid_from": "2199-01-01",
	"currency": "USD", "prompt": "0.123456789"}', 'me') \g /dev/null
create function pg_temp.prices(p_model text)
returns text
language sql
as $$
	select string_agg(concat_ws(' ', p ->> 'model', p ->> 'currency',
		p ->> 'prompt', p ->> 'to_come'), ', ')
	from jsonb_array_elements(
		keywheel.model_page(p_model, '1h') -> 'prices') p;
$$;
select test.is(pg_temp.prices('m'), 'm USD 0.123456789 true, '
	'm* EUR 1 false, m USD 0.10 false', 'prices, exactly as they were given');
select test.is(pg_temp.prices('n'), null, '… not those of others');
select keywheel.put_price('{"model": "m", "valid_from": "2026-01-02",
	"currency": "USD", "prompt": "0.20"}', 'me') \g /dev/null
select keywheel.put_price('{"model": "m", "valid_from": "2199-01-01"}', 'me')
	\g /dev/null
select test.is(pg_temp.prices('m'), 'm* EUR 1 false, m USD 0.20 false',
	'one is changed, one taken away');

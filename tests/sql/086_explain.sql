-- Requests by what their clients call them.

select test.add_keys(1, 1);
select test.add_token();

insert into keywheel.requests (request_id, started_at, model, route, streamed,
	outcome, status, attempts, prompt_tokens, cached_tokens, thought_tokens,
	answer_tokens, total_ms, client_id)
select gen_random_uuid(), now() - n * interval '1 minute', 'm' || n, 'r', false,
	'complete', 200, 1, 0, 0, 0, 0, 1,
	case when n = 4 then '' else 'twin' end
from generate_series(1, 4) n;

create function pg_temp.called(p_id text, p_most bigint)
returns text
language sql
as $$
	select coalesce(string_agg(e ->> 'model', ' ' order by n), '')
	from jsonb_array_elements(keywheel.requests_called(p_id, p_most))
		with ordinality x (e, n);
$$;
select test.is(pg_temp.called('twin', 2), 'm1 m2', 'the newest come first');
select test.is(pg_temp.called('twin', 9), 'm1 m2 m3', 'all there are');
select test.is(pg_temp.called('', 9), '', 'no name is not one');
select test.is(pg_temp.called('Twin', 9), '', 'one that nobody has used');

-- Under way: by its lease, while it has no row.
insert into keywheel.leases (responder, request_id, started_at, expires_at,
	model, route, streamed, client_id)
values (1, '00000000-0000-0000-0000-00000000000a', now(),
		now() + interval '1 hour', 'm0', 'r', false, 'twin'),
	(2, (select request_id from keywheel.requests where model = 'm1'),
		now() - interval '1 minute', now() + interval '1 hour', 'm1',
		'r', false, 'twin'),
	(3, '00000000-0000-0000-0000-00000000000b', now(),
		now() + interval '1 hour', 'm0', 'r', false, '');
select test.is(pg_temp.called('twin', 9), 'm0 m1 m2 m3', 'one that is under way');
select test.is(pg_temp.called('twin', 2), 'm0 m1', '… is the newest');
select test.is(pg_temp.called('', 9), '', '… and no name is not one');
select test.is(c -> 0 -> 'outcome', 'null'::jsonb, '… of which no end is known')
from keywheel.requests_called('twin', 1) c;
select test.is(keywheel.request_page('00000000-0000-0000-0000-00000000000a')
	#>> '{under_way,client_id}', 'twin', 'its page says what its client calls it');

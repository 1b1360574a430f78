-- Two days of March 2025 and the day before them, for sql/examples: all that
-- the reports show of it is written next to this file.

select test.add_keys(1, 2, '4711');
select test.add_keys(3, 4);
select keywheel.add_token('alice', '\xa1', '…alic', false, 'cli'),
	keywheel.add_token('bob', '\xb0', '…bobb', false, 'cli'),
	keywheel.add_token('carol', '\xca', '…carl', true, 'cli') \g /dev/null
update keywheel.tokens set created_at = '2025-01-05Z';
insert into keywheel.prices (model, valid_from, currency, prompt, cached,
	answer)
values ('gemini-2.5-pro', '2025-01-01', 'USD', 1.25, 0.31, 10),
	('gemini-2.5-pro', '2025-03-02', 'USD', 2.5, 0.625, 15),
	('gemini-2.5-flash*', '2025-01-01', 'USD', 0.3, 0.03, 2.5);

create function pg_temp.add(p_id integer, p_at text, p_token bigint,
	p_key bigint, p_model text, p_outcome text, p_prompt integer,
	p_cached integer, p_thought integer, p_answer integer, p_ms integer)
returns void
language sql
as $$
	insert into keywheel.requests (request_id, started_at, token_id, key_id,
		model, route, streamed, outcome, status, attempts,
		prompt_tokens, cached_tokens, thought_tokens, answer_tokens,
		first_byte_ms, total_ms, own_us, db_us, client_id, detail)
	values (lpad(p_id::text, 32, '0')::uuid, p_at::timestamptz, p_token,
		p_key, p_model, 'openai.chat', true,
		p_outcome::keywheel.outcome,
		case when p_outcome in ('complete', 'length') then 200
			when p_outcome = 'client_gone' then 499 else 502 end,
		1, p_prompt, p_cached, p_thought, p_answer, p_ms / 4, p_ms,
		p_ms * 2, p_ms, 'job-' || p_id,
		case p_outcome when 'upstream_error' then 'Google said so'
			else '' end);
$$;
create function pg_temp.fail(p_id integer, p_key bigint, p_verdict text,
	p_prompt integer default 0)
returns void
language sql
as $$
	insert into keywheel.attempts (request_id, started_at, attempt, key_id,
		model, verdict, status, total_ms, evidence, prompt_tokens)
	select r.request_id, r.started_at, 1, p_key, r.model, p_verdict, 429,
		120, 'Resource exhausted', p_prompt
	from keywheel.requests r
	where r.request_id = lpad(p_id::text, 32, '0')::uuid;
	update keywheel.requests r set attempts = 2
	where r.request_id = lpad(p_id::text, 32, '0')::uuid;
$$;

begin;
select pg_temp.add(1, '2025-02-28 10:00Z', 1, 1, 'gemini-2.5-pro', 'complete',
	1000, 0, 0, 1000, 2000);
select pg_temp.add(2, '2025-03-01 09:00Z', 1, 1, 'gemini-2.5-pro', 'complete',
	10000, 4000, 500, 1500, 4000);
select pg_temp.add(3, '2025-03-01 23:59:59Z', 2, 3, 'gemini-2.5-flash',
	'length', 2000, 0, 0, 1000, 900);
commit;
-- These are of sums, the others are not summed up yet.
select s.summed || ' ' || s.more from keywheel.sum_usage(100) s;
begin;
select pg_temp.add(4, '2025-03-02 00:00Z', 2, 3, 'gemini-2.5-flash',
	'complete', 1000, 0, 0, 500, 1000);
select pg_temp.add(5, '2025-03-02 08:00Z', 1, 2, 'gemini-2.5-pro', 'complete',
	4000, 1000, 1000, 1000, 8000);
select pg_temp.add(6, '2025-03-02 08:30Z', 1, 1, 'gemini-2.5-pro',
	'client_gone', 4000, 0, 0, 20, 700);
select pg_temp.add(7, '2025-03-02 08:31Z', null, null, 'gemini-2.5-pro',
	'unauthorized', 0, 0, 0, 0, 1);
select pg_temp.add(8, '2025-03-02 08:40Z', 2, 3, 'gemini-2.5-flash',
	'upstream_error', 0, 0, 0, 0, 300);
select pg_temp.add(9, '2025-03-02 17:00Z', 2, 1, 'gemini-odd', 'complete', 700,
	0, 0, 300, 600);
select pg_temp.fail(5, 1, 'rate_minute');
select pg_temp.fail(8, 3, 'overloaded', 600);
insert into keywheel.key_events (at, key_id, event, model, until, cause)
values ('2025-03-02 08:00:01Z', 1, 'rested', 'gemini-2.5-pro',
		'2025-03-02 08:01:00Z', 'rate_minute'),
	('2025-03-02 09:00Z', 2, 'enabled', null, null, 'cli');
-- Alice is here still.
select pg_temp.add(99, now()::text, 1, 1, 'gemini-2.5-pro', 'complete', 1, 0, 0,
	1, 1);
commit;

select keywheel.set_key_state(4, 'disabled', 'invalid_key') \g /dev/null
update keywheel.keys set state_at = now() - interval '10 days 12 hours',
	note = 'from last year' where key_id = 4;
select keywheel.set_limit('*', 'gemini-2.5-flash', 'rpd', 250) \g /dev/null
select keywheel.set_limit('project/4711', 'gemini-2.5-flash', 'rpd', 4)
\g /dev/null
select keywheel.take_room(s, 'gemini-2.5-flash', 10)
from (values ('project/4711'), ('project/4711'), ('project/4711'), ('key/3'))
	v (s) \g /dev/null
update keywheel.tokens set requests_per_day = 1000, budget = 20,
	budget_currency = 'USD' where name = 'bob';
update keywheel.tokens set concurrent = 4, shadow = true where name = 'alice';

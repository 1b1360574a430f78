# Limits of tokens under many responders at once. Sourced by tests/sql/run.
# shellcheck shell=bash disable=SC2154

# token RULES: a database with keys, a token '\x01' of those rules, and each
# request that is let in written down at the time that it counted by.
token() {
	fresh t
	sql t >/dev/null <<END
select test.add_keys(1, 12);
select keywheel.create_token(null, '\\x01', '…1', 'cli', '$1');
create or replace function keywheel.quota_minute()
returns interval language sql immutable as \$\$ select interval '2 seconds' \$\$;
create unlogged table test.let_in (at timestamptz, tokens bigint);
create function test.note_let_in()
returns trigger
language plpgsql
as \$\$
begin
	insert into test.let_in values (new.at, new.tokens);
	return null;
end \$\$;
create trigger let_in after insert or update of at on keywheel.admissions
for each row execute function test.note_let_in();
-- The most of any minute.
create function test.worst(p_what text)
returns numeric
language sql
as \$\$
	select coalesce(max(n), 0) from (select sum(case p_what
		when 'tokens' then tokens else 1 end) over (order by at
		range between current row and keywheel.quota_minute()
		following) as n from test.let_in) s;
\$\$;
create unlogged table test.answers (answer text);
create function test.ask(p_responder bigint, p_tokens bigint default 0)
returns void
language sql
as \$\$
	insert into test.answers
	select concat_ws(' ', b.answer, b.why) from keywheel.begin_request(
		p_responder, gen_random_uuid(), '\\x01', 'gemini', 'm', 'r',
		false, 60000, null, '{}', p_tokens) b;
\$\$;
END
}

token '{"name": "a", "requests_per_minute": 40}'
bench t 64 25 '64 clients, 40 requests a minute' <<'END'
select test.ask(:client_id);
END
sql t -c "select test.is(test.worst('requests'), 40::numeric,
	'… no minute has more, and the worst has all')" \
	-c "select test.is((select count(*) from test.let_in),
		(select count(*) from test.answers where answer = 'leased'),
		'… who is let in has a key, and nobody else')" \
	-c "select test.is((select sum(uses) from keywheel.key_rotation),
		(select count(*) from test.let_in)::numeric,
		'… a refusal turns no key')" \
	-c "select test.is(string_agg(distinct answer, ', '),
		'leased, refused requests_per_minute', '… each is told why')
		from test.answers"

token '{"name": "a", "requests_per_day": 50}'
bench t 32 10 '32 clients, 50 requests a day' <<'END'
select test.ask(:client_id);
END
sql t -c "select test.is(string_agg(distinct n::text, ' '), '50',
	'… a day has 50') from (select count(*) as n from test.let_in
		group by keywheel.utc_day(at)) s"

token '{"name": "a", "tokens_per_minute": 3000}'
bench t 32 20 '32 clients, 3000 tokens a minute' <<'END'
\set tokens random(1, 200)
select test.ask(:client_id, :tokens);
END
sql t -c "select test.ok(test.worst('tokens') between 2500 and 3000,
	'… no minute has more, and the worst nearly all: '
	|| test.worst('tokens'))"

# Requests at once: what is under way at any time, by the times at which each was
# let in and ended. A client is a responder; some die in the middle, and another
# one with their number comes.
token '{"name": "a", "concurrent": 5}'
sql t >/dev/null <<'END'
create unlogged table test.spans (began timestamptz, ended timestamptz);
create function test.end(p_responder bigint, p_request uuid,
	p_key bigint default null)
returns void
language sql
as $$
	select keywheel.end_request(p_responder, p_request, (extract(epoch
		from now()) * 1000)::bigint, 1, p_key, 'm', 'r', false,
		'complete', 200, 1, 1, 0, 0, 1, 5, 9, '', null, null, null,
		'{"counted": 2}');
$$;
END
bench t 24 25 '24 clients, 5 requests at once, some are lost' <<'END'
\set fate random(0, 9)
\set ms random(0, 5)
select gen_random_uuid() as id \gset
select concat_ws(' ', b.answer, b.why) as answer, clock_timestamp() as began
from keywheel.begin_request(:client_id, ':id', '\x01', 'gemini', 'm', 'r',
	false, 60000) b \gset
insert into test.answers values (':answer');
\sleep :ms ms
insert into test.spans select ':began'::timestamptz, clock_timestamp()
where ':answer' = 'leased';
select test.end(:client_id, ':id') where :fate > 1;
select keywheel.close_lost_lease(:client_id) where :fate <= 1;
END
sql t -c "select test.is(max(n), 5::bigint,
	'… never more than five, and five there are') from (
	select count(*) as n from test.spans s join test.spans o
		on s.began between o.began and o.ended
	group by s.ctid) c" \
	-c "select test.is(string_agg(distinct answer, ', '),
		'leased, refused concurrent_requests', '… each is told why')
		from test.answers" \
	-c "select test.is(keywheel.open_places(1, -1), 0::bigint,
		'… at the end every place is free')"

# A budget that has room for fifty estimates.
token '{"name": "a", "budget": "0.005", "budget_currency": "USD"}'
price='{"model": "m", "valid_from": "2020-01-01", "currency": "USD",
	"prompt": "1", "answer": "3"}'
sql t -c "select keywheel.put_price('$price', '')" >/dev/null
bench t 32 10 '32 clients, a budget for 50 requests' <<'END'
select test.ask(:client_id, 100);
END
sql t -c "select test.is((select count(*) from test.let_in), 50::bigint,
	'… has 50')" \
	-c "select test.is(month_cost, 0.005, '… and is used up, exactly')
		from keywheel.token_use"

# Everything at once: checks, leases, retries with verdicts that take the
# pools, ends that settle, other tokens, changes of the token. Nobody waits in
# a circle, and what has ended is what is counted.
token '{"name": "a", "requests_per_minute": 1000000,
	"tokens_per_day": 100000000, "concurrent": 1000, "budget": "1000000",
	"budget_currency": "USD"}'
sql t -c "select keywheel.set_limit('*', 'm', 'rpm', 60)" \
	-c "select keywheel.put_price('$price', '')" \
	-c "create table test.used (tokens bigint)" >/dev/null
bench t 32 24 'limits of keys and tokens, retries, ends, changes' <<'END'
\set tokens random(1, 300)
\set key random(1, 12)
select gen_random_uuid() as id \gset
select count(*) from keywheel.check_token('\x01', null, :client_id, ':id');
select count(*) from keywheel.begin_request(:client_id, ':id', '\x01',
	'gemini', 'm', 'r', false, 60000, null, '{}', :tokens);
select answer from keywheel.retry_request(:client_id, ':id', 'gemini', 'm',
	array[:key]::bigint[], jsonb_build_object('key', :key, 'name', 'x',
	'rest', 'project', 'rest_ms', -60000), '{}', :tokens, 0);
select keywheel.end_request(:client_id, ':id', (extract(epoch
	from now()) * 1000)::bigint, 1, :key, 'm', 'r', false,
	'complete', 200, 1, 1, 0, 0, 1, 5, 9, '', null, jsonb_build_object(
	'key', :key, 'name', 'x', 'rest', 'project', 'rest_ms', -60000), null,
	jsonb_build_object('counted', :tokens * 2, 'estimate', :tokens,
	'keys', (select jsonb_agg(jsonb_build_object('scope', k.scope,
	'ago_ms', 5, 'tokens', 100)) from keywheel.keys k
	where k.key_id between :key and :key + 3)));
insert into test.used values (:tokens * 2);
select keywheel.change_token(1, null, jsonb_build_object('note', :key))
where :client_id = 0;
END
sql t -c "select test.is(deadlocks, 0::bigint, '… no deadlock')
	from pg_stat_database where datname = current_database()" \
	-c "select test.is(u.day_tokens || ' ' || u.day_requests,
		(select sum(tokens) || ' ' || count(*) from test.used),
		'… every request and token is counted, once')
	from keywheel.token_use u" \
	-c "select test.is(u.month_cost, keywheel.token_month_cost(1, 'USD', now()),
		'… what it cost is what the account says')
	from keywheel.token_use u" \
	-c "select test.ok(u.month_cost > 0, '… and that is something')
	from keywheel.token_use u"

# Every count is a HOT update.
for ((i = 0; i < 50; i++)); do
	hot=$(sql t -c "select n_tup_upd >= 500 from pg_stat_user_tables
		where relname = 'token_use'")
	[[ $hot == t ]] && break
	sleep 0.1
done
sql t -c "select test.ok(n_tup_upd >= 500 and n_tup_hot_upd
		>= 0.95 * n_tup_upd, 'the counts: HOT '
	|| round(100.0 * n_tup_hot_upd / n_tup_upd, 1) || ' %')
	from pg_stat_user_tables where relname = 'token_use'"

# Two admins, each of whom would disable, expire or revoke the other.
fresh t
sql t >/dev/null <<'END'
create table test.results (result text);
create function test.fight(p_token bigint, p_rules jsonb)
returns void
language sql
as $$
	insert into test.results
	select keywheel.change_token(p_token, null, p_rules);
$$;
select keywheel.create_token(null, decode('0' || i, 'hex'), '…', 'cli',
	jsonb_build_object('name', 'a' || i, 'admin', true))
from generate_series(1, 8) i;
END
bench t 8 1 'eight admins at once' <<'END'
\set way random(0, 2)
select test.fight(:client_id + 1, (array['{"disabled": true}',
	'{"revoked": true}', '{"expires_at": "2020-01-01"}'])[:way + 1]::jsonb);
END
sql t -c "select test.is(string_agg(result, ' ' order by result),
	'changed changed changed changed changed changed changed last_admin',
	'… one is left') from test.results" \
	-c "select test.is(keywheel.admin_rank(), 2, '… and can sign in')"

# A form that is sent by many at once makes one token.
bench t 16 1 'a form sent sixteen times' <<'END'
select result from keywheel.create_token(
	'00000000-0000-0000-0000-0000000000f1', sha256(:client_id::text::bytea),
	'…', 'page', '{"name": "once"}');
END
sql t -c "select test.is(count(*), 1::bigint, '… makes one token')
	from keywheel.tokens where name = 'once'"

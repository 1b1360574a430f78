# The ledger and the line under many responders at once. Sourced by
# tests/sql/run.
# shellcheck shell=bash disable=SC2154

# limited KEYS MINUTE: a database whose minutes are short, with each use that
# the ledger counts written down at the time that it counted by.
limited() {
	fresh t
	sql t >/dev/null <<END
select test.add_token();
select test.add_keys(1, $1);
update keywheel.keys set project = (key_id / 2)::text where key_id % 4 > 1;
select keywheel.place_keys(array(select key_id from keywheel.keys));
create or replace function keywheel.quota_minute()
returns interval language sql immutable as \$\$ select interval '$2' \$\$;
create unlogged table test.taken (scope text, model text, at timestamptz);
create function test.note_taken()
returns trigger
language plpgsql
as \$\$
begin
	insert into test.taken values (new.scope, new.model, new.used_at);
	return null;
end \$\$;
create trigger taken after update on keywheel.ledger
for each row when (old.used_at <> new.used_at) execute function test.note_taken();
create function test.worst()
returns bigint
language sql
as \$\$
	select coalesce(max(n), 0) from (select count(*) over (
		partition by scope, model order by at range between current row
		and keywheel.quota_minute() following) as n
		from test.taken) s;
\$\$;
create unlogged table test.leased (key_id bigint);
-- As often as not there is none: that is no error.
create function test.may_lease(p_responder bigint, p_model text,
	p_tokens bigint default 0)
returns bigint
language sql
as \$\$
	insert into test.leased
	select b.key_id from keywheel.begin_request(p_responder,
		gen_random_uuid(), '\x01', 'gemini', p_model, 'r', false,
		60000, null, '{}', p_tokens) b
	where b.answer = 'leased' returning key_id;
\$\$;
END
}

limited 12 '2 seconds'
sql t -c "select keywheel.set_limit('*', 'm', 'rpm', 40)" >/dev/null
bench t 64 80 '64 clients, 40 requests a minute' <<'END'
select test.may_lease(:client_id, 'm');
END
sql t -c "select test.is(test.worst(), 40::bigint,
	'… no minute has more, and the worst has all')" \
	-c "select test.is((select sum(uses) from keywheel.key_rotation),
		(select count(*) from test.taken)::numeric,
		'… what was given back is not counted as a use')" \
	-c "select test.is((select count(*) from test.leased),
		(select count(*) from test.taken), '… nor leased')"

# Projects of many keys, nearly full all the time: who finds the ledger full
# holds its row, and goes on to other ones.
limited 36 '240 milliseconds'
sql t -c "update keywheel.keys set project = (key_id % 6)::text" \
	-c 'select keywheel.place_keys(array(select key_id from keywheel.keys))' \
	-c "select keywheel.set_limit('*', 'm', 'rpm', 12)" >/dev/null
bench t 64 80 '64 clients, six projects of six keys' <<'END'
select test.may_lease(:client_id, 'm', :client_id * 5);
END
sql t -c "select test.is(deadlocks, 0::bigint, '… no deadlock')
	from pg_stat_database where datname = current_database()" \
	-c "select test.is(test.worst() <= 12, true, '… no minute has more')"

# The day, which does not end while this runs (or ends once).
limited 12 '2 seconds'
sql t -c "select keywheel.set_limit('*', 'm', 'rpd', 50)" >/dev/null
bench t 64 20 '64 clients, 50 requests a day' <<'END'
select test.may_lease(:client_id, 'm');
END
sql t -c "select test.is(string_agg(distinct n::text, ' '), '50',
	'… each project has had its 50')
	from (select count(*) as n from test.taken
		group by scope, keywheel.quota_day(at)) s"

# Everything at once: picks, several keys, retries with rests and lessons,
# conversations, settling, the clean-up. Nobody waits in a circle.
limited 12 '2 seconds'
sql t -c "select keywheel.set_limit('*', 'm1', 'rpm', 60),
	keywheel.set_limit('*', 'm1', 'tpm', 9000),
	keywheel.set_limit('*', 'm2', 'rpm', 30)" >/dev/null
bench t 64 30 'limits, lanes, rests, lessons and settling' <<'END'
\set model random(1, 3)
\set key random(1, 12)
\set tokens random(1, 300)
select test.may_lease(:client_id, 'm' || :model, :tokens);
select count(*) from keywheel.lease_more('gemini', 'm' || :model,
	array[:key]::bigint[], 1, '{}', :tokens);
select answer from keywheel.retry_request(:client_id, (select request_id
	from keywheel.leases where responder = :client_id), 'gemini',
	'm' || :model, array[:key]::bigint[], jsonb_build_object('key', :key,
	'name', 'x', 'rest', 'project', 'rest_ms', -60000), '{}', :tokens, 50);
select answer from keywheel.wait_request(:client_id, (select request_id
	from keywheel.leases where responder = :client_id), 'gemini',
	'm' || :model, 0);
select keywheel.end_request(:client_id, gen_random_uuid(), (extract(epoch
	from now()) * 1000)::bigint, 1, :key, 'm' || :model, 'r', false,
	'complete', 200, 1, 1, 0, 0, 1, 5, 9, '', null, jsonb_build_object(
	'key', :key, 'name', 'x', 'rest', 'project', 'rest_ms', -60000), null,
	jsonb_build_object('estimate', :tokens, 'keys', (select jsonb_agg(
	jsonb_build_object('scope', k.scope, 'ago_ms', 5, 'tokens', 100))
	from keywheel.keys k where k.key_id between :key and :key + 3)));
select keywheel.forget() where :client_id = 1 and :tokens < 30;
END
sql t -c "select test.ok(test.worst() <= 60, '… no minute has more than 60')"

# Every count of the ledger is a HOT update.
for ((i = 0; i < 50; i++)); do
	hot=$(sql t -c "select n_tup_upd >= 1000 from pg_stat_user_tables
		where relname = 'ledger'")
	[[ $hot == t ]] && break
	sleep 0.1
done
sql t -c "select test.ok(n_tup_upd >= 1000 and n_tup_hot_upd
		>= 0.95 * n_tup_upd, 'the ledger: HOT '
	|| round(100.0 * n_tup_hot_upd / n_tup_upd, 1) || ' %')
	from pg_stat_user_tables where relname = 'ledger'"

# Keys move from ring to ring while they are picked.
limited 12 '2 seconds'
sql t -c "select keywheel.set_limit('*', 'm', 'rpm', 500)" >/dev/null
bench t 32 40 'keys get other weights, pools and parts while they are picked' <<'END'
\set key random(1, 12)
\set weight random(1, 4)
select test.may_lease(:client_id, 'm');
begin;
select keywheel.lock_pools_of(array[:key]);
update keywheel.keys set weight = :weight, reserve = :weight = 2
where key_id = :key and :client_id < 8;
select keywheel.place_key(:key);
commit;
END
sql t -c "select test.ok(test.is_dense(), '… dense')" \
	-c "select test.ok(test.worst() <= 500, '… within the limits')"

# The line: one key that is free now and then, and many who want it. Each gets
# it, and in the order of the tickets.
fresh t
sql t >/dev/null <<'END'
select test.add_token(), test.add_keys(1, 1);
create unlogged table test.order_of (ticket bigint, place bigint);
create sequence test.places;
create procedure test.request(p_responder bigint)
language plpgsql
as $$
declare
	v_id uuid := gen_random_uuid();
	v_ticket bigint;
	v record;
begin
	select b.answer, b.wait_ms into v from keywheel.begin_request(
		p_responder, v_id, '\x01', 'gemini', 'm', 'r', false, 60000,
		null, '{}', 0, 60000) b;
	loop
		commit;
		exit when v.answer <> 'wait';
		select w.ticket into v_ticket from keywheel.waiting w
		where w.responder = p_responder;
		commit;
		perform pg_sleep(v.wait_ms / 1000.0);
		commit;
		select w.answer, w.wait_ms into v from keywheel.wait_request(
			p_responder, v_id, 'gemini', 'm', 60000) w;
		if v.answer = 'leased' then
			insert into test.order_of
			values (v_ticket, nextval('test.places'));
		end if;
	end loop;
	if v.answer <> 'leased' then
		raise exception 'answer %', v.answer;
	end if;
	perform test.judge(1, '{"rest": "key", "rest_ms": 40}');
end $$;
END
bench t 16 6 '16 clients wait for one key' <<'END'
call test.request(:client_id);
END
sql t -c "select test.ok(count(*) > 30, count(*) || ' have waited')
	from test.order_of" \
	-c "select test.is(count(*), 0::bigint, '… nobody came before his turn')
	from (select ticket, lag(ticket) over (order by place) as last
		from test.order_of) s where ticket < last" \
	-c "select test.is(count(*), 0::bigint, '… and the line is empty')
	from keywheel.waiting"

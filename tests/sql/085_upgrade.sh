# From an older schema, with data in it. Sourced by tests/sql/run.
# shellcheck shell=bash disable=SC2154

# What the functions of the first schema looked like from outside, as far as
# a later migration has to do with it.
mkdir -p "$dir/first/functions" "$dir/first/views"
cp "$srcdir/sql/001_initial.sql" "$dir/first/"
: >"$dir/first/grants.sql"
cat >"$dir/first/functions/010_first.sql" <<'END'
create type keywheel.lease as (answer text, key_id bigint, secret bytea,
	hint text, faults integer, wait_ms bigint, long_rest boolean);
create function keywheel.lease_slot(
	p_pool text, p_slot integer, p_model text, p_tried bigint[])
returns keywheel.lease language sql as $$ select null::keywheel.lease $$;
create function keywheel.lease_key(
	p_size integer, p_pool text, p_model text, p_tried bigint[])
returns keywheel.lease language sql as $$ select null::keywheel.lease $$;
create function keywheel.begin_request(
	p_responder bigint, p_request uuid, p_token bytea, p_pool text,
	p_model text, p_route text, p_streamed boolean, p_ttl_ms bigint,
	out settings_version bigint, out token_id bigint, out answer text,
	out key_id bigint, out secret bytea, out hint text,
	out faults integer, out wait_ms bigint, out long_rest boolean)
language sql as $$ select 0::bigint, 0::bigint, '', 0::bigint, ''::bytea, '',
	0, 0::bigint, false $$;
create function keywheel.end_request(
	p_responder bigint, p_request uuid, p_started_ms bigint,
	p_token bigint, p_key bigint, p_model text, p_route text,
	p_streamed boolean, p_outcome text, p_status bigint,
	p_attempts bigint, p_prompt bigint, p_cached bigint,
	p_thought bigint, p_answer bigint, p_first_byte_ms bigint,
	p_total_ms bigint, p_detail text, p_failed jsonb, p_verdict jsonb)
returns void language sql as '';
create function keywheel.maintain()
returns boolean language sql as $$ select true $$;
END

sql postgres -c 'create database old'
is "$(migrate old "$dir/first" 2>&1 | head -n 1)" \
	'applied 001_initial.sql' 'the first schema'
sql old >/dev/null <<'END'
insert into keywheel.tokens (name, hash, hint, origin)
values ('old', '\x01', '…old', 'cli');
insert into keywheel.keys (hash, secret, hint, project, origin, uses)
select sha256(i::text::bytea), 'SEALED', '…' || i, nullif(i, 3)::text, 'cli', 0
from generate_series(1, 3) i;
insert into keywheel.pools values ('gemini', 3);
insert into keywheel.key_rotation (pool, slot, key_id, scope, secret, hint, uses)
select 'gemini', key_id - 1, key_id, scope, secret, hint, 10 * key_id
from keywheel.keys;
insert into keywheel.key_cooldown (scope, model, until, reason)
values ('project/2', 'm', now() + interval '1 hour', 'rate_day');
update keywheel.key_rotation set rests_until = now() + interval '1 hour'
where key_id = 2;
insert into keywheel.settings (name, value) values ('MAX_RETRIES', '5');
update keywheel.revision set settings = 7;
insert into keywheel.requests values (gen_random_uuid(), now(), 1, 1, 'm', 'r',
	false, 'complete', 200, 1, 1, 0, 0, 1, 1, 2);
insert into keywheel.leases values (7, gen_random_uuid(),
	now() - interval '2 minutes', now() - interval '1 minute', 1, 2, 'm',
	'r', false);
END
is "$(migrate old 2>&1 | grep -c '^applied 00[2-9]')" \
	"$(find "$srcdir/sql" -maxdepth 1 -name '00[2-9]_*.sql' | wc -l)" '… is brought forward'

# The same as if it had been made today, and nothing is lost.
sql postgres -c 'create database new'
migrate new >/dev/null 2>&1
schema_of() {
	"$bindir/pg_dump" -s -n keywheel "$1" |
		grep -Ev '^(--|\\|$|SET )|_[0-9]{8}' | sort
}
is "$(diff <(schema_of old) <(schema_of new) | head -n 5)" '' \
	'… the schema is that of a new one'
is "$(sql old -c "select settings || ' ' || (select value
	from keywheel.settings) from keywheel.revision")" '7 5' '… settings stay'
is "$(sql old -c "select string_agg(uses::text, ' ' order by key_id)
	from keywheel.key_rotation")" '10 20 30' '… and uses'
is "$(sql old -c "select string_agg(outcome::text, ' ' order by outcome::text)
	from keywheel.requests")" 'complete internal_error' \
	'… and the account; a lease that was lost is in it'
is "$(sql old -c "select answer || ' ' || key_id || ' ' || scope
	from keywheel.begin_request(1, gen_random_uuid(), '\\x01', 'gemini',
		'm', 'r', false, 60000, '{\"conversation\": \"aa\"}')")" \
	'leased 1 project/1' '… and there are keys to lease'
is "$(sql old -c "select string_agg(key_id::text, ' ') from (
	select (keywheel.begin_request(1, gen_random_uuid(), '\\x01', 'gemini',
		'm', 'r', false, 60000)).key_id from generate_series(1, 4)) s")" \
	'3 1 3 1' '… not the one that rests; also as an older responder asks'

# Before the account and the limits, with a request on its way: it has its token,
# and asks for its lease once the migration waits.
mkdir -p "$dir/last/functions" "$dir/last/views"
cp "$srcdir"/sql/00[1-9]_*.sql "$srcdir"/sql/01?_*.sql "$dir/last/"
cp "$dir/first/grants.sql" "$dir/last/"
cp "$dir/first/functions/010_first.sql" "$dir/last/functions/"
sql postgres -c 'create database busy'
is "$(migrate busy "$dir/last" 2>&1 | grep -c '^applied')" \
	"$(find "$srcdir/sql" -maxdepth 1 -name '0[01]?_*.sql' | wc -l)" \
	'a schema that has requests under way'
sql busy >"$dir/busy.log" 2>&1 <<'END' &
begin;
select count(*) from keywheel.tokens;
do $$
begin
	for i in 1..3000 loop
		exit when exists (select from pg_locks where not granted);
		perform pg_sleep(0.01);
	end loop;
end $$;
insert into keywheel.leases (responder, request_id, started_at, expires_at,
	model, route, streamed)
values (7, gen_random_uuid(), now(), now() + interval '1 hour', 'm', 'r', false);
commit;
END
request=$!
for ((i = 0; i < 300; i++)); do
	[[ $(sql busy -c "select count(*) from pg_locks
		where relation = 'keywheel.tokens'::regclass
			and pid <> pg_backend_pid()") == 0 ]] || break
	sleep 0.1
done
is "$(migrate busy 2>&1 | grep -c '^applied 02')" \
	"$(find "$srcdir/sql" -maxdepth 1 -name '02?_*.sql' | wc -l)" \
	'… is brought forward'
wait "$request"
is "$? $(sql busy -c 'select count(*) from keywheel.leases')" '0 1' \
	'… and the request goes on after that'

# Jobs and probes, many at once. Sourced by tests/sql/run.
# shellcheck shell=bash disable=SC2154

# Everybody claims: a job is one's, and a key is one's.
sql t -c "select test.add_keys(1, 400)" -c "select test.add_token()" \
	-c "select test.judge(k.key_id, '{\"name\": \"invalid_key\",
		\"disable_after\": 1}') from keywheel.keys k where key_id > 40" \
	-c "select keywheel.schedule_probes('{\"invalid_key\": 0}')" \
	-c "select keywheel.declare_jobs('[{\"name\": \"a\", \"every_s\": 60},
		{\"name\": \"b\", \"every_s\": 60}]', 'UTC')" \
	-c "create table taken (key_id bigint)" \
	-c "create table looked (due boolean)" >/dev/null
bench t 16 4 'claims of jobs' <<'EOS'
select keywheel.claim_job('{a,b}', 'x', 60000, false);
EOS
is "$(sql t -c 'select name, runs from keywheel.jobs order by name')" \
	$'a|1\nb|1' '… each runs once'
is "$(sql t -c 'select count(*) from keywheel.job_runs')" 2 \
	'… and is in the history once'
is "$(sql t -q -c "update keywheel.job_look set looked_at = '-infinity'" \
	-c 'select keywheel.look_for_jobs()')" f \
	'… nobody who looks is told of a job that runs'
bench t 16 4 'claims of probes' <<'EOS'
insert into taken select key_id from keywheel.claim_probes(8, 600000);
EOS
is "$(sql t -c 'select count(*), count(distinct key_id) from taken')" \
	'360|360' '… each key is probed once'

# A look in a minute, whoever looks.
sql t -c "truncate looked" -c "update keywheel.jobs set claimed_until = null,
	next_at = now()" -c "update keywheel.job_look set looked_at = '-infinity'" \
	>/dev/null
bench t 16 8 'looks' <<'EOS'
insert into looked select keywheel.look_for_jobs();
EOS
is "$(sql t -c 'select count(*) from looked where due')" 1 '… one is told'

# Keys die and come back while others pick and judge: nobody waits in a circle.
sql t -c "update keywheel.keys set project = 'p' || key_id % 5" \
	-c "update keywheel.key_rotation r set scope = k.scope
		from keywheel.keys k where k.key_id = r.key_id" >/dev/null
bench t 12 150 'probes among picks and verdicts' <<'EOS'
\set key random(1, 40)
\set what random(1, 6)
\if :what = 1
select test.judge(:key, '{"name": "invalid_key", "disable_after": 1}');
\elif :what = 2
select keywheel.schedule_probes('{"invalid_key": 0}');
\elif :what = 3
select keywheel.finish_probe(p.key_id, p.since, 'm', 'alive', 'ok', '', null,
	jsonb_build_object('key', p.key_id, 'name', 'rate_minute', 'rest',
		'project', 'rest_ms', 1))
from keywheel.claim_probes(1, 1) p;
\elif :what = 4
select test.judge(:key, '{"rest": "project", "rest_ms": 1}');
\else
select test.pick();
\endif
EOS
is "$(sql t -c 'select test.is_dense()')" t '… the rotation is whole'

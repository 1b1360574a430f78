-- The list of models, and what models have refused.

create function pg_temp.version()
returns bigint
language sql
as $$
	select settings from keywheel.revision;
$$;
create function pg_temp.names()
returns text
language sql
as $$
	select coalesce(string_agg(k, ' ' order by k collate "C"), '')
	from jsonb_object_keys(keywheel.get_model_names()) k;
$$;

-- At first there is no list.
select test.is(age_ms || ' ' || models::text, '-1 []', 'no list yet')
from keywheel.get_models();
select test.is(keywheel.get_model_names(), '{}'::jsonb, '… and no names');

-- Who may fetch it: one of many, and again when he does not come back.
select test.is(keywheel.claim_models_fetch(600000), true, 'a claim');
select test.is(keywheel.claim_models_fetch(600000), false, '… is taken');
update keywheel.model_lists set claimed_at = now() - interval '59 seconds';
select test.is(keywheel.claim_models_fetch(600000), false, '… for a minute');
update keywheel.model_lists set claimed_at = now() - interval '61 seconds';
select test.is(keywheel.claim_models_fetch(600000), true, '… and no longer');
select keywheel.fail_models_fetch(repeat('no ', 1000));
select test.is(length(error) || ' ' || (error_at > now() - interval '1 minute'),
	'500 true', 'a failure is kept') from keywheel.model_lists;
select test.is(keywheel.claim_models_fetch(600000), false,
	'… and gives nobody else the claim');
select keywheel.release_models_fetch();
select test.is(keywheel.claim_models_fetch(600000), true,
	'who gives it back lets anybody else');

-- A list: as Gemini tells it, by name.
select test.is(keywheel.put_models('[
	{"name": "models/gemini-b", "inputTokenLimit": 1000},
	{"name": "models/gemini-a", "note": "first"},
	{"name": "models/gemini-a", "note": "first"},
	{"name": "gemini-c"}, {"name": "models/"}, {"name": "tunedModels/x"},
	{"name": "models/a b"}, {"name": 7}, {}, null, "gemini-d", [],
	{"name": null}]', 3), true, 'a list with new names');
select test.is(pg_temp.names(), 'gemini-a gemini-b gemini-c',
	'names without models/, each once, and no others');
select test.is(models, '[{"name": "models/gemini-a", "note": "first"},
	{"name": "models/gemini-b", "inputTokenLimit": 1000},
	{"name": "gemini-c"}]'::jsonb, 'Gemini''s objects by name')
from keywheel.get_models();
select test.ok(age_ms between 0 and 60000, '… with their age')
from keywheel.get_models();
select test.is(key_id || error || coalesce(error_at::text, ''), '3',
	'the key is noted, and the failure is not any more')
from keywheel.model_lists;
select test.is(pg_temp.version(), 2::bigint, '… a new version');
select test.is(keywheel.claim_models_fetch(600000), false,
	'a fresh list is not fetched');
update keywheel.model_lists set fetched_at = now() - interval '601 seconds';
select test.ok(age_ms between 601000 and 660000, 'it grows old')
from keywheel.get_models();
select test.is(keywheel.claim_models_fetch(600000), true,
	'… and one may fetch it');

-- The union over keys; what was not seen for three days goes.
select test.is(keywheel.put_models('[{"name": "models/gemini-b",
	"inputTokenLimit": 2000}]', 4), false, 'a shorter list');
select test.is(pg_temp.version(), 2::bigint, '… makes no version');
select test.is(pg_temp.names(), 'gemini-a gemini-b gemini-c',
	'… and takes nothing away');
select test.is(models #>> '{1,inputTokenLimit}', '2000',
	'… but the latest description counts') from keywheel.get_models();
update keywheel.models set seen_at = now() - interval '71 hours';
select keywheel.put_models('[{"name": "models/gemini-b"}]', 4) \g /dev/null
select test.is(pg_temp.names(), 'gemini-a gemini-b gemini-c',
	'not seen for nearly three days');
update keywheel.models set seen_at = now() - interval '73 hours'
where model <> 'gemini-b';
select test.is(keywheel.put_models('[{"name": "models/gemini-b"}]', 4), true,
	'not seen for three days');
select test.is(pg_temp.names() || ' ' || pg_temp.version(), 'gemini-b 3',
	'… gone, with a new version');
select test.is(keywheel.put_models('[]', null), false, 'an empty list');
select test.is(pg_temp.names(), 'gemini-b', '… takes nothing away');
select keywheel.put_models(jsonb_build_array(
	jsonb_build_object('name', 'models/' || repeat('n', 128)),
	jsonb_build_object('name', 'models/' || repeat('n', 129)),
	jsonb_build_object('name', 'models/huge', 'note',
		repeat('x', 65536))), 1) \g /dev/null
select test.is(pg_temp.names(), 'gemini-b ' || repeat('n', 128),
	'names and descriptions that are too long');

-- Quirks come with the account.
create function pg_temp.learned(p_model text, p_quirks jsonb)
returns void
language sql
as $$
	select keywheel.end_request(1, gen_random_uuid(),
		(extract(epoch from now()) * 1000)::bigint, null, null,
		p_model, 'openai.chat', true, 'complete', 200, 1, 1, 0, 0, 1,
		5, 9, '', null, null,
		jsonb_build_object('quirks', p_quirks));
$$;
select test.is(keywheel.get_quirks(), '{}'::jsonb, 'no quirks yet');
select pg_temp.version() as version \gset
select pg_temp.learned('m', '["no_logprobs", "drop:a.b_C9", "no_logprobs"]');
select test.is(keywheel.get_quirks(), '{"m": ["drop:a.b_C9", "no_logprobs"]}',
	'a model''s quirks');
select test.is(pg_temp.version() - :version, 1::bigint, '… a new version');
select pg_temp.learned('m', '["no_logprobs"]');
select test.is(pg_temp.version() - :version, 1::bigint,
	'what is known makes no version');
select pg_temp.learned('n', '["no_logprobs", "UPPER", "", "drop:", "drop:a b",
	"a-b", null, 7, ["x"]]');
select test.is(keywheel.get_quirks() -> 'n', '["no_logprobs"]',
	'what is no quirk is passed over');
select test.is(pg_temp.version() - :version, 2::bigint,
	'another model: another version');
select pg_temp.learned('n', '["UPPER"]');
select pg_temp.learned('n', '[]');
select pg_temp.learned(repeat('n', 129), '["no_logprobs"]');
select test.is(pg_temp.version() - :version, 2::bigint,
	'… and makes no version');
select test.fails($$insert into keywheel.model_quirks
	values ('m', 'drop:' || repeat('x', 65))$$, '23514',
	'a quirk has a form');
select pg_temp.learned('l', (select jsonb_agg('drop:f' || i)
	from generate_series(1, 40) i));
select pg_temp.learned('l', '["one_more"]');
select test.is(jsonb_array_length(keywheel.get_quirks() -> 'l'), 32,
	'at most 32 of a model');
insert into keywheel.model_quirks
select 'x' || i, 'no_logprobs' from generate_series(1, 4096) i;
select pg_temp.learned('late', '["no_logprobs"]');
select test.is(keywheel.get_quirks() -> 'late', null,
	'… and 4,096 altogether');
delete from keywheel.model_quirks where model ~ '^(x|l$)';

-- Lists, and forgetting.
select test.is(string_agg(model || '/' || quirk, ' '),
	'm/drop:a.b_C9 m/no_logprobs n/no_logprobs', 'the list is in order')
from keywheel.list_quirks() where learned_at > now() - interval '1 minute';
select pg_temp.version() as version \gset
select test.is(keywheel.forget_quirks('nobody'), 0::bigint,
	'nothing to forget');
select test.is(pg_temp.version(), :version::bigint, '… makes no version');
select test.is(keywheel.forget_quirks('m'), 2::bigint, 'a model''s quirks');
select test.is(pg_temp.version() - :version, 1::bigint, '… a new version');
select test.is(keywheel.get_quirks(), '{"n": ["no_logprobs"]}',
	'… the others stay');
select pg_temp.learned('m', '["no_logprobs"]');
select test.is(keywheel.forget_quirks(null), 2::bigint, 'all quirks');

-- After a week they are forgotten, and tried again.
select pg_temp.learned('m', '["old", "young"]');
update keywheel.model_quirks set learned_at = now() - interval '8 days'
where quirk = 'old';
update keywheel.model_quirks set learned_at = now() - interval '6 days'
where quirk = 'young';
select pg_temp.version() as version \gset
update keywheel.revision set maintained_at = '-infinity';
select test.is(keywheel.maintain(), true, 'the clean-up');
select test.is(keywheel.get_quirks(), '{"m": ["young"]}',
	'… forgets what was learned a week ago');
select test.is(pg_temp.version() - :version, 1::bigint, '… a new version');
update keywheel.revision set maintained_at = '-infinity';
select test.is(keywheel.maintain(), true, 'another clean-up');
select test.is(pg_temp.version() - :version, 1::bigint,
	'… forgets nothing, and makes none');

-- What a model answers with at the most goes with its name.
select keywheel.put_models('[{"name": "models/gemini-y",
	"outputTokenLimit": 8192}, {"name": "models/gemini-z",
	"outputTokenLimit": "many"}]', null) \g /dev/null
select test.is(names -> 'gemini-y', '8192'::jsonb, 'a limit of tokens'),
	test.is(names -> 'gemini-z', 'true'::jsonb, '… or none')
from keywheel.get_model_names() names;

-- Models that no key can use are marked, and no others.
delete from keywheel.models;
select keywheel.put_models('[{"name": "models/one"}, {"name": "models/two"},
	{"name": "models/two-b"}]', null) \g /dev/null
create function pg_temp.marked()
returns text
language sql
as $$
	select coalesce(string_agg(format('%s: %s', m ->> 'name',
			m ->> 'unavailableReason'), '|'), 'none')
	from keywheel.get_models() g, jsonb_array_elements(g.models) m
	where m ? 'unavailableReason' and m -> 'available' = 'false';
$$;
create function pg_temp.refuse(p_scope text, p_model text, p_reason text)
returns void
language sql
as $$
	insert into keywheel.key_cooldown (scope, model, until, reason)
	values (p_scope, p_model, now() + interval '1 hour', p_reason);
$$;
update keywheel.keys set state = 'removed';
delete from keywheel.key_rotation;
update keywheel.pools set size = 0;
delete from keywheel.key_cooldown;
select test.is(pg_temp.marked(), 'none', 'without a key none is marked');
select test.add_keys(901, 902);
select test.add_keys(903, 903, 'p');
select test.is(pg_temp.marked(), 'none', 'all can be used');
select pg_temp.refuse('key/' || key_id, 'two', 'not_offered')
from keywheel.list_keys() where project is null \g /dev/null
select test.is(pg_temp.marked(), 'none', 'refused to all but one');
select pg_temp.refuse('project/p', 'two', 'rate_minute');
select test.is(pg_temp.marked(), 'none', '… which rests for another reason');
update keywheel.key_cooldown set reason = 'model_unknown'
where scope = 'project/p';
select test.is(pg_temp.marked(),
	'models/two: Gemini offers it to none of the keys.', 'refused to all');
select test.add_keys(1, 1, null, 'vertex');
select test.ok(pg_temp.marked() like 'models/two:%',
	'keys of Vertex are for others');
update keywheel.key_cooldown set until = now() where scope = 'project/p';
select test.is(pg_temp.marked(), 'none', 'a refusal that is over');
select pg_temp.refuse('*', 'one', 'model_unknown');
select pg_temp.refuse('*', 'two-b', 'storm');
select test.is(pg_temp.marked(),
	'models/one: Gemini does not know it at the moment.',
	'unknown to everybody; a storm is no reason');
delete from keywheel.key_cooldown;
update keywheel.keys set models = '{two*}' where state = 'active';
select test.is(pg_temp.marked(),
	'models/one: No key of this gateway may serve it.',
	'on no key''s list');
update keywheel.keys set models = '{two}' where state = 'active';
select test.is(pg_temp.marked(),
	'models/one: No key of this gateway may serve it.|'
	'models/two-b: No key of this gateway may serve it.',
	'a name is no beginning');
select pg_temp.refuse(coalesce('project/' || project, 'key/' || key_id), 'two',
	'not_offered') from keywheel.list_keys() where pool = 'gemini'
\g /dev/null
select test.ok(pg_temp.marked() like
	'%|models/two: Gemini offers it to none of the keys.|%',
	'those that may serve it are refused');

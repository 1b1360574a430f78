// What many keys are told at once is nobody's fault, and what Google's errors
// teach beside what they mean.
import assert from "node:assert/strict";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { crowd, until } from "./lib/until.mjs";

const TYPE = "type.googleapis.com/google.rpc.";
const PER_MINUTE = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier";

/** A 429 that names the project of the key. */
function rateOf(project, delay) {
	return { status: 429, raw: JSON.stringify({ error: { code: 429,
		message: "You exceeded your current quota.",
		status: "RESOURCE_EXHAUSTED", details: [
			{ "@type": `${TYPE}QuotaFailure`, violations: [{
				quotaId: PER_MINUTE, quotaValue: "10",
				quotaDimensions: { location: "global", model: MODEL } }] },
			{ "@type": `${TYPE}ErrorInfo`, reason: "RATE_LIMIT_EXCEEDED",
				domain: "googleapis.com",
				metadata: { consumer: `projects/${project}` } },
			{ "@type": `${TYPE}RetryInfo`, retryDelay: delay }] } }) };
}

function alarms(kind) {
	return kw.sql.rows(`select * from keywheel.report_alarms
	    where kind = '${kind}' order by alarm_id`);
}

async function restOfAll() {
	return (await kw.cooldowns()).find(({ scope }) => scope === "*");
}

/** As if all rests were over. */
async function pass() {
	await kw.sql.exec(`delete from keywheel.storm_checks;
	    update keywheel.key_cooldown
		set until = now() - interval '1 millisecond';
	    update keywheel.key_rotation set rests_until = now()`);
}

/** As if somebody had just tried whether Google is well again; later on: not. */
async function tried(model) {
	await kw.sql.exec(`delete from keywheel.trials;
	    insert into keywheel.trials values
		('${model}', now() + interval '1 minute')`);
}
const untried = () => kw.sql.exec("delete from keywheel.trials");

async function assertUnharmed() {
	for (const key of await kw.keyStates())
		assert.deepEqual([key.state, key.faults, key.rests_until],
		    ["active", 0, null], `key ${key.key_id}`);
}

async function calls() {
	return (await kw.fake.books()).total;
}

// ---- storms ----------------------------------------------------------------

test("an overload: the model rests, no key is lost, and it is told", async () => {
	await kw.fake.script({ error: "unavailable" });
	const answers = await crowd(6, 6, () => kw.chat());
	for (const { status, json, headers, text } of answers) {
		assert.equal(status, 503, text);
		assert.equal(json.error.code, "upstream_overloaded");
		const wait = Number(headers["retry-after"]);
		assert.ok(wait >= 1 && wait <= 5, `Retry-After: ${wait}`);
	}
	const rest = await until(restOfAll);
	assert.deepEqual([rest.model, rest.reason], [MODEL, "overloaded"]);
	const [alarm, ...more] = await alarms("storm");
	assert.deepEqual([alarm.subject, alarm.ended_at, more.length],
	    [MODEL, null, 0]);
	assert.match(alarm.text,
	    /^[3-5] projects were told within \d+ s that Google cannot serve /);
	await assertUnharmed();
});

test("while a model rests nobody calls for it; others are served, and it comes back",
    async () => {
	await kw.set({ MAX_RETRIES: 0 });
	await kw.fake.script({ model: MODEL, do: { error: "unavailable" } });
	await crowd(3, 1, () => kw.chat());
	assert.equal(await calls(), 3);
	await until(restOfAll);
	for (const [ask, status] of [[() => kw.chat(), 503],
		[() => kw.chat({ stream: true }), 503],
		[() => kw.native("generateContent"), 503]]) {
		const answer = await ask();
		assert.equal(answer.status, status, answer.text);
		const wait = Number(answer.headers["retry-after"]);
		assert.ok(wait >= 1 && wait <= 5, `Retry-After: ${wait}`);
		const { outcome, attempts } = await kw.rowOf(answer);
		assert.deepEqual([outcome, attempts], ["upstream_error", 0]);
	}
	assert.equal(await calls(), 3);
	assert.equal((await kw.chat({ model: "gemini-2.5-pro" })).status, 200);

	await kw.fake.reset();
	await until(async () => (await kw.chat()).status === 200,
	    { timeout: 8000, every: 200 });
	await until(async () => (await kw.sql.rows(
	    "select keywheel.end_stale_alarms() as n"))[0].n === 1);
	assert.notEqual((await alarms("storm"))[0].ended_at, null);
});

test("429 that say nothing from all keys: a storm, and their rests are taken back",
    async () => {
	await kw.set({ MAX_RETRIES: 4 });
	await kw.fake.script({ error: "rate_plain" });
	const answer = await kw.chat();
	assert.equal(answer.status, 503, answer.text);
	assert.match(answer.json.error.message, /refuses all keys for this model/);
	await kw.rowOf(answer);
	/* Those that came before the third one rested for a moment. */
	assert.deepEqual((await kw.cooldowns()).map(({ scope, reason }) =>
	    [scope, reason]), [["*", "storm"]]);
	assert.match((await alarms("storm"))[0].text, new RegExp("^3 projects were " +
	    "refused within 1 s without a quota being named: Google or our " +
	    `address is in trouble with ${MODEL}$`));
	await kw.fake.reset();
	await pass();
	for (let i = 0; i < KEYS.length; i++)
		assert.equal((await kw.chat()).status, 200);
	assert.deepEqual(Object.values(await kw.fake.counts()),
	    KEYS.map(() => 1), "each key serves again");
});

test("some keys are told 503: a pool that works is not stopped", async () => {
	await crowd(10, 2, () => kw.chat());
	await kw.fake.script(...KEYS.slice(0, 3).map((key) => ({ key, times: 1,
		do: { error: "capacity" } })));
	const answers = await crowd(40, 4, () => kw.chat());
	assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
	assert.equal(await restOfAll(), undefined);
	await assertUnharmed();
});

test("an overload that lasts: each round rests longer, all keys live", async () => {
	await kw.set({ MAX_RETRIES: 1 });
	await kw.fake.script({ error: "rate_plain" });
	const lengths = [];
	for (let i = 0; i < 4; i++) {
		await crowd(4, 2, () => kw.chat());
		const { since, until: end } = await until(restOfAll);
		lengths.push(Math.round((Date.parse(end) - Date.parse(since)) / 1000));
		await pass();
	}
	assert.deepEqual(lengths, [5, 10, 20, 40]);
	assert.equal((await alarms("storm")).length, 1);
	await kw.fake.reset();
	assert.equal((await kw.chat()).status, 200);
	assert.ok((await kw.keyStates()).every(({ state }) => state === "active"));
});

test("500 on one key, again and again: it rests, the others serve", async () => {
	const bad = KEYS[2];
	await kw.fake.script({ key: bad, do: { error: "internal" } });
	for (let i = 0; i < 40; i++)
		assert.equal((await kw.chat()).status, 200);
	assert.equal((await kw.fake.counts())[bad], 5);
	const [rest, ...more] = await kw.cooldowns();
	assert.deepEqual([rest.scope, rest.model, rest.reason, more.length],
	    ["key/3", MODEL, "stumbles", 0]);
	assert.equal((await kw.key(bad)).state, "active");
});

// ---- our address, unknown models -------------------------------------------

test("two keys are not served from here: nobody is asked, the operator is told",
    async () => {
	await kw.fake.script({ error: "location" });
	const first = await kw.chat();
	await tried("gemini-2.5-pro");
	const second = await kw.chat({ model: "gemini-2.5-pro" });
	for (const answer of [first, second]) {
		assert.equal(answer.status, 503, answer.text);
		assert.equal(answer.json.error.code, "no_upstream_key");
	}
	assert.match(second.json.error.message, /the gateway's address/);
	assert.equal(await calls(), 2);
	assert.deepEqual((await kw.cooldowns()).map(({ scope, model, reason }) =>
	    [scope, model, reason]), [["*", "*", "location"]]);
	const [alarm] = await alarms("location");
	assert.match(alarm.text, /User location is not supported/);

	/* One request a second sees whether that is still so. */
	await untried();
	assert.equal((await kw.chat()).status, 503);
	assert.ok(await calls() > 2);
	await kw.fake.reset();
	await untried();
	assert.equal((await kw.chat()).status, 200);
	await until(async () => await restOfAll() === undefined);
	assert.equal((await kw.chat({ model: "gemini-2.5-pro" })).status, 200);
	await assertUnharmed();
});

test("keywheel rests: what rests for everybody, and its end by hand", async () => {
	assert.deepEqual(await kw.cliJson("rests"), []);
	await kw.fake.script({ error: "location" });
	await kw.chat();
	await kw.chat({ model: "gemini-2.5-pro" });
	await until(async () => (await kw.cliJson("rests")).length === 1);
	await kw.fake.reset();
	await tried(MODEL);
	assert.equal((await kw.chat()).status, 503);
	assert.match((await kw.cli("rests")).out, /^\*  +location  +\d{4}-/m);
	const none = await kw.cli("rests", "end", "gemini-none");
	assert.equal(none.status, 1);
	assert.match(none.err, /gemini-none does not rest for everybody/);

	assert.equal((await kw.cli("rests", "end")).out, "1 rest ended\n");
	assert.equal((await kw.chat()).status, 200);
	assert.notEqual((await alarms("location"))[0].ended_at, null);
	assert.deepEqual(await kw.cliJson("rests", "end"), { ended: 0 });
});

test("one key is not served from here: it rests, the others serve", async () => {
	await kw.fake.script({ key: KEYS[1], do: { error: "location" } });
	for (let i = 0; i < 12; i++)
		assert.equal((await kw.chat()).status, 200);
	assert.equal((await kw.fake.counts())[KEYS[1]], 1);
	assert.deepEqual((await kw.cooldowns()).map(({ scope, model, reason }) =>
	    [scope, model, reason]), [["key/2", "*", "location"]]);
});

test("a model that two keys do not know costs no more calls", async () => {
	const model = "gemini-9-none";
	await kw.fake.script({ model, do: { error: "not_found_model" } });
	assert.equal((await kw.chat({ model })).status, 404);
	await until(restOfAll);
	assert.equal(await calls(), 2);
	for (const answer of [await kw.chat({ model }),
		await kw.chat({ model, stream: true }),
		await kw.native("generateContent", {}, { model })]) {
		assert.equal(answer.status, 404, answer.text);
		const { outcome, attempts } = await kw.rowOf(answer);
		assert.deepEqual([outcome, attempts], ["client_error", 0]);
	}
	assert.equal((await kw.chat({ model })).json.error.code, "model_not_found");
	assert.equal(await calls(), 2);
	assert.equal((await kw.chat()).status, 200);
	await assertUnharmed();
});

test("a model that one key does not know is served by the others", async () => {
	await kw.fake.script({ key: KEYS[0], do: { error: "not_found_model" } });
	for (let i = 0; i < 18; i++)
		assert.equal((await kw.rowOf(await kw.chat())).outcome, "complete");
	/* Its second refusal, while the others answer, says that it is it. */
	assert.equal((await kw.fake.counts())[KEYS[0]], 2);
	assert.deepEqual((await kw.cooldowns()).map(({ scope, model, reason }) =>
	    [scope, model, reason]), [["key/1", MODEL, "model_unknown"]]);
});

test("a wrong method does not take a good model from anybody", async () => {
	await kw.rowOf(await kw.chat());
	await kw.fake.script({ times: 2, do: { error: "not_found_model" } });
	await kw.rowOf(await kw.native("countTokens"));
	assert.equal(await calls(), 3);
	assert.equal((await kw.chat()).status, 200);
	assert.deepEqual(await kw.cooldowns(), []);
});

// ---- what is learned -------------------------------------------------------

test("two keys turn out to be of one project: from then on both rest", async () => {
	await kw.useKeys(3);
	try {
		await kw.fake.script(
		    { key: KEYS[0], times: 1, do: rateOf("4711", "0.1s") },
		    { key: KEYS[1], times: 1, do: rateOf("4711", "0.1s") });
		assert.equal((await crowd(6, 1, () => kw.chat())).filter(
		    ({ status }) => status === 200).length, 6);
		assert.deepEqual(await kw.sql.rows(`select project, count(*) as n
		    from keywheel.keys where state = 'active'
		    group by project order by project`),
		    [{ project: "4711", n: 2 }, { project: null, n: 1 }]);
		const [limit] = await kw.sql.rows(`select scope, model, kind, value,
		    source from keywheel.limits`);
		assert.deepEqual(limit, { scope: "project/4711", model: MODEL,
			kind: "rpm", value: 10, source: "learned" });
		const [event] = await kw.sql.rows(`select * from
		    keywheel.report_key_events where event = 'project'
		    and key_id = 1 order by at desc limit 1`);
		assert.match(event.evidence, /project\/4711/);

		await pass();
		await kw.sql.exec("delete from keywheel.limits");
		await kw.fake.reset();
		await kw.fake.script({ key: KEYS[0], do: rateOf("4711", "30s") });
		while (((await kw.fake.counts())[KEYS[0]] ?? 0) === 0)
			assert.equal((await kw.chat()).status, 200);
		const before = (await kw.fake.counts())[KEYS[1]] ?? 0;
		for (let i = 0; i < 6; i++)
			assert.equal((await kw.chat()).status, 200);
		const counts = await kw.fake.counts();
		assert.deepEqual([counts[KEYS[0]], counts[KEYS[1]] ?? 0], [1, before]);
	} finally {
		await kw.sql.exec(`update keywheel.keys set project = null
		    where project = '4711';
		    update keywheel.key_rotation r set scope = k.scope
		    from keywheel.keys k where k.key_id = r.key_id`);
	}
});

test("what a client writes teaches nothing", async () => {
	await kw.fake.script({ status: 403, raw: JSON.stringify({ error: { code: 403,
		message: "You do not have permission to access the File " +
		    "projects/4711 Your API key was reported as leaked.",
		status: "PERMISSION_DENIED" } }) });
	await kw.chat();
	assert.deepEqual(await kw.sql.rows(
	    "select key_id from keywheel.keys where project is not null"), []);
	await assertUnharmed();
});

test("somebody on the way forbids it: no key is blamed", async () => {
	for (const status of [401, 402, 403, 407]) {
		await kw.reset();
		await kw.fake.script({ status, content_type: "text/html",
			raw: "<html><title>Blocked by policy</title></html>" });
		const answers = await crowd(12, 4, () => kw.chat());
		for (const answer of answers) {
			assert.equal(answer.status, 502, `${status}: ${answer.text}`);
			assert.doesNotMatch(answer.text, /<html>/);
		}
		await assertUnharmed();
	}
});

test("a leaked key: disabled, an alarm with its end, and nothing more of it",
    async () => {
	const bad = KEYS[1];
	await kw.fake.script({ key: bad, do: { error: "leaked" } });
	for (let i = 0; i < 6; i++)
		assert.equal((await kw.chat()).status, 200);
	const [alarm, ...more] = await alarms("leaked_key");
	assert.deepEqual([alarm.subject, more.length], ["key 2", 0]);
	assert.ok(alarm.text.includes(bad.slice(-2)));
	assert.ok(!alarm.text.includes(bad.slice(4, 12)));
});

test("no key is left: one alarm, which a key ends", async () => {
	await kw.useKeys(0);
	for (let i = 0; i < 3; i++)
		assert.equal((await kw.chat()).status, 503);
	const [alarm, ...more] = await alarms("no_key");
	assert.deepEqual([alarm.subject, alarm.ended_at, more.length],
	    ["gemini", null, 0]);
	await kw.useKeys(1);
	assert.notEqual((await alarms("no_key"))[0].ended_at, null);
});

// ---- what clients are told -------------------------------------------------

test("no more tries: others are free, so the client shall come again", async () => {
	for (const error of ["rate_day", "api_key_invalid", "billing402"]) {
		await kw.reset();
		await kw.set({ MAX_RETRIES: 0 });
		await kw.fake.script({ times: 1, do: { error } });
		const answer = await kw.chat();
		assert.equal(answer.status, 429, `${error}: ${answer.text}`);
		assert.equal(answer.json.error.code, "rate_limit_exceeded");
		assert.equal(answer.headers["retry-after"], "1");
		assert.notEqual(answer.headers["x-should-retry"], "false");
		assert.equal((await kw.chat()).status, 200);
		/* The verdict is in force, once. */
		const events = await kw.sql.rows(`select event from
		    keywheel.report_key_events where at > now() - interval '1 minute'
		    and cause in ('rate_day', 'invalid_key', 'no_balance')
		    and key_id = ${(await kw.rowOf(answer)).key_id}
		    and at > (select started_at from keywheel.report_requests
			where request_id = '${answer.headers["x-request-id"]}')`);
		assert.equal(events.length, 1, error);
	}
});

test("no more tries, and no other key is free: the true time", async () => {
	await kw.useKeys(2);
	await kw.set({ MAX_RETRIES: 0 });
	await kw.fake.script({ times: 1, do: { error: "rate_minute",
		retry_delay: "19s" } }, { times: 1, do: { error: "rate_day" } });
	assert.equal((await kw.chat()).headers["retry-after"], "1");
	const answer = await kw.chat();
	assert.equal(answer.status, 429, answer.text);
	const wait = Number(answer.headers["retry-after"]);
	assert.ok(wait >= 18 && wait <= 20, `Retry-After: ${wait}`);
});

test("input tokens of the minute: type tokens", async () => {
	await kw.useKeys(2);
	await kw.fake.script({ error: "rate_tokens" });
	for (const answer of [await kw.chat(), await kw.chat()]) {
		assert.equal(answer.status, 429, answer.text);
		assert.deepEqual([answer.json.error.type, answer.json.error.code],
		    ["tokens", "rate_limit_exceeded"]);
		assert.ok(Number(answer.headers["retry-after"]) > 30);
	}
});

test("a model that no project is offered", async () => {
	await kw.useKeys(2);
	await kw.fake.script({ error: "rate_zero" });
	for (const answer of [await kw.chat(), await kw.chat()]) {
		assert.equal(answer.status, 429, answer.text);
		assert.equal(answer.json.error.code, "insufficient_quota");
		assert.match(answer.json.error.message, /not offered/);
		assert.equal(answer.headers["x-should-retry"], "false");
	}
});

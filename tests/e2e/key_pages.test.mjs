// The pages of keys: the list, one key, keys worth attention.
import assert from "node:assert/strict";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { PHONE, fits, noBrowser, openPage, shoot, textOf, visitor }
	from "./lib/pages.mjs";
import { kw, test } from "./lib/shared.mjs";
import { quote } from "./lib/sql.mjs";

const HOSTILE = "<script>alert(1)</script>\"'>&amp;{{note}}\u202eevil 💣";
const LONG = HOSTILE + "x".repeat(10000);

/** The numbers of the keys that a list shows, in order. */
const shown = (html) => [...html.matchAll(/name="key" value="(\d+)"/g)]
    .map(([, id]) => Number(id));

async function list(query = "") {
	const { status, text } = await visitor.get(`/keys${query}`);
	return { status, text, keys: shown(text) };
}

/** Keys of all states: 2 is disabled, 3 rests, 4 has faults. */
async function mix() {
	await kw.sql.exec(`
	    select keywheel.set_key_state(2, 'disabled', 'invalid_key');
	    select keywheel.apply_verdict('${MODEL}', '{"key": 3,
		"name": "rate_day", "rest": "key", "rest_ms": 600000}');
	    update keywheel.key_rotation set faults = 2, uses = 1234567
	    where key_id = 4`);
}

/** Attempts that failed, of the first keys, newer ones first. */
const fail = (n, keys, status = 429, evidence = "") => kw.sql.exec(`
    delete from keywheel.attempts;
    insert into keywheel.attempts (request_id, started_at, attempt, key_id,
	model, verdict, status, total_ms, evidence)
    select gen_random_uuid(), now() - i * interval '1 minute', 1,
	1 + i % ${keys}, '${MODEL}', 'rate_minute', ${status}, 120,
	${quote(evidence)}
    from generate_series(1, ${n}) i`);

test("the list: states, filters, order", async () => {
	await mix();
	const { status, text, keys } = await list();
	assert.equal(status, 200, text);
	assert.deepEqual(keys, KEYS.map((_, i) => i + 1));
	const words = textOf(text);
	assert.match(words, /disabled Google says the key is invalid/);
	assert.ok(words.includes(`${MODEL} until:`), words);
	assert.match(words, /2 faults in a row/);
	assert.ok(words.includes("1,234,567"));
	for (const key of KEYS)
		assert.ok(!text.includes(key), "a whole key");
	assert.deepEqual(shown((await visitor.get("/keys_status")).text), keys);

	for (const [query, want] of [["?state=disabled", [2]],
		["?state=resting", [3]], ["?faults=2", [4]], ["?q=%233", [3]],
		[`?model=${MODEL}&model_is=rests`, [3]], ["?pool=vertex", []]])
		assert.deepEqual((await list(query)).keys, want, query);
	assert.equal((await list("?sort=-faults&size=10")).keys[0], 4);
	assert.equal((await list("?sort=-number")).keys.at(-1), 1);
	await fail(3, 2, 403);
	assert.deepEqual((await list("?code=403")).keys, [1, 2]);
});

test("the list: what is no filter is told beside its field", async () => {
	for (const [query, field, value] of [["?code=42", "code", "42"],
		["?faults=-1", "faults", "-1"], ["?state=all", "state"],
		["?hash=1234", "hash"]]) {
		const { status, text, keys } = await list(query);
		assert.equal(status, 422, query);
		assert.deepEqual(keys, [], "nothing may be taken for found");
		assert.match(text, /class="error"/, query);
		if (value)
			assert.match(text, new RegExp(
			    `name="${field}"[^>]* value="${value}"`));
	}
});

test("searching: a whole key is in no address and on no page", async () => {
	const found = await visitor.post("/keys/search", { q: ` ${KEYS[2]} \n`,
		state: "", pool: "gemini", sort: "-uses", size: "10", code: "" },
	    { from: "/keys" });
	assert.equal(found.status, 303, found.text);
	const { location } = found.headers;
	assert.match(location,
	    /^\/keys\?pool=gemini&hash=[0-9a-f]{64}&sort=-uses&size=10$|^\/keys\?hash=[0-9a-f]{64}&pool=gemini&sort=-uses&size=10$/);
	const { text, keys } = await list(location.slice("/keys".length));
	assert.deepEqual(keys, [3]);
	assert.ok(!text.includes(KEYS[2].slice(0, -4)));

	/* Somebody has put it there all the same. */
	const pasted = await list(`?q=${KEYS[0]}`);
	assert.deepEqual(pasted.keys, [1]);
	assert.ok(!textOf(pasted.text).includes(KEYS[0].slice(0, -4)));
	const forged = await visitor.post("/keys/search",
	    { form_token: "0".repeat(64), q: "x" });
	assert.notEqual(forged.status, 303, "not from a page of ours");
});

test("the list: pages", async () => {
	await kw.sql.exec(`select keywheel.add_key('gemini', sha256(
		('page' || i)::bytea), ''::bytea, '…p' || i, null, 'e2e')
	    from generate_series(1, 8) i`);
	const first = await list("?size=10&q=%E2%80%A6");
	assert.equal(first.keys.length, 10);
	assert.match(textOf(first.text), /all 13 keys that match/);
	const asked = await visitor.post("/keys/do", { action: "verify",
		matching: "1", filter: "q=%E2%80%A6" }, { from: "/keys" });
	assert.match(textOf((await visitor.get(asked.headers.location)).text),
	    /13 keys/);
	const next = /href="([^"]*)" rel="next"/.exec(first.text)[1]
	    .replaceAll("&amp;", "&");
	const second = (await visitor.get(next)).text;
	assert.equal(shown(second).length, 3);
	assert.match(second, /rel="prev"/);
	assert.match(textOf((await list("?size=10&page=9")).text),
	    /ends before this page/);
});

test("one key: what is known, and why", async () => {
	await mix();
	await kw.chat();
	await fail(2, 3, 429, HOSTILE);
	const { status, text } = await visitor.get("/keys/3");
	assert.equal(status, 200, text);
	const words = textOf(text);
	for (const what of [`Key 3 …ccK3`, "the quota of the day is used up",
		"this key", "the requests of the minute are used up", "alert(1)"])
		assert.ok(words.includes(what), what);
	assert.ok(!text.includes("<script>a"));
	const disabled = textOf((await visitor.get("/keys/2")).text);
	assert.match(disabled, /The key is disabled\. Google says .* invalid_key/);

	/* A long history, in parts. */
	await kw.sql.exec(`insert into keywheel.key_events (key_id, event, cause)
	    select 3, 'edited', 'cause ' || i from generate_series(1, 25) i`);
	const newest = (await visitor.get("/keys/3")).text;
	assert.match(newest, /cause 25</);
	assert.ok(!newest.includes("cause 5<"));
	const older = /href="(\/keys\/3\?before=\d+)/.exec(newest)[1];
	assert.match((await visitor.get(older)).text, /cause 5</);

	for (const path of ["/keys/999999", "/keys/0", "/keys/x",
		"/keys/99999999999999999999"])
		assert.equal((await visitor.get(path)).status, 404, path);
});

test("one key: changing it", async () => {
	const fields = { note: "mine", was_note: "", project: "", was_project: "",
		pool: "gemini", was_pool: "gemini", weight: "3", was_weight: "1",
		models: "gemini-2.5-*", was_models: "", was_reserve: "off" };
	const bad = await visitor.post("/keys/5", { ...fields, weight: "101",
		project: "no project", note: HOSTILE, reserve: "on" });
	assert.equal(bad.status, 422, bad.text);
	assert.match(bad.text, /id="weight-error"/);
	assert.match(bad.text, /id="project-error"/);
	assert.match(bad.text, /name="weight"[^>]* value="101"/);
	assert.match(bad.text, /name="project" value="no project"/);
	assert.match(bad.text, /name="reserve" value="on" checked/);
	assert.ok(textOf(bad.text).length && !bad.text.includes("<script>a"));

	const of = () => kw.sql.row(`select note, weight, models, reserve, pool
	    from keywheel.keys where key_id = 5`);
	const before = await of();
	assert.equal((await visitor.post("/keys/5", fields)).status, 303);
	assert.deepEqual(await of(), { ...before, note: "mine", weight: 3,
		models: ["gemini-2.5-*"] });
	/* Somebody else's change of another field stays. */
	await visitor.post("/keys/5", { ...fields, note: "yours",
		was_note: "mine", weight: "1", was_weight: "1", was_models: "",
		models: "" });
	assert.deepEqual(await of(), { ...before, note: "yours", weight: 3,
		models: ["gemini-2.5-*"] });
	await visitor.post("/keys/5", { ...fields, note: "", was_note: "yours",
		weight: "1", was_weight: "3", models: "",
		was_models: "gemini-2.5-*" });
	assert.deepEqual(await of(), before);
	assert.match(textOf((await visitor.get("/keys/5")).text),
	    /edited .*note: yours/);
});

test("keys worth attention", async () => {
	await mix();
	await fail(10, 3);
	const page = (query = "") => visitor.get(`/keys/attention${query}`);
	const { status, text } = await page();
	assert.equal(status, 200, text);
	assert.deepEqual(shown(text), [2, 3, 1]);
	assert.match(textOf(text), /10 attempts failed with it, of 3 keys/);
	assert.deepEqual(shown((await page("?code=429&count=1")).text), [2]);
	assert.match(textOf((await page("?code=503")).text), /No key failed/);
	for (const query of ["?code=99", "?code=600", "?count=0",
		"?count=1001", "?code=x"])
		assert.equal((await page(query)).status, 422, query);
});

test("hostile texts are harmless", async () => {
	await kw.sql.exec(`
	    update keywheel.keys set note = ${quote(LONG)},
		project = ${quote(HOSTILE)}, models = array[${quote(HOSTILE)}]
	    where key_id = 1;
	    insert into keywheel.key_cooldown (scope, model, until, reason)
	    values ('key/1', ${quote(HOSTILE)}, now() + interval '1 hour',
		${quote(HOSTILE)});
	    update keywheel.key_rotation set rests_until = now() + interval '1 h'
	    where key_id = 1;
	    insert into keywheel.key_events (key_id, event, model, cause, evidence)
	    select 1, e, e, e, e from (values (${quote(LONG)})) v (e)`);
	await fail(3, 1, 429, LONG);
	try {
		for (const path of ["/keys", "/keys/1", "/keys/attention",
			`/keys?q=${encodeURIComponent(HOSTILE)}`]) {
			const { status, text } = await visitor.get(path);
			assert.equal(status, 200, path);
			assert.ok(shown(text).includes(1), path);
			assert.ok(!text.includes("<script>a"), path);
			assert.ok(text.includes("&lt;script&gt;alert(1)"), path);
		}
	} finally {
		await kw.sql.exec(`update keywheel.keys set note = '', models = null,
		    project = null where key_id = 1;
		    delete from keywheel.key_events where length(event) > 99`);
	}
});

test("in a browser, with a script and without", { skip: noBrowser }, async () => {
	await mix();
	await fail(10, 3, 429, "Quota exceeded");
	const desk = await openPage();
	await desk.goto("/keys");
	assert.deepEqual(await desk.locator("[data-selected-count]").allInnerTexts(),
	    ["Ticked: 0"]);
	await desk.getByLabel("Select all on this page").first().check();
	assert.deepEqual(await desk.locator("[data-selected-count]").allInnerTexts(),
	    [`Ticked: ${KEYS.length}`]);
	await shoot(desk, "keys");
	await desk.getByLabel("State", { exact: true }).selectOption("disabled");
	await desk.waitForURL("**/keys?state=disabled");
	assert.deepEqual(desk.faults, []);

	const phone = await openPage({ viewport: PHONE, javaScriptEnabled: false,
		colorScheme: "dark" });
	await phone.goto("/keys");
	assert.ok(await fits(phone), "the list is wider than a phone");
	await shoot(phone, "keys-phone");
	await phone.getByLabel("Select key 4").check();
	await phone.getByRole("button", { name: "Disable…" }).click();
	assert.match(phone.url(), /\/tasks\/\d+$/);
	await phone.goto("/keys");
	await phone.getByLabel("Search").fill(KEYS[3]);
	await phone.getByRole("button", { name: "Show" }).click();
	assert.match(phone.url(), /\/keys\?hash=[0-9a-f]{64}$/);
	await phone.getByRole("link", { name: "…ddK4" }).click();
	await phone.getByLabel("Note").fill("by a person");
	await phone.getByRole("button", { name: "Save" }).click();
	assert.equal(await phone.getByLabel("Note").inputValue(), "by a person");
	assert.ok(await fits(phone), "a key is wider than a phone");
	await shoot(phone, "key-phone");
	await kw.sql.exec("update keywheel.keys set note = ''");
});

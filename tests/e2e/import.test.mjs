// Bringing keys in, and what is known of them.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";

import { visitor } from "./lib/pages.mjs";
import { KEYS, MODEL } from "./lib/stack.mjs";
import { kw, test as shared } from "./lib/shared.mjs";
import { crowd } from "./lib/until.mjs";

/** A made-up key that is not among KEYS. */
const key = (i) => `AIzaSyIMPORT-${String(i).padStart(26, "0")}`;

/* What was imported before is not even known any more. */
function test(name, fn, options = {}) {
	shared(name, options, async (t) => {
		await kw.sql.exec(`delete from keywheel.keys
		    where key_id > ${KEYS.length} and state = 'removed'`);
		await fn(t);
	});
}

/** Run it with that text on standard input. */
const keysIn = (input, ...args) =>
    kw.cli("keys", "import", ...args, "-", { input });

async function imported(input, ...args) {
	const { status, out, err } = await keysIn(input, "--json", ...args);
	assert.equal(status, 0, err);
	return JSON.parse(out)[0];
}

const list = (...args) => kw.cliJson("keys", "list", ...args);

async function fileOf(t, text) {
	const dir = await mkdtemp(path.join(os.tmpdir(), "kw-import-"));
	t.after(() => rm(dir, { recursive: true, force: true }));
	const name = path.join(dir, "keys.txt");
	await writeFile(name, text);
	return name;
}

test("thirty thousand keys in one go, and once more", async (t) => {
	t.after(() => kw.sql.exec(`begin;
	    select keywheel.rotation_remove_many(array(select key_id
		from keywheel.keys where key_id > ${KEYS.length}));
	    delete from keywheel.keys where key_id > ${KEYS.length};
	    delete from keywheel.key_events where key_id > ${KEYS.length};
	    commit`));
	const lines = Array.from({ length: 30000 }, (_, i) =>
	    `${key(i)}\tproject=big-${Math.floor(i / 10)}`);
	const file = await fileOf(t, `\ufeff${lines.join("\r\n")}\r\n`);
	const [first] = await kw.cliJson("keys", "import", file);
	assert.deepEqual([first.added, first.known, first.twice,
		first.bad.length], [30000, 0, 0, 0]);
	assert.equal(await kw.sql.exec(`select count(*)
	    from keywheel.key_rotation`), "30005");
	const [again] = await kw.cliJson("keys", "import", file);
	assert.deepEqual([again.added, again.known], [0, 30000]);
	assert.equal((await kw.chat()).status, 200);
	assert.equal((await list("--project", "big-77")).length, 10);
	const page = await visitor.get("/");
	assert.equal(page.status, 200);
	assert.match(page.text, /30,005 in all/);
}, { timeout: 180000 });

test("a table says of each key what is known of it", async () => {
	const row = await imported([
		`${key(1)}\tproject=p-1\tpool=paid\tweight=3\tnote=of Anna, old`,
		`${key(2)} models=${MODEL},gemini-3* reserve`,
		`${key(3)}`,
	].join("\n"), "--project", "p-2", "--weight", "9", "--note", "others");
	assert.equal(row.added, 3);
	const keys = await list();
	const seen = row.keys.map((id) => {
		const { pool, project, weight, models, reserve, note } =
		    keys.find(({ key_id }) => key_id === id);
		return [pool, project, weight, models, reserve, note];
	});
	assert.deepEqual(seen, [
		["paid", "p-1", 3, null, false, "of Anna, old"],
		["gemini", "p-2", 9, `${MODEL},gemini-3*`, true, "others"],
		["gemini", "p-2", 9, null, false, "others"],
	]);
});

test("keys of one project rest together", async () => {
	await kw.useKeys(0);
	await imported(`${key(1)} project=shared\n${key(2)} project=shared\n` +
	    `${key(3)} project=other`);
	await kw.fake.script({ key: key(1), times: 1,
		do: { error: "rate_minute", retry_delay: "50s" } });
	await crowd(6, 1, () => kw.chat());
	const rests = await list("--state", "resting");
	assert.deepEqual(rests.map(({ project }) => project), ["shared", "shared"]);
	assert.ok(rests.every(({ until }) => until !== null));
	await kw.fake.reset();
	await crowd(4, 1, () => kw.chat());
	assert.deepEqual(await kw.fake.counts(), { [key(3)]: 4 });
});

test("twice, known and bad: by their lines; no text of them", async () => {
	await imported(key(1));
	const text = [key(2), `${key(2)} again`, key(1), "what is this line?",
		`${key(3)} weight=lots`, "https://example.org/some/page",
		"MY_SECRET=0123456789abcdef", "AIzaSyxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		"\"a-new-shape/of+key==\","].join("\r\n");
	const row = await imported(text);
	assert.deepEqual([row.added, row.known, row.twice, row.other_shapes],
	    [2, 1, 1, 1]);
	assert.deepEqual(row.known_lines, [3]);
	assert.deepEqual(row.twice_lines,
	    [{ line: 2, first_line: 1, first_source: "standard input" }]);
	assert.deepEqual(row.bad.map(({ line }) => line), [4, 5, 6, 7, 8]);
	assert.match(row.bad[1].why, /^weight must be/);
	const { out, err } = await keysIn(text, "--verbose");
	assert.match(out, /0 added, 0 restored, 3 known already, 1 twice/);
	assert.match(out, /line 2: the same as standard input line 1/);
	assert.match(err, /line 5: weight must be a whole number from 1 to 100/);
	for (const secret of [key(1), key(2), key(3), "a-new-shape",
		"0123456789abcdef", "what is this"])
		assert.ok(!(out + err + JSON.stringify(row)).includes(secret), secret);
});

test("all or nothing", async () => {
	const text = `${key(1)}\nnothing here\n${key(2)}\n`;
	const refused = await keysIn(text, "--all-or-nothing");
	assert.equal(refused.status, 1);
	assert.equal(refused.out, "");
	assert.match(refused.err, /line 2: there is no key/);
	assert.match(refused.err, /nothing is imported/);
	assert.equal((await list()).length, KEYS.length);
	assert.equal((await imported(text)).added, 2);
});

test("a dry run says what would be, and changes nothing", async () => {
	await imported(key(1));
	const before = await kw.sql.exec("select max(key_id) from keywheel.keys");
	const text = `${key(1)}\n${key(2)}\n${key(2)}\nbad line\n`;
	const row = await imported(text, "--dry-run");
	assert.deepEqual([row.dry_run, row.added, row.known, row.twice,
		row.bad.length], [true, 1, 1, 1, 1]);
	assert.match((await keysIn(text, "--dry-run")).out, /1 would be added/);
	assert.equal((await list()).length, KEYS.length + 1);
	await imported(key(3));
	assert.equal(await kw.sql.exec("select max(key_id) from keywheel.keys"),
	    String(Number(before) + 1));
});

test("text of any kind: JSON, CSV, quotes, rubbish, a line without end",
    async () => {
	assert.equal((await imported(JSON.stringify({ keys: [key(1), key(2)] })))
	    .added, 2);
	assert.equal((await imported(`"${key(3)}","${key(4)}"`)).added, 2);
	assert.equal((await imported(
	    JSON.stringify(JSON.stringify([key(5), "AQ.Ab8RN6e2e-json-escaped-key"]))))
	    .added, 2);
	const rubbish = Buffer.alloc(300000, "\x00\x01\xff\n");
	const bad = await keysIn(rubbish);
	assert.equal(bad.status, 1);
	assert.match(bad.err, /no key was found/);
	assert.ok(bad.err.length < 10000, String(bad.err.length));
	const long = await imported(`${"x".repeat(30e6)}\n${key(6)}`);
	assert.deepEqual([long.added, long.bad.length], [1, 1]);
	const utf16 = await keysIn(Buffer.from(`\ufeff${key(7)}`, "utf16le"));
	assert.equal(utf16.status, 1);
	assert.match(utf16.err, /UTF-16/);
});

test("KEY_PATTERN: another shape, and why a bad one is refused", async () => {
	const text = "our key is ABC-0123456789abcdef, keep it";
	assert.equal((await keysIn(text)).status, 1);
	await kw.set({ KEY_PATTERN: "ABC-[0-9a-f]{16}" });
	assert.equal((await imported(text)).added, 1);
	const { status, err } = await kw.cli("set", "KEY_PATTERN", "ABC-[0-9");
	assert.equal(status, 1);
	assert.match(err, /KEY_PATTERN must be a regular expression.*: Unmatched/);
});

test("load-env: PAID_KEY and VERTEX_API_KEYS come and go with their lines",
    async (t) => {
	const pools = async () => (await list())
	    .filter(({ pool }) => pool !== "gemini")
	    .map(({ pool, hint }) => `${pool} ${hint.slice(-2)}`).sort();
	const load = async (text) => {
		const file = await fileOf(t, text);
		const { status, err } = await kw.cli("load-env", "--origin", "demo",
		    file);
		assert.equal(status, 0, err);
		return err;
	};
	const said = await load(`PAID_KEY=${key(41)}\n` +
	    `VERTEX_API_KEYS=["${key(42)}", "${key(43)}"]\n`);
	assert.ok(!/later|not use/.test(said), said);
	assert.deepEqual(await pools(), ["paid 41", "vertex 42", "vertex 43"]);
	await load(`PAID_KEY=\nVERTEX_API_KEYS=["${key(43)}"]\n`);
	assert.deepEqual(await pools(), ["vertex 43"]);
	await load("VERTEX_API_KEYS=AQ.Abxxxxxxxxxxxxxxxxxxx\n");
	assert.deepEqual(await pools(), []);
});

test("keys set: in force for the next request, and told in the history",
    async () => {
	const { out } = await kw.cli("keys", "set", "1", "2", "--project", "p-9",
	    "--weight", "2", "--models", "gemini-2.5*,gemini-3-pro",
	    "--reserve", "on", "--note", "ours");
	assert.match(out, /2 of 2 keys changed/);
	const [one] = await list("--project", "p-9");
	assert.deepEqual([one.key_id, one.weight, one.models, one.reserve, one.note],
	    [1, 2, "gemini-2.5*,gemini-3-pro", true, "ours"]);
	const events = await kw.cliJson("keys", "events", "1");
	assert.match(events.at(-1).evidence, /project: p-9.*weight: 2/);
	await kw.cli("keys", "set", "all", "--project", "", "--weight", "1",
	    "--models", "*", "--reserve=off", "--note", "");
	assert.deepEqual((await list()).map(({ project, weight, models, reserve,
		note }) => [project, weight, models, reserve, note]),
	    KEYS.map(() => [null, 1, null, false, ""]));
	for (const args of [["1"], ["1", "--weight", "0"], ["1", "--pool", "x"],
		["1", "--reserve=maybe"], ["x", "--weight", "1"],
		["999999", "--weight", "1"], ["1", "--note", "a\nb"]]) {
		const { status, out: said } = await kw.cli("keys", "set", ...args);
		assert.notEqual(status, 0, args.join(" "));
		assert.equal(said, "");
	}
	await crowd(10, 2, () => kw.chat());
	assert.equal(Object.keys(await kw.fake.counts()).length, KEYS.length);
});

test("keys events: why a key was disabled", async () => {
	await kw.useKeys(1);
	await kw.fake.script({ do: { error: "api_key_invalid" } });
	await kw.rowOf(await kw.chat());
	const { event, cause, evidence } =
	    (await kw.cliJson("keys", "events", "1")).at(-1);
	assert.deepEqual([event, cause], ["disabled", "invalid_key"]);
	assert.match(evidence, /API key not valid/);
	assert.equal((await list("--state", "disabled")).length, KEYS.length);
	assert.equal((await kw.cli("keys", "events", "999999")).status, 1);
	assert.equal((await kw.cli("keys", "list", "--state", "odd")).status, 2);
});

test("limits: set, shown and forgotten", async (t) => {
	t.after(() => kw.sql.exec("delete from keywheel.limits"));
	const done = await kw.cli("limits", "set", "project/p-1", "m-1",
	    "rpm=15", "tpd=1000");
	assert.equal(done.status, 0, done.err);
	const limits = await kw.cliJson("limits");
	assert.deepEqual(limits.map(({ scope, model, kind, value, source }) =>
	    [scope, model, kind, value, source]), [
		["project/p-1", "m-1", "rpm", 15, "set"],
		["project/p-1", "m-1", "tpd", 1000, "set"]]);
	for (const args of [["p-1", "m-1", "rpm=1"], ["*", "m-1", "rpm"],
		["*", "m-1", "rps=1"], ["*", "m-1", "rpm=-1"], ["*", "m 1", "rpm=1"]])
		assert.equal((await kw.cli("limits", "set", ...args)).status, 2,
		    args.join(" "));
	await kw.cli("limits", "set", "project/p-1", "m-1", "tpd=none");
	assert.equal((await kw.cliJson("limits")).length, 1);
	assert.equal((await kw.cli("limits", "forget", "project/p-1")).status, 0);
	assert.equal((await kw.cli("limits", "forget", "project/p-1")).status, 1);
	assert.match((await kw.cli("alarms")).out, /no alarm/);
});

test("models that no key can use are marked, and SDKs read the lists",
    async () => {
	const client = new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0 });
	const ai = new GoogleGenAI({ apiKey: kw.token,
		httpOptions: { baseUrl: kw.base } });
	await kw.request({ path: "/v1/models" });
	await kw.sql.exec(`insert into keywheel.key_cooldown
	    (scope, model, until, reason)
	    select scope, '${MODEL}', now() + interval '1 hour', 'not_offered'
	    from keywheel.keys where state = 'active'`);
	const all = [];
	for await (const model of client.models.list())
		all.push(model);
	const marked = all.filter((model) => "available" in model);
	assert.ok(marked.length >= 1 && marked.length < all.length);
	for (const { id, object, available, unavailable_reason } of marked) {
		assert.ok(id.startsWith(MODEL), id);
		assert.deepEqual([object, available], ["model", false]);
		assert.match(unavailable_reason, /none of the keys/);
	}
	assert.equal((await client.models.retrieve(MODEL)).available, false);
	const names = [];
	for await (const { name } of await ai.models.list())
		names.push(name);
	assert.ok(names.includes(`models/${MODEL}`), names.join());
	const { json } = await kw.request({ path: "/v1beta/models" });
	assert.deepEqual(json.models.filter((m) => m.available === false)
	    .map(({ name }) => name), [`models/${MODEL}`]);
	await kw.cli("keys", "enable", "1");
	const after = await kw.request({ path: `/v1/models/${MODEL}` });
	assert.equal(after.json.available, undefined);
});

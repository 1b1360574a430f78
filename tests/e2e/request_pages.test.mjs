// The pages of requests and errors: lists, filters, one request's page,
// export, deletion, recorded bodies.
import assert from "node:assert/strict";

import { KEYS } from "./lib/stack.mjs";
import { DESK, fits, noBrowser, openPage, PHONE, shoot, textOf, visitor }
    from "./lib/pages.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const HOSTILE = `<script>alert(1)</script>"'&\u202eevil😀`;
const quote = (text) => `'${text.replaceAll("'", "''")}'`;

/** The account with only rows of ours: `n` requests, one a minute, the newest
 * one minute ago; `more` is what they have besides. */
async function fill(n, { model = "'m-' || i % 3", outcome = "'complete'",
	status = "200", detail = "''", attempts = "1" } = {}) {
	await kw.sql.exec(`
	    delete from keywheel.leases;
	    delete from keywheel.requests; delete from keywheel.attempts;
	    insert into keywheel.requests (request_id, started_at, token_id,
		key_id, model, route, streamed, outcome, status, attempts,
		prompt_tokens, cached_tokens, thought_tokens, answer_tokens,
		first_byte_ms, total_ms, detail)
	    select gen_random_uuid(), now() - i * interval '1 minute', 1,
		1 + i % 5, ${model}, 'openai.chat', i % 2 = 0,
		(${outcome})::keywheel.outcome, ${status}, ${attempts},
		10, 0, 0, 5, 100, 1000 + i, ${detail}
	    from generate_series(1, ${n}) i`);
}

/** What the list at that address shows: [total_ms of each row]. */
async function shown(path) {
	const page = await visitor.get(path);
	assert.equal(page.status, 200, page.text);
	return [...page.text.matchAll(/number">([\d,]+) ms<\/td>\s*<\/tr>/g)]
	    .map((m) => Number(m[1].replace(",", "")) - 1000);
}
const range = (from, to) => Array.from(
    { length: Math.abs(to - from) + 1 },
    (_, i) => from + (to > from ? i : -i));
const link = (html, rel) => new RegExp(
    `href="([^"]+)" rel="${rel}"`).exec(html)?.[1].replaceAll("&amp;", "&");

test("requests: pages of a list, there and back, both ways", async () => {
	await fill(45);
	for (const [order, first, last] of [["", 1, 45], ["oldest", 45, 1]]) {
		const step = first < last ? 1 : -1;
		const at = `/requests?size=20&order=${order}`;
		assert.deepEqual(await shown(at), range(first, first + 19 * step));
		const second = link((await visitor.get(at)).text, "next");
		assert.deepEqual(await shown(second),
		    range(first + 20 * step, first + 39 * step));
		const third = link((await visitor.get(second)).text, "next");
		assert.deepEqual(await shown(third), range(last - 4 * step, last));
		assert.equal(link((await visitor.get(third)).text, "next"),
		    undefined);
		const back = link((await visitor.get(third)).text, "prev");
		assert.deepEqual(await shown(back),
		    range(first + 20 * step, first + 39 * step));
		const start = link((await visitor.get(back)).text, "prev");
		assert.deepEqual(await shown(start),
		    range(first, first + 19 * step));
		assert.equal(link((await visitor.get(start)).text, "prev"),
		    undefined);
	}
});

test("requests: each filter", async () => {
	await fill(30, { outcome:
	    "case when i = 7 then 'limited' else 'complete' end",
	status: "case when i = 7 then 429 else 200 end",
	detail: "case when i = 7 then 'Quota EXCEEDED_100% here' else '' end" });
	const time = (minutes) => new Date(Date.now() - minutes * 60000)
	    .toISOString().slice(0, 16);
	for (const [query, rows] of [
		["key=3", [2, 7, 12, 17, 22, 27]],
		[`key=${encodeURIComponent(KEYS[2].slice(-4))}`,
			[2, 7, 12, 17, 22, 27]],
		["model=m-1&key=3", [7, 22]],
		["model=*1&key=3", [7, 22]],
		["model=m", []],
		["model=m_1", []],
		["outcome=limited", [7]], ["outcome=failed", [7]],
		["status=429", [7]], ["status=4xx", [7]], ["status=5xx", []],
		["text=exceeded_100%25", [7]], ["text=exceeded%25here", []],
		["route=openai.*&status=429", [7]], ["route=gemini*", []],
		["streamed=no&key=3", [7, 17, 27]],
		["token=1&status=429", [7]], ["token=999", []],
		[`from=${time(5)}&status=429`, []],
		[`from=${time(9)}&status=429`, [7]],
		[`to=${time(5)}&status=429`, [7]],
		[`to=${time(9)}&status=429`, []],
		["range=1h&status=429", [7]]])
		assert.deepEqual(await shown(`/requests?${query}`), rows, query);
	const page = await visitor.get("/requests?status=429");
	assert.match(page.text, /Limited/);
	/* What is not understood is told beside its field, and kept. */
	for (const [query, kept] of [["status=abc", "abc"],
		["from=2026-02-31T00:00", "2026-02-31T00:00"],
		["token=x"], ["outcome=x"], [`text=${"x".repeat(201)}`]]) {
		const wrong = await visitor.get(`/requests?${query}`);
		assert.equal(wrong.status, 422, query);
		assert.match(wrong.text, /class="error"/, query);
		if (kept)
			assert.ok(wrong.text.includes(`value="${kept}"`), kept);
	}
	/* Places that are none. */
	for (const place of ["x", "1.2.3", "9".repeat(400)])
		assert.equal((await shown(`/requests?after=${place}`)).length, 30);
});

test("one request: the trail of its attempts, and who knows of it",
    async () => {
	await kw.fake.script({ times: 1, do: { error: "rate_minute" } });
	const row = await kw.rowOf(await kw.chat());
	assert.equal(row.outcome, "complete");
	const page = await visitor.get(`/requests/${row.request_id}`);
	assert.equal(page.status, 200, page.text);
	const text = textOf(page.text);
	assert.match(text, /Complete/);
	assert.match(text, /Attempt 1: Requests of the minute rate_minute/);
	assert.match(text, /a limit of the project/);
	assert.match(text, /"status": ?"RESOURCE_EXHAUSTED"/);
	assert.match(text, /What happened to the keys meanwhile .* rests /);
	assert.match(text, /Where the time went \d+ ms in all/);
	for (const key of KEYS)
		assert.ok(!page.text.includes(key));
	/* It is among the errors, and leads to the request. */
	const errors = await visitor.get("/logs?verdict=rate_minute");
	assert.ok(errors.text.includes(`href="/requests/${row.request_id}"`));
	/* Whoever has an id gets there. */
	const asked = await visitor.get(`/requests?id=${row.request_id}`);
	assert.equal(asked.status, 303);
	assert.equal(asked.headers.location, `/requests/${row.request_id}`);
	for (const id of ["00000000-0000-7000-8000-000000000000", "x",
		"'", "../x"])
		assert.equal((await visitor.get(
		    `/requests/${encodeURIComponent(id)}`)).status, 404, id);
});

test("one request: while it is under way", async () => {
	await kw.fake.script({ do: { first_delay_ms: 1500 } });
	const going = kw.chat();
	const id = await until(() => kw.sql.exec(`select request_id
	    from keywheel.leases l where expires_at > now() and not exists
		(select from keywheel.requests r
		where r.request_id = l.request_id) limit 1`),
	{ what: "the lease" });
	const page = await visitor.get(`/requests/${id}`);
	assert.equal(page.status, 200, page.text);
	assert.match(page.text, /under way/);
	assert.equal((await going).status, 200);
});

/** Fields of a CSV file, row by row. */
function readCsv(text) {
	const rows = [[""]];
	let quoted = false;
	for (const c of text.replaceAll('""', "\0")) {
		const row = rows.at(-1);
		if (c === '"')
			quoted = !quoted;
		else if (c === "," && !quoted)
			row.push("");
		else if (c === "\n" && !quoted)
			rows.push([""]);
		else if (c !== "\r" || quoted)
			row[row.length - 1] += c === "\0" ? '"' : c;
	}
	return rows.slice(0, -1);
}

test("export: all rows, as CSV that no spreadsheet runs, and as JSON",
    async () => {
	const formula = '=HYPERLINK("http://evil","x"),\nline';
	await fill(2300, { detail: `case when i = 3 then ${quote(formula)}
	    else '' end`, outcome: "case when i = 3 then 'limited' else 'complete' end",
	status: "case when i = 3 then 429 else 200 end" });
	const csv = await visitor.get("/requests/export?format=csv");
	assert.equal(csv.status, 200);
	assert.match(csv.headers["content-type"], /^text\/csv/);
	assert.equal(csv.headers["content-disposition"],
	    'attachment; filename="keywheel-requests.csv"');
	const [names, ...rows] = readCsv(csv.text);
	assert.equal(rows.length, 2300);
	assert.ok(rows.every((row) => row.length === names.length));
	const column = (name) => names.indexOf(name);
	assert.deepEqual(rows.map((row) => Number(row[column("total_ms")]) - 1000),
	    range(1, 2300));
	assert.equal(rows[2][column("detail")], `'${formula}`);
	const json = await visitor.get(
	    "/requests/export?format=json&outcome=limited");
	assert.deepEqual(JSON.parse(json.text).map((row) => row.detail), [formula]);
	assert.equal(JSON.parse(json.text)[0].total_ms, 1003);
	assert.deepEqual(JSON.parse((await visitor.get(
	    "/requests/export?format=json&model=none")).text), []);
	await kw.sql.exec(`insert into keywheel.attempts select request_id,
	    started_at, 1, key_id, model, 'overloaded', 503, 5, '@evil'
	    from keywheel.requests where total_ms <= 1002`);
	const errors = readCsv((await visitor.get(
	    "/logs/export?format=csv&status=503")).text);
	assert.equal(errors.length, 3);
	assert.equal(errors[1][errors[0].indexOf("text")], "'@evil");
	assert.equal((await visitor.get("/logs/export?status=x")).status, 422);
});

test("deletion: what was chosen, and all that fits", async () => {
	const count = async (table) => Number(await kw.sql.exec(
	    `select count(*) from keywheel.${table}`));
	await fill(60, { outcome:
	    "case when i <= 10 then 'unauthorized' else 'complete' end",
	attempts: "case when i <= 10 then 0 else 2 end" });
	await kw.sql.exec(`insert into keywheel.attempts select request_id,
	    started_at, 1, key_id, model, 'overloaded', 503, 5, ''
	    from keywheel.requests where attempts > 0`);
	const places = (html) => [...html.matchAll(
	    /name="row" value="([^"]+)"/g)].map((m) => m[1]);
	const list = await visitor.get("/logs?size=10&order=oldest");
	const chosen = places(list.text).slice(0, 2)
	    .map((place) => ["row", place]);
	assert.equal(chosen.length, 2);
	const question = await visitor.post("/logs/chosen",
	    [...chosen, ["do", "delete"]], { from: "/logs" });
	assert.match(textOf(question.text), /2 errors would be deleted/);
	assert.deepEqual(places(question.text), chosen.map((c) => c[1]));
	assert.equal(await count("attempts"), 50);
	const done = await visitor.post("/logs/delete", chosen, { from: "/logs" });
	assert.equal(done.status, 303, done.text);
	assert.equal(await count("attempts"), 48);
	/* The keys of what was chosen, for the page that reveals keys. */
	const keys = await visitor.post("/logs/chosen", [...places(list.text)
	    .slice(2, 4).map((place) => ["row", place]), ["do", "keys"]],
	{ from: "/logs" });
	assert.match(keys.headers.location, /^\/tasks\/\d+$/);

	/* All that fits: those that come after the question stay. */
	const all = await visitor.get("/logs/delete?status=503");
	assert.match(textOf(all.text), /48 errors would be deleted/);
	const until = /name="until" value="(\d+)"/.exec(all.text)[1];
	await kw.sql.exec(`insert into keywheel.attempts select request_id, now(),
	    9, key_id, model, 'overloaded', 503, 5, '' from keywheel.requests
	    where total_ms = 1001`);
	for (const fields of [{}, { all: "yes" }, { all: "yes", until: "x" }]) {
		const none = await visitor.post("/logs/delete?status=503", fields,
		    { from: "/logs" });
		assert.equal(none.status, 303);
		assert.equal(await count("attempts"), 49);
	}
	assert.equal((await visitor.post("/logs/delete?status=503",
	    { all: "yes", until }, { from: "/logs" })).status, 303);
	assert.equal(await count("attempts"), 1);
	assert.equal(await count("requests"), 60);
	/* A request goes with its attempts. */
	await kw.sql.exec(`update keywheel.attempts a set started_at = r.started_at
	    from keywheel.requests r where r.request_id = a.request_id`);
	assert.match(textOf((await visitor.get(
	    "/requests/delete?outcome=unauthorized")).text),
	/10 requests would be deleted/);
	const gone = await visitor.post("/requests/delete?outcome=unauthorized",
	    { all: "yes", until: String(Date.now() * 1000) },
	    { from: "/requests" });
	assert.equal(gone.headers.location, "/requests?outcome=unauthorized");
	assert.equal(await count("requests"), 50);
	assert.equal(await count("attempts"), 0);
	/* Nobody else, and by no other form. */
	for (const headers of [{}, { Authorization: `Bearer ${kw.token}` }])
		await kw.request({ method: "POST", path: "/requests/delete",
			token: null, body: `all=yes&until=${Date.now() * 1000}`,
			headers: { "Content-Type":
			    "application/x-www-form-urlencoded", ...headers } });
	assert.equal(await count("requests"), 50);
});

test("bodies of requests that failed, when they are recorded", async (t) => {
	const bodies = async () => Number(await kw.sql.exec(
	    "select count(*) from keywheel.request_bodies"));
	const before = await bodies();
	await kw.fake.script({ do: { error: "bad_request" } });
	const ask = (text) => kw.chat({ text });
	const off = await kw.rowOf(await ask("nothing of this"));
	assert.equal(await bodies(), before);
	assert.match((await visitor.get(`/requests/${off.request_id}`)).text,
	    /Bodies are not recorded/);
	await kw.cli("set", "ERROR_LOG_RECORD_REQUEST_BODY", "true");
	t.after(() => kw.cli("unset", "ERROR_LOG_RECORD_REQUEST_BODY"));
	const words = `what I <b>asked</b> with ${KEYS[0]} ${"A".repeat(5000)}`;
	/* The first one puts the setting in force, and is already kept. */
	for (let i = 0; i < 2; i++) {
		const row = await kw.rowOf(await ask(words));
		const page = await visitor.get(`/requests/${row.request_id}`);
		assert.match(page.text, /what I &lt;b&gt;asked&lt;\/b&gt; with/);
		assert.match(page.text, /characters left out/);
		assert.match(page.text, /maybe something private/);
		assert.ok(!page.text.includes(KEYS[0]));
	}
	/* Also of one that comes to no key; cut, with its size told. */
	const page = await until(async () => {
		const { request_id: id } = await kw.rowOf(await kw.request({
			method: "POST", path: "/v1/chat/completions",
			body: { model: "gemini-2.5-flash", messages: "no list",
				more: "word ".repeat(40000) } }));
		const { text } = await visitor.get(`/requests/${id}`);
		/* A responder that has not asked for settings yet knows of none. */
		return text.includes("The body had 200 kB") && { text };
	}, { what: "a recorded body" });
	assert.match(page.text, /no list/);
	assert.ok(page.text.length < 200000);
	/* Nothing in the database can be read without the master key. */
	assert.equal(await kw.sql.exec(`select count(*) from
	    keywheel.request_bodies where position('asked'::bytea in body) > 0`),
	"0");
	const n = await bodies();
	await kw.fake.reset();
	await kw.rowOf(await ask("answered"));
	assert.equal(await bodies(), n);
	/* It goes with its request. */
	await kw.cli("clear", "logs");
	assert.equal(await bodies(), 0);
});

test("requests and errors look as they should", { skip: noBrowser },
    async () => {
	await fill(12, { outcome: `case when i % 7 = 0 then 'limited'
	    when i % 11 = 0 then 'upstream_error' else 'complete' end`,
	status: "case when i % 7 = 0 then 429 else 200 end",
	model: `case when i = 3 then ${quote(HOSTILE + "x".repeat(10000))}
	    else 'gemini-2.5-flash' end`,
	detail: `case when i % 7 = 0 then
	    'You exceeded your current quota, please check your plan.' else
	    '' end` });
	await kw.sql.exec(`insert into keywheel.attempts select request_id,
	    started_at, 1, key_id, model, 'rate_minute', 429, 321, ${quote(
	    `${HOSTILE} You exceeded your current quota`)} from
	    keywheel.requests where outcome = 'limited' or key_id = 4`);
	for (const [name, options] of [["desk", { viewport: DESK }],
		["phone", { viewport: PHONE, colorScheme: "dark",
			javaScriptEnabled: false }]]) {
		const page = await openPage(options);
		for (const path of name === "desk" ? ["requests", "logs"]
			: ["requests"]) {
			await page.goto(`/${path}`);
			assert.ok(await fits(page), `${path} ${name}`);
			await shoot(page, `${path}-${name}`);
		}
		await page.goto(`/requests/${await kw.sql.exec(`select request_id
		    from keywheel.attempts order by started_at limit 1`)}`);
		assert.ok(await fits(page), `one ${name}`);
		await shoot(page, `request-${name}`);
		assert.deepEqual(page.faults, []);
	}
});

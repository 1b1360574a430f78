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
		["model=a%09b"], ["model=%ff"], ["token=x"], ["outcome=x"]]) {
		const wrong = await visitor.get(`/requests?${query}`);
		assert.equal(wrong.status, 422, query);
		assert.match(wrong.text, /class="error"/, query);
		if (kept)
			assert.ok(wrong.text.includes(`value="${kept}"`), kept);
	}
	/* Places that are none. */
	for (const place of ["x", "1.2.3", "%01", "%ff", "9".repeat(400)])
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
	assert.match(text, /What happened to the keys meanwhile .*rested/);
	assert.match(text, /Failed attempt 1 \d+ /);
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
	await kw.fake.script({ do: { first_delay_ms: 3000 } });
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

test("requests and errors look as they should", { skip: noBrowser },
    async () => {
	await fill(30, { outcome: `case when i % 7 = 0 then 'limited'
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
		for (const path of ["requests", "logs"]) {
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

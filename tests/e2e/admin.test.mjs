// The first page: what it shows of the pool, and that it is harmless.
import assert from "node:assert/strict";

import { visitor } from "./lib/pages.mjs";
import { KEYS } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";

const get = (path, headers = {}, more = {}) =>
    kw.request({ path, token: null, headers, ...more });

function assertHtml(answer, status) {
	assert.equal(answer.status, status, answer.text);
	assert.match(answer.headers["content-type"], /^text\/html/);
	assert.match(answer.headers["content-security-policy"],
	    /default-src 'none'.*frame-ancestors 'none'/);
	assert.equal(answer.headers["x-content-type-options"], "nosniff");
	assert.equal(answer.headers["referrer-policy"], "same-origin");
	assert.equal(answer.headers["cache-control"], "no-store");
	assert.equal(answer.headers["access-control-allow-origin"], undefined);
}

test("the page: keys, requests and tokens, and no secret", async () => {
	assert.equal((await kw.rowOf(await kw.chat())).outcome, "complete");
	await kw.sql.exec(`update keywheel.keys
	    set project = '<script>alert(1)</script>"&' where key_id = 1`);
	const answer = await visitor.get("/");
	assertHtml(answer, 200);
	assert.match(answer.text, /<code>http:\/\/[^<]+\/v1beta<\/code>/);
	for (const key of KEYS)
		assert.ok(!answer.text.includes(key));
	assert.ok(!answer.text.includes(kw.token));
	assert.ok(!answer.text.includes(kw.adminToken));
	assert.ok(!answer.text.includes("<script>"));
	await kw.sql.exec(
	    "update keywheel.keys set project = null where key_id = 1");
	const head = await visitor.get("/", {}, { method: "HEAD" });
	assert.equal(head.status, 200);
	assert.equal(head.text, "");
});

test("the page: what to do without a key", async () => {
	await kw.useKeys(0);
	const answer = await visitor.get("/");
	assertHtml(answer, 200);
	assert.match(answer.text, /\/keys\/add/);
});

test("the page: what rests for everybody, limits, an empty pool",
    async (t) => {
	t.after(() => kw.sql.exec("delete from keywheel.limits"));
	let { text } = await visitor.get("/");
	assert.ok(!/for everybody|Limits of|Every key of the pool/.test(text), text);
	await kw.sql.exec(`insert into keywheel.key_cooldown
	    (scope, model, until, reason) values
	    ('*', 'gemini-<b>', now() + interval '1 minute', 'storm'),
	    ('*', 'gemini-old', now() - interval '1 minute', 'storm')`);
	await kw.cli("limits", "set", "*", "gemini-2.5-pro", "rpm=5");
	await kw.cli("keys", "set", "5", "--pool", "paid", "--weight", "7");
	await kw.cli("keys", "disable", "5");
	({ text } = await visitor.get("/"));
	await kw.cli("keys", "set", "5", "--pool", "gemini", "--weight", "1");
	assert.match(text, /Resting for everybody/);
	assert.match(text, /gemini-&lt;b&gt;.*\n.*no key is to blame/);
	assert.ok(!text.includes("gemini-old"));
	assert.match(text, /Every key of the pool <bdi>paid<\/bdi> is disabled/);
	assert.match(text, /1 is known/);
});

test("static files: by name only", async () => {
	for (const [name, type] of [["keywheel.css", "text/css"],
		["keywheel.svg", "image/svg+xml"]]) {
		const answer = await get(`/static/${name}`);
		assert.equal(answer.status, 200);
		assert.ok(answer.headers["content-type"].startsWith(type));
	}
	for (const name of ["none.css", ".css", "KEYWHEEL.css", "%2e%2e",
		"..%2fdashboard.html", "%2e%2e%2fpartials%2fhead.html"])
		assert.equal((await get(`/static/${name}`)).status, 404, name);
});

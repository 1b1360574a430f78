// The pages of operation: jobs, proxies, files.
import assert from "node:assert/strict";

import { fits, formToken, noBrowser, openPage, PHONE, shoot, textOf, visitor }
    from "./lib/pages.mjs";
import { HttpProxy } from "./lib/proxy.mjs";
import { kw, test } from "./lib/shared.mjs";
import { quote } from "./lib/sql.mjs";
import { until } from "./lib/until.mjs";

const HOSTILE = `<script>alert(1)</script>"'&\u202e\u{1f600}` + "x".repeat(9000);

function assertShown(answer, status = 200) {
	assert.equal(answer.status, status, answer.text);
	assert.ok(!answer.text.includes("<script>alert"));
	return textOf(answer.text);
}

/** What a page says first of all after a form was posted. */
async function said(answer) {
	assert.equal(answer.status, 303, answer.text);
	const { text } = await visitor.get(answer.headers.location);
	return textOf(/<div class="notice good said".*?<\/p>/s.exec(text)?.[0] ?? "");
}

/** Files as if clients had uploaded them. */
async function files(n, { key = 1, facts = {} } = {}) {
	await kw.sql.exec(`insert into keywheel.resources (name, scope, kind,
	    key_id, token_id, expires_at, created_at, facts)
	    select 'files/f' || i, k.scope, 'files', k.key_id,
		(select token_id from keywheel.tokens where not admin
		    and revoked_at is null order by token_id limit 1),
		now() + interval '2 days', now() - i * interval '1 second',
		${quote(JSON.stringify(facts))}::jsonb
	    from keywheel.keys k, generate_series(1, ${n}) i
	    where k.key_id = ${key}`);
}

// ---- jobs -------------------------------------------------------------------

test("jobs: what there is, how it went, and what is late", async (t) => {
	t.after(() => kw.sql.exec("delete from keywheel.job_runs " +
	    "where by = 'e2e'; update keywheel.jobs set next_at = now() + " +
	    "interval '1 hour', failures = 0, last_message = ''"));
	await kw.cli("jobs", "run", "pictures");
	await kw.sql.exec(`update keywheel.jobs set next_at = now()
	    - interval '90 minutes' where name = 'deadlines';
	    update keywheel.jobs set last_ok = false, failures = 3,
	    last_started = now(), last_ended = now(),
	    last_message = ${quote(HOSTILE.slice(0, 900))} where name = 'models';
	    insert into keywheel.job_runs (name, claim, by, ended_at, ok, message)
	    select 'recheck', gen_random_uuid(), 'e2e', now(), true, 'n' || i
	    from generate_series(1, 60) i`);
	const page = assertShown(await visitor.get("/jobs"));
	for (const words of [/housekeeping makes the account/, /late by 90 minutes/,
		/failed 3 times in a row/, /daily at 03:30/, /every 5 minutes/,
		/JOBS_AFTER_REQUESTS is off/, /Older ones/])
		assert.match(page, words);
	const runs = await visitor.get("/jobs?job=recheck");
	assert.match(assertShown(runs), /The last runs of recheck/);
	assert.ok(runs.text.includes(">n60<") && !runs.text.includes(">n9<"));
	const older = /href="(\/jobs\?[^"#]*)#runs" rel="next"/.exec(runs.text)[1];
	assert.match((await visitor.get(older.replaceAll("&amp;", "&"))).text,
	    />n9</);
	assertShown(await visitor.get(
	    `/jobs?job=${encodeURIComponent(HOSTILE.slice(0, 300))}&before=x`));
});

test("jobs: one is run by whoever is idle, not by the request", async () => {
	await kw.set({ JOBS_AFTER_REQUESTS: true, FILES_CLEANUP_ENABLED: false });
	await kw.cli("jobs");
	await kw.sql.exec("update keywheel.jobs set next_at = now() + " +
	    "interval '1 hour'; update keywheel.job_look set looked_at = now()");
	const runs = () => kw.sql.exec("select runs from keywheel.jobs " +
	    "where name = 'pictures'");
	const before = Number(await runs());
	assert.match(await said(await visitor.post("/jobs", { job: "pictures" })),
	    /It is due now/);
	await until(async () => Number(await runs()) > before,
	    { what: "the run" });
	assertShown(await visitor.post("/jobs", { job: "files" }), 409);
	for (const job of ["none", HOSTILE.slice(0, 300), ""])
		assertShown(await visitor.post("/jobs", { job }), 404);
	await kw.sql.exec("update keywheel.jobs set claimed_until = now() + " +
	    "interval '1 minute' where name = 'trim'");
	assert.match(await said(await visitor.post("/jobs", { job: "trim" })),
	    /It runs already/);
	await kw.sql.exec("update keywheel.jobs set claimed_until = null " +
	    "where name = 'trim'");
});

// ---- proxies ----------------------------------------------------------------

test("proxies: how each is, whose it is, checking one and all", async (t) => {
	const good = await new HttpProxy({ users: { "u<b>": "s3cret" } }).start();
	const dead = await new HttpProxy().start();
	t.after(() => Promise.all([good.stop(), dead.stop(),
		kw.sql.exec("delete from keywheel.proxies")]));
	assert.match(assertShown(await visitor.get("/proxies")),
	    /There are none: calls go out directly/);
	await kw.set({ PROXIES: JSON.stringify(
	    [good.url("u<b>"), dead.url()]) });
	const { text } = await visitor.get("/proxies");
	const page = assertShown({ status: 200, text });
	assert.ok(page.includes(`127.0.0.1:${good.port}`));
	assert.ok(!/s3cret|u<b>|u%3C/.test(text), "neither user nor password");
	assert.match(page, /with a user .*not checked yet/);
	const shares = [...page.matchAll(/(\d) projects? (?:or|and) keys?/g)]
	    .map((match) => Number(match[1]));
	assert.equal(shares.reduce((a, b) => a + b), 5);
	const ids = [...text.matchAll(/name="proxy" value="(\w+)"/g)]
	    .map((match) => match[1]);

	assert.match(await said(await visitor.post("/proxies", { proxy: ids[0] })),
	    /The proxy works/);
	dead.status = 503;
	await dead.stop();
	assert.match(await said(await visitor.post("/proxies", { proxy: ids[1] })),
	    /does not work/);
	const after = assertShown(await visitor.get("/proxies"));
	assert.match(after, /up \d+ ms.* down since/);
	assertShown(await visitor.post("/proxies", { proxy: "0".repeat(32) }), 404);
	assertShown(await visitor.post("/proxies", { proxy: HOSTILE.slice(0, 300) }), 404);
	await kw.cli("jobs");
	assert.match(await said(await visitor.post("/proxies", { all: "1" })),
	    /It is due now/);
});

// ---- files ------------------------------------------------------------------

test("files: the list, its filters and its pages", async () => {
	await files(101, { facts: { displayName: HOSTILE, mimeType: HOSTILE,
		sizeBytes: "12345678", state: "ACTIVE" } });
	await kw.sql.exec(`update keywheel.resources set facts = '{"state": "FAILED",
	    "displayName": "holiday 100%_.png", "sizeBytes": "many"}'
	    where name = 'files/f7'; update keywheel.resources
	    set created_at = now(), facts = '{}' where name in
	    ('files/f1', 'files/f2')`);
	const first = await visitor.get("/files");
	assert.match(assertShown(first), /There are 101\..*12\.3 MB ready/);
	const count = (answer) => answer.text.split('name="file"').length - 1;
	assert.equal(count(first), 100);
	const next = /href="([^"]+)" rel="next"/.exec(first.text)[1]
	    .replaceAll("&amp;", "&");
	const second = await visitor.get(next);
	assert.equal(count(second), 1);
	assert.match(second.text, /files\/f101/);
	for (const [query, n] of [["state=FAILED", 1], ["state=ACTIVE", 98],
		["q=HOLIDAY+100%25_", 1], ["q=day%25.png", 0], ["token=1", 0],
		["token=x&after=.&state=", 100], ["after=1.files/x", 0],
		[`q=${encodeURIComponent(HOSTILE.slice(0, 20))}`, 98],
		["after=99999999999999999999.x", 100]]) {
		const answer = await visitor.get(`/files?${query}`);
		assertShown(answer);
		assert.equal(count(answer), n, query);
	}
});

test("files: deleting some, after a question", async () => {
	await files(2);
	await kw.sql.exec(`insert into keywheel.resources (name, scope, kind,
	    key_id, token_id) select 'files/' || n, scope, 'files', key_id, 1
	    from keywheel.keys, unnest(array['stays', 'old']) n where key_id = 2`);
	const ids = [...(await visitor.get("/files")).text
	    .matchAll(/name="file" value="([^"]+)"/g)].map((match) => match[1]);
	const chosen = ids.filter((id) => !id.includes("stays"))
	    .map((id) => ["file", id]);
	const left = () => kw.sql.exec("select string_agg(name, ' ' order by name) "
	    + "from keywheel.resources where kind = 'files'");
	const ask = await visitor.post("/files", chosen);
	assert.match(assertShown(ask), /Delete 3 files at Google\?/);
	assert.equal(await left(), "files/f1 files/f2 files/old files/stays");

	await kw.useKeys(1);
	const done = await visitor.post("/files", [...chosen, ["sure", "1"],
		["file", `files/${HOSTILE.slice(0, 90)} key/1`],
		["form_token", formToken(ask.text)]]);
	assert.match(await said(done), /^ 2 files were deleted\. 2 could not be/);
	assert.equal(await left(), "files/old files/stays");
	const asked = (await kw.fake.requests())
	    .filter(({ verb }) => verb === "DELETE").map(({ path }) => path);
	assert.deepEqual(asked.sort(), ["/v1beta/files/f1", "/v1beta/files/f2"]);
	assert.match(await said(await visitor.post("/files", { sure: "1" })),
	    /No file was chosen/);
});

// ---- as people see them -----------------------------------------------------

test("the pages of operation in a browser", { skip: noBrowser }, async () => {
	await files(3, { facts: { displayName: "a holiday.png",
		mimeType: "image/png", sizeBytes: "123456", state: "ACTIVE" } });
	await kw.set({ PROXIES: '["http://u:p@127.0.0.1:9", ' +
	    '"socks5h://proxy.example.org:1080"]' });
	const page = await openPage({ viewport: PHONE, javaScriptEnabled: false });
	for (const path of ["jobs", "proxies", "files"]) {
		await page.goto(`/${path}`);
		await shoot(page, `${path}-phone`);
		assert.ok(await fits(page), path);
	}
	const wide = await openPage();
	await wide.goto("/jobs");
	await shoot(wide, "jobs");
	await wide.goto("/proxies");
	await shoot(wide, "proxies");
	await kw.set({ PROXIES: "" });
	await wide.goto("/files");
	await wide.getByLabel("Choose all on this page").check();
	await shoot(wide, "files");
	await wide.getByRole("button", { name: "Delete the chosen ones…" }).click();
	await wide.getByRole("heading", { name: "Delete 3 files at Google?" })
	    .waitFor();
	await shoot(wide, "files-delete");
	await wide.getByRole("button", { name: "Delete 3 files" }).click();
	await wide.getByText("3 files were deleted.").waitFor();
	assert.deepEqual([...page.faults, ...wide.faults], []);
});

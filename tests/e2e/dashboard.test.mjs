// The dashboard: figures, charts, what is wrong and what to do about it.
import assert from "node:assert/strict";

import { KEYS } from "./lib/stack.mjs";
import { PHONE, fits, noBrowser, openPage, shoot, textOf, visitor }
	from "./lib/pages.mjs";
import { kw, test } from "./lib/shared.mjs";

const HOSTILE = `<script>alert(1)</script>"'&\u202eevil 💣${"x".repeat(150)}`;

/** Nothing has happened yet, whatever other files of tests have done. */
async function empty() {
	await kw.sql.exec(`delete from keywheel.leases;
	    delete from keywheel.requests;
	    delete from keywheel.attempts;
	    truncate keywheel.usage_all, keywheel.usage, keywheel.key_usage,
		keywheel.key_failures, keywheel.usage_times,
		keywheel.usage_tops`);
}

/** An hour with something in it, of all sorts, some of it a month ago. */
async function fill() {
	await kw.sql.exec(`
	    insert into keywheel.requests (request_id, started_at, token_id,
		key_id, model, route, streamed, outcome, status, attempts,
		prompt_tokens, cached_tokens, thought_tokens, answer_tokens,
		first_byte_ms, total_ms)
	    select gen_random_uuid(), now() - i * i * interval '7 seconds', 1,
		1 + i % 5, (array['gemini-2.5-pro', 'gemini-2.5-flash'])
			[1 + i % 2], 'openai.chat', true,
		(array['complete', 'complete', 'complete', 'complete', 'length',
			'upstream_error', 'limited', 'client_gone',
			'timeout_idle'])[1 + i % 9]::keywheel.outcome,
		200, 1, 40 + i, i % 30, i % 50, i % 70, 300 + i * 13, 2000
	    from generate_series(0, 600) i`);
}

test("figures: at once, and the same when they are summed up", async () => {
	const minute = () => Math.floor(Date.now() / 60000);
	const figures = async () => textOf((await visitor.get("/?range=1h")).text)
	    .match(/Today and this month.*?Connect a client/)[0]
	    .replaceAll(/\d\d:\d\d/g, "");
	let begun, atOnce, summed;
	/* The chart moves with the minute. */
	do {
		await empty();
		assert.equal((await kw.rowOf(await kw.chat())).outcome,
		    "complete");
		begun = minute();
		atOnce = await figures();
		await kw.cli("jobs", "run", "usage");
		summed = await figures();
	} while (minute() !== begun);
	assert.match(atOnce, /Requests 1\b/);
	assert.equal(summed, atOnce);
});

test("charts: of each range, with a table of the same", async () => {
	await fill();
	for (const [range, steps] of [["1h", 60], ["24h", 24], ["7d", 28],
		["30d", 30]]) {
		const { status, text } = await visitor.get(`/?range=${range}`);
		assert.equal(status, 200);
		assert.equal(text.split('class="step"').length - 1, steps * 3);
		assert.match(text,
		    new RegExp(`range=${range}" aria-current="page"`));
		assert.match(text, /role="img" aria-labelledby="chart-requests/);
		assert.match(text, /<title>[^<]*\nAnswered: \d/);
		assert.ok(!/style="/.test(text));
	}
	for (const wrong of ["2h", "%3Cb%3E", "30d%27"]) {
		const { status, text } = await visitor.get(`/?range=${wrong}`);
		assert.equal(status, 200);
		assert.match(text, /range=24h" aria-current="page"/);
	}
});

test("what is wrong is told with what to do", async (t) => {
	await empty();
	await fill();
	let { text } = await visitor.get("/");
	assert.match(textOf(text), /Many requests fail\. Of \d+ requests/);
	t.after(() => kw.sql.exec(`
	    delete from keywheel.alarms where subject like '<%';
	    delete from keywheel.jobs where name = 'nightly'`));
	await kw.sql.exec(`
	    select keywheel.raise_alarm('leaked_key', '<b>key', $$${HOSTILE}$$);
	    select keywheel.raise_alarm('something new', '<i>', 'words');
	    insert into keywheel.jobs (name, every_s, next_at) values
		('nightly', 3600, now() - interval '1 hour')`);
	({ text } = await visitor.get("/"));
	const words = textOf(text);
	assert.match(words, /A key has leaked \( <b>key \)/);
	assert.match(words, /delete it, also at Google/);
	assert.match(words, /Something needs attention \( <i> \): words/);
	assert.match(words, /The job nightly is late/);
	assert.ok(!text.includes("<script>alert"));
	assert.ok(!words.includes("Nothing is wrong"));
});

test("keys by state lead to the list; none leads to first steps", async () => {
	await kw.sql.exec(
	    "select keywheel.set_key_state(2, 'disabled', 'invalid_key')");
	let { text } = await visitor.get("/");
	for (const state of ["ready", "resting", "disabled"])
		assert.ok(text.includes(`/keys?state=${state}`), state);
	assert.match(textOf(text), /\b1 disabled/);
	for (const key of KEYS)
		assert.ok(!text.includes(key));
	await kw.useKeys(0);
	({ text } = await visitor.get("/"));
	assert.match(textOf(text), /There is no key yet|Every key is disabled/);
	assert.ok(text.includes("/keys/add"));
});

test("in a browser: wide and narrow, light and dark", { skip: noBrowser },
    async () => {
	await kw.sql.exec(`update keywheel.keys set project = $$${HOSTILE}$$
	    where key_id = 1; update keywheel.tokens set name = $$${HOSTILE}$$
	    where token_id = 1`);
	const page = await openPage({ colorScheme: "light" });
	await page.goto("/?range=24h");
	await shoot(page, "dashboard-light");
	assert.ok(await fits(page));
	assert.deepEqual(page.faults, []);
	assert.equal(await page.locator("#charts svg.plot").count(), 3);
	const bar = page.locator("#chart-requests g.step rect:not(.room)").last();
	assert.ok((await bar.boundingBox()).height >= 2);
	await page.emulateMedia({ colorScheme: "dark" });
	await page.locator("#chart-requests summary").click();
	assert.ok(await page.locator("#chart-requests table").isVisible());
	await shoot(page, "dashboard-dark");
	await page.setViewportSize(PHONE);
	await page.goto("/?range=30d");
	await shoot(page, "dashboard-phone");
	assert.ok(await fits(page));
	await page.context().close();
});

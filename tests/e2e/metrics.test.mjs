// GET /metrics: who may read it, and that it says what the account, the pages
// and upstream's own books say.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, test } from "node:test";

import { ADMIN_TOKEN, KEYS, MODEL, program, startStack } from "./lib/stack.mjs";
import { until } from "./lib/until.mjs";

const TYPE = "text/plain; version=0.0.4; charset=utf-8";
const SECRET = "sk-metrics-only-4c1f";
const HOSTILE = `a"b\\c{d="e"} 1\u202e💣<script>\nkeywheel_evil 1\r`;

/* A stack of our own: counters from their very beginning, and a database that
 * may end. */
const kw = await startStack({ env: { METRICS_TOKEN: SECRET } });
after(() => kw.stop());

/* ./quickstart check says where promtool is. */
const promtool = process.env.KEYWHEEL_PROMTOOL ?? which("promtool");
function which(name) {
	try {
		return execFileSync("sh", ["-c", `command -v ${name}`],
		    { encoding: "utf8" }).trim();
	} catch {
		return "";
	}
}

const get = (token, more = {}) =>
    kw.request({ path: "/metrics", token, ...more });

/** All samples: name and labels → value. Each line must be one, or a comment. */
async function scrape() {
	const { status, text, headers } = await get(SECRET);
	assert.equal(status, 200, text);
	assert.equal(headers["content-type"], TYPE);
	const samples = new Map();
	for (const line of text.trimEnd().split("\n")) {
		if (/^# (HELP|TYPE) keywheel_\w+ ./.test(line))
			continue;
		const m = line.match(/^(keywheel_\w+(?:\{(?:\w+="(?:[^"\\]|\\[\\"n])*",?)+\})?) (\d+(?:\.\d+)?)$/);
		assert.ok(m, line);
		assert.ok(!samples.has(m[1]), `twice: ${m[1]}`);
		samples.set(m[1], Number(m[2]));
	}
	return { samples, text };
}

const counters = ({ samples }) => [...samples].filter(([name]) =>
    /^keywheel_\w+(_total|_bucket|_count|_sum)(\{|$)/.test(name));

function sum({ samples }, name, ...labels) {
	return [...samples].filter(([key]) => key.split("{")[0] === name &&
	    labels.every((label) => key.includes(label)))
	    .reduce((all, [, value]) => all + value, 0);
}

function notBack(before, now) {
	for (const [name, value] of counters(before))
		assert.ok(now.samples.get(name) >= value,
		    `${name}: ${value}, then ${now.samples.get(name)}`);
}

async function isGood(text) {
	if (promtool === "")
		return;
	assert.notEqual(promtool, "none", "there is no promtool");
	const said = await program(promtool, ["check", "metrics"],
	    { input: text });
	assert.deepEqual([said.status, said.out + said.err], [0, ""]);
}

test("who may read it", async () => {
	const rows = () => kw.sql.exec(`select (select count(*)
	    from keywheel.requests) + (select count(*) from keywheel.leases)
	    + (select count(*) from keywheel.admissions)`);
	const before = await rows();
	for (const [token, status] of [[null, 401], ["nobody's", 401],
		[kw.token, 403], [SECRET, 200], [ADMIN_TOKEN, 200]]) {
		const answer = await get(token);
		assert.equal(answer.status, status, `${token}: ${answer.text}`);
		assert.equal(answer.headers["www-authenticate"] !== undefined,
		    status === 401);
		assert.equal(answer.text.includes("keywheel_"), status === 200);
	}
	const answer = await get(SECRET, { headers: {
		Accept: "application/openmetrics-text; version=1.0.0",
		Origin: "https://example.org" } });
	assert.deepEqual([answer.status, answer.headers["content-type"],
		answer.headers["access-control-allow-origin"]],
	    [200, TYPE, undefined]);
	const head = await get(SECRET, { method: "HEAD" });
	assert.deepEqual([head.status, head.text], [200, ""]);
	assert.equal((await get(SECRET, { method: "POST", body: {} })).status,
	    405);
	assert.equal(await rows(), before);

	for (const bad of ["localhost", "10.0.0.0/33", "*"])
		assert.notEqual((await kw.cli("set", "METRICS_ADDRESSES", bad))
		    .status, 0);
	await kw.set({ METRICS_TOKEN: "", METRICS_ADDRESSES: "10.0.0.0/8" });
	assert.equal((await get(SECRET)).status, 401);
	assert.equal((await get("")).status, 401);
	await kw.set({ METRICS_ADDRESSES: "10.0.0.0/8, 127.0.0.0/8" });
	assert.equal((await get(null)).status, 200);
	await kw.set({ METRICS_ADDRESSES: "[]", METRICS_TOKEN: SECRET });
	assert.equal((await get(null)).status, 401);
});

test("the figures are those of the account, the pages, and upstream", async () => {
	await isGood((await scrape()).text);
	await kw.fake.script({ times: 2, do: {
		error: "rate_minute", retry_delay: "1s" } });
	for (let i = 0; i < 6; i++)
		assert.equal((await kw.chat({ stream: i % 2 === 0 })).status, 200);
	await kw.native("generateContent", {}, { model: "gemini-3.8-flash" });
	assert.equal((await kw.chat({ messages: 7 })).status, 400);
	assert.equal((await kw.chat({}, { token: "nobody's" })).status, 401);
	await until(() => kw.isIdle());
	const { tokens } = await kw.fake.books();

	for (const summed of [false, true]) {
		if (summed)
			await kw.cli("jobs", "run", "usage");
		const now = await scrape();
		const rows = await kw.sql.rows(`select model, outcome,
		    count(*)::integer as n, sum(prompt_tokens)::integer as prompt,
		    sum(thought_tokens)::integer as thought,
		    sum(answer_tokens)::integer as answer
		    from keywheel.report_requests group by 1, 2`);
		assert.ok(rows.length >= 3);
		for (const { model, outcome, n } of rows)
			assert.equal(sum(now, "keywheel_requests_total",
			    `model="${model || "none"}"`,
			    `outcome="${outcome}"`), n);
		const all = rows.reduce((sum, { n }) => sum + n, 0);
		assert.equal(sum(now, "keywheel_requests_total"), all);
		assert.equal(sum(now, "keywheel_token_requests_total"), all);
		for (const [kind, books] of [["prompt", tokens.prompt],
			["thought", tokens.thoughts], ["answer", tokens.answer]]) {
			const own = `kind="${kind}"`;
			assert.equal(sum(now, "keywheel_tokens_total", own), books);
			assert.equal(sum(now, "keywheel_token_tokens_total", own),
			    books);
			assert.equal(rows.reduce((sum, row) => sum + row[kind], 0),
			    books);
		}
		const failed = await kw.sql.rows(`select verdict,
		    count(*)::integer as n from keywheel.report_errors group by 1`);
		assert.ok(failed.length > 0);
		for (const { verdict, n } of failed)
			assert.equal(sum(now, "keywheel_attempts_failed_total",
			    `"${verdict}"`), n);
		for (const name of ["request_duration", "overhead", "database"])
			assert.equal(sum(now, `keywheel_${name}_seconds_count`), 7);
		assert.ok(sum(now, "keywheel_overhead_seconds_sum") > 0);
		assert.ok(sum(now, "keywheel_overhead_seconds_sum") <
		    sum(now, "keywheel_request_duration_seconds_sum") + 1);
		/* What the page of the same name shows. */
		const { today } = JSON.parse(await kw.sql.exec(
		    "select keywheel.dashboard('1h')"));
		assert.deepEqual([today.requests, today.answer],
		    [all, tokens.answer]);
		assert.equal(sum(now, "keywheel_account_unsummed_requests"),
		    summed ? 0 : all);
	}
	const now = await scrape();
	assert.equal(sum(now, "keywheel_keys", 'pool="gemini"'), KEYS.length);
	assert.equal(sum(now, "keywheel_database_up"), 1);
	assert.equal(sum(now, "keywheel_build_info"), 1);
	await isGood(now.text);
});

test("hostile names stay names", async () => {
	const quoted = `$x$${HOSTILE}$x$`;
	await kw.sql.exec(`update keywheel.tokens set name = ${quoted}
	    where token_id = (select min(token_id) from keywheel.requests);
	    insert into keywheel.requests (request_id, started_at, token_id,
		model, route, streamed, outcome, status, attempts,
		prompt_tokens, cached_tokens, thought_tokens, answer_tokens,
		first_byte_ms, total_ms)
	    select gen_random_uuid(), now(), 1, ${quoted}, 'r', false,
		'complete', 200, 1, 1, 0, 0, 1, 1, 1;
	    select keywheel.raise_alarm(${quoted}, 's', 't')`);
	const now = await scrape();
	const escaped = HOSTILE.replaceAll("\\", "\\\\").replaceAll('"', '\\"')
	    .replaceAll("\n", "\\n");
	assert.equal(sum(now, "keywheel_requests_total",
	    `model="${escaped}"`), 1);
	assert.ok(sum(now, "keywheel_token_requests_total",
	    `token="${escaped}"`) > 0);
	assert.equal(sum(now, "keywheel_alarms_open", `"${escaped}"`), 1);
	assert.ok(!now.text.includes(SECRET));
	for (const key of KEYS)
		assert.ok(!now.text.includes(key.slice(-12)));
	await isGood(now.text);
});

test("nothing goes back: cleared, computed anew, with new processes", async () => {
	const before = await scrape();
	await kw.cli("clear", "logs");
	assert.equal(await kw.sql.exec("select count(*) from keywheel.requests"),
	    "0");
	const cleared = await scrape();
	notBack(before, cleared);
	assert.deepEqual(counters(cleared), counters(before));
	await kw.chat();
	await until(() => kw.isIdle());
	await kw.sql.exec("select keywheel.recompute_usage()");
	const now = await scrape();
	notBack(before, now);
	assert.equal(sum(now, "keywheel_requests_total", `model="${MODEL}"`),
	    sum(before, "keywheel_requests_total", `model="${MODEL}"`) + 1);
});

test("without its database it says so", async () => {
	process.kill(await kw.pid("postgres"), "SIGINT");
	await until(async () => (await kw.request({ path: "/health" })).status
	    === 503);
	const { samples, text } = await scrape();
	assert.equal(samples.get("keywheel_database_up"), 0);
	assert.equal(samples.size, 2);
	assert.match(text, /^keywheel_build_info\{version="[^"]+"\} 1$/m);
	await isGood(text);
	assert.equal((await get(null)).status, 401);
	assert.equal((await get(ADMIN_TOKEN)).status, 503);
});

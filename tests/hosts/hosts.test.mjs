// Three web hosts and one database. What two stacks on one host do is in
// ../e2e/two_stacks.test.mjs.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test as nodeTest } from "node:test";

import { OwnFake } from "../e2e/lib/fake.mjs";
import { Sql } from "../e2e/lib/sql.mjs";
import { ADMIN_TOKEN, KEYS, MODEL, TOKEN, build, envText, program }
	from "../e2e/lib/stack.mjs";
import { crowd, until } from "../e2e/lib/until.mjs";
import { GEMINI, Host, WORLD, writeConf } from "./host.mjs";

const fake = new OwnFake(path.join(build, "fake_gemini"), WORLD,
    ["--address", "0.0.0.0"]);
const sql = new Sql(WORLD);
const hosts = [1, 2, 3].map((n) => new Host(n, fake, sql));
const [one, two, three] = hosts;
const middle = path.join(WORLD, "middle");

/** keywheel's command line where the database is. */
async function keywheel(...args) {
	const { status, out, err } = await program(path.join(build, "keywheel"),
	    ["--conf", path.join(middle, "keywheel.conf"), ...args]);
	assert.equal(status, 0, `keywheel ${args.join(" ")}: ${out}${err}`);
	return out;
}

before(async () => {
	const key = path.join(middle, "master.key");
	const env = path.join(WORLD, "env");
	await Promise.all([fake.start(), writeConf(middle, "127.0.0.1")]);
	await writeFile(env, envText({ API_KEYS: KEYS, ALLOWED_TOKENS: [TOKEN],
		AUTH_TOKEN: ADMIN_TOKEN, JOBS_AFTER_REQUESTS: "false",
		BASE_URL: `http://${GEMINI}:${fake.port}/v1beta` }));
	await keywheel("make-master-key", key);
	await keywheel("migrate");
	await keywheel("load-env", env);
	await Promise.all(hosts.map(async (host) => {
		await writeConf(host.state, `10.89.${host.n}.1`, key);
		await host.start();
	}));
});

after(async () => {
	await fake.stop();
	await Promise.all(hosts.map((host) => host.kill()));
});

const test = (name, body) => nodeTest(name, { timeout: 60000 }, async () => {
	await until(() => one.isIdle(), { what: "all requests accounted for" });
	await fake.reset();
	await body();
});

/** n chats at each host, all at once. */
const everywhere = async (n, more) => (await Promise.all(hosts.map((host) =>
	crowd(n, n, () => host.chat({}, more))))).flat();

const count = (answers, status) =>
    answers.filter((answer) => answer.status === status).length;

const SLOW = { text_events: 20, event_delay_ms: 50 };
const SEEN = /data: .*"content":"./;

/** A stream at each of those, which has begun. */
async function streamAt(...list) {
	const streams = list.map((host) => host.openChat({ stream: true }));
	await Promise.all(streams.map((stream) =>
	    stream.when((answer) => SEEN.test(answer.text))));
	return streams;
}

/** It came to its end. */
async function assertWhole(stream) {
	const { text, complete } = await stream.whole();
	assert.ok(complete);
	assert.match(text, /data: \[DONE\]\s*$/);
}

test("the keys take turns, whichever host is asked", async () => {
	const answers = (await Promise.all(hosts.map((host, i) =>
	    crowd(20 * (i + 1), 4 * (i + 1), () => host.chat())))).flat();
	assert.equal(count(answers, 200), 120);
	const counts = Object.values(await fake.counts());
	assert.equal(counts.length, KEYS.length);
	assert.ok(Math.max(...counts) - Math.min(...counts) <= 1,
	    `uneven: ${counts}`);
});

/** A token with limits, as the command line takes them. */
let tokens = 0;
async function limitedToken(limits) {
	const out = await keywheel("tokens", "add", `limited-${++tokens}`,
	    "--limits", limits);
	return { token: /\bsk-\S+/.exec(out)[0] };
}

test("a token's limits are exact over all hosts", async () => {
	const minute = await limitedToken("rpm=10");
	let answers = await everywhere(10, minute);
	assert.deepEqual([count(answers, 200), count(answers, 429)], [10, 20]);

	const few = await limitedToken("concurrent=4");
	await fake.script({ first_delay_ms: 1000 });
	answers = await everywhere(5, few);
	assert.deepEqual([count(answers, 200), count(answers, 429)], [4, 11]);
	assert.equal((await fake.books()).most_open, 4);
});

test("a budget is one over all hosts", async () => {
	/* A request costs 100 prompt and 300 answer tokens: 0.0007. */
	await sql.exec(`select keywheel.put_price(jsonb_build_object('model',
	    '${MODEL}', 'valid_from', '2020-01-01', 'currency', 'USD',
	    'prompt', '1', 'answer', '2'), 'test')`);
	const usage = { promptTokenCount: 100, candidatesTokenCount: 300,
		totalTokenCount: 400 };
	await fake.script({ body: { usageMetadata: usage, candidates: [{
		content: { parts: [{ text: "a" }] }, finishReason: "STOP" }] } });
	const budget = await limitedToken("budget=0.0028USD");
	const statuses = [];
	for (let i = 0; i < 6; i++) {
		statuses.push((await hosts[i % 3].chat({}, budget)).status);
		await until(() => one.isIdle(), { what: "the account" });
	}
	assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429]);
	await sql.exec("delete from keywheel.prices");
});

test("a setting of one host is in force at the next request of all",
    async () => {
	for (const [i, retries] of [1, 0, 1].entries()) {
		const { status, err } = await hosts[i].cli("set", "MAX_RETRIES",
		    String(retries));
		assert.equal(status, 0, err);
		for (const host of hosts) {
			await fake.reset();
			await fake.script({ error: "internal" });
			assert.equal((await host.chat()).status, 502);
			assert.equal((await fake.requests()).length, retries + 1);
		}
	}
	await keywheel("unset", "MAX_RETRIES");
});

test("who has signed in at one host is known at all", async () => {
	const form = (page, fields) => new URLSearchParams({ ...fields,
		form_token: /name="form_token" value="([^"]+)"/.exec(page.text)[1] })
	    .toString();
	const post = (host, where, body, headers = {}) => host.request({
		method: "POST", path: where, token: null, body, headers: {
			"Content-Type": "application/x-www-form-urlencoded",
			...headers } });
	const first = await one.request({ path: "/", token: null });
	const entered = await post(two, "/sign-in",
	    form(first, { token: ADMIN_TOKEN }));
	assert.equal(entered.status, 303, entered.text);
	const Cookie = entered.headers["set-cookie"].split(";")[0];
	const page = (host) => host.request(
	    { path: "/keys", token: null, headers: { Cookie } });
	for (const host of hosts)
		assert.equal((await page(host)).status, 200);

	/* The form of one, sent to another, ends it for all. */
	const left = await post(two, "/sign-out", form(await page(three)),
	    { Cookie });
	assert.equal(left.status, 303, left.text);
	for (const host of hosts)
		assert.notEqual((await page(host)).status, 200);
});

test("each job that is due runs once in all", async () => {
	await Promise.all(hosts.map((host) => host.cli("jobs", "run")));
	await sql.exec(`truncate keywheel.job_runs;
	    update keywheel.jobs set next_at = now()
	    where every_s > 0 or daily_at is not null`);
	const due = Number(await sql.exec(`select count(*) from keywheel.jobs
	    where next_at <= now()`));
	assert.ok(due > 5);
	for (const { status, out, err } of await Promise.all(
	    [...hosts, ...hosts].map((host) => host.cli("jobs", "run"))))
		assert.equal(status, 0, out + err);
	assert.equal(await sql.exec(`select count(*) || ' of ' ||
	    count(distinct name) from keywheel.job_runs`), `${due} of ${due}`);
});

/** What the job says of requests that have just been lost. */
async function markLost(host) {
	await sql.exec(`update keywheel.leases set expires_at = now() - '1 s'::interval;
	    update keywheel.revision set maintained_at = '-infinity'`);
	const { status, out, err } = await host.cli("jobs", "run",
	    "housekeeping");
	assert.equal(status, 0, out + err);
}

for (const [how, end] of [["by kill -9", "kill"], ["by its power", "fail"]])
	test(`a host that dies ${how} takes its own requests along, no others`,
	    async () => {
		await fake.script(SLOW);
		const few = await limitedToken("concurrent=3");
		const [lost, ...kept] = await Promise.all([three, one, two]
		    .map(async (host) => {
			const stream = host.openChat({ stream: true }, few);
			await stream.when((answer) => SEEN.test(answer.text));
			return stream;
		}));
		await three[end]();
		const after = await one.chat({}, few);
		assert.equal(after.status, 429); /* its place is still held */
		await Promise.all(kept.map(assertWhole));
		lost.close();
		assert.doesNotMatch(lost.answer.text, /\[DONE\]/);

		/* Its session in the database ends, whatever it held. */
		await until(async () => await three.sessions() === 0,
		    { timeout: 15000, what: "no session of the dead host" });
		await until(async () => await sql.exec(`select count(*)
		    from keywheel.leases l where not exists (select
			from keywheel.requests r
			where r.request_id = l.request_id)`) === "1");
		const states = await one.keyStates();
		await markLost(two);
		const row = await one.rowOf(lost.answer, "outcome, status, detail");
		assert.equal(row.outcome, "internal_error");
		assert.ok(await one.isIdle());
		assert.deepEqual(await one.keyStates(), states);
		assert.ok(states.every(({ state, faults }) =>
		    state === "active" && faults === 0));

		/* And it comes back. */
		await fake.script();
		await three.start();
		const answers = await everywhere(1, few);
		assert.equal(count(answers, 200), 3);
	});

test("a host without its database: 503, and what it owes is paid", async () => {
	await fake.script(SLOW);
	const [cut, ...kept] = await streamAt(three, one, two);
	await three.link("back", "down");
	/* Those that run are served to their end. */
	await Promise.all([cut, ...kept].map(assertWhole));
	const refused = await three.chat();
	assert.deepEqual([refused.status, refused.json.error.code],
	    [503, "database_unavailable"]);
	assert.equal((await three.request({ path: "/health", token: null }))
	    .status, 503);
	await fake.script();
	for (const host of [one, two])
		assert.equal((await host.chat()).status, 200);

	/* Meanwhile it is taken for lost; then the truth comes. */
	await markLost(one);
	const row = () => one.rowOf(cut.answer, "outcome, answer_tokens");
	assert.equal((await row()).outcome, "internal_error");
	await three.link("back", "up");
	await until(async () => (await row()).outcome === "complete",
	    { timeout: 10000, what: "the account that was owed" });
	assert.ok((await row()).answer_tokens > 0);
	assert.equal((await three.chat()).status, 200);
});

// Through PgBouncer: its restart, a pool that is full, PostgreSQL behind it
// away. (KEYWHEEL_E2E_PGBOUNCER=6 runs all the other tests through it, too.)
import assert from "node:assert/strict";
import { test, after } from "node:test";

import { program, quickstart, startStack } from "./lib/stack.mjs";
import { crowd, until } from "./lib/until.mjs";

const there = (await program("pgbouncer", ["--version"])).status === 0;
const kw = there && await startStack({ pool: { default_pool_size: 2,
	min_pool_size: 1, query_wait_timeout: 1 } });
after(() => kw && kw.stop());
const options = { skip: !there && "there is no pgbouncer", timeout: 60000 };

const statuses = (answers) => [...new Set(answers.map(({ status }) => status))];
const sessions = () => kw.sql.exec(`select count(*) from pg_stat_activity
    where usename = 'keywheel_app'`);

/** A stream that has begun, and takes another second or two. */
async function begunStream() {
	await kw.fake.script({ text: "a b c d e", text_events: 5,
		event_delay_ms: 300 });
	const running = kw.openChat({ stream: true });
	await running.when((answer) => answer.text.includes('"content":"a'));
	await kw.fake.script();
	return running;
}

/** It ends as it should, and is in the account. */
async function endsWell(running) {
	const answer = await running.whole();
	assert.ok(answer.text.endsWith("data: [DONE]\n\n"), answer.text);
	running.close();
	const row = await kw.rowOf(answer);
	assert.deepEqual([row.outcome, row.attempts], ["complete", 1]);
}

test("two connections to PostgreSQL do for two dozen responders", options,
    async () => {
	await kw.fake.script({ first_delay_ms: 200 });
	const answers = await crowd(48, 24, () => kw.chat());
	await kw.fake.script();
	assert.deepEqual(statuses(answers), [200]);
	assert.equal(await sessions(), "2");
	for (const answer of answers)
		assert.equal((await kw.rowOf(answer)).outcome, "complete");
});

test("PgBouncer is restarted: a stream goes on, later requests do not notice",
    options, async () => {
	const running = await begunStream();
	await kw.bouncer.stop();
	await kw.bouncer.resume();
	assert.deepEqual(statuses(await crowd(16, 8, () => kw.chat())), [200]);
	await endsWell(running);
});

test("all its connections are taken: 503, and what is owed is written later",
    options, async () => {
	const running = await begunStream();
	await kw.sql.exec("begin; lock table keywheel.tokens, keywheel.requests");
	const refused = [];
	const asked = Array.from({ length: 6 }, async () => {
		const answer = await kw.chat();
		if (answer.status !== 200)
			refused.push(answer);
	});
	/* Two hang at the lock, for longer than the others wait for them. */
	await until(() => refused.length >= 4, { what: "refusals" });
	await kw.sql.exec("rollback");
	await Promise.all(asked);
	assert.equal(refused.length, 4);
	for (const { status, json, text } of refused) {
		assert.equal(status, 503, text);
		assert.equal(json.error.type, "server_error");
		assert.doesNotMatch(text, /query_wait|bouncer|libpq/i);
	}
	await endsWell(running);
	assert.deepEqual(statuses(await crowd(8, 4, () => kw.chat())), [200]);
});

test("PostgreSQL behind it is restarted: 503 meanwhile, then as before",
    options, async () => {
	const running = await begunStream();
	process.kill(await kw.pid("postgres"), "SIGINT");
	await until(async () =>
	    (await kw.request({ path: "/health" })).status === 503,
	    { what: "the end of PostgreSQL" });
	const refused = await kw.chat();
	assert.equal(refused.status, 503, refused.text);
	const up = await quickstart("up", "--state", kw.state, "--port",
	    String(kw.port));
	assert.equal(up.status, 0, up.err);
	await until(async () => (await kw.chat()).status === 200,
	    { what: "the way to PostgreSQL" });
	await endsWell(running);
	assert.equal((await kw.rowOf(refused)).outcome, "internal_error");
});

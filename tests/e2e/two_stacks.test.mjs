// Two web stacks, as on two hosts, with one PostgreSQL.
import assert from "node:assert/strict";
import { chown, copyFile, mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";

import { KEYS, MODEL, Stack, freePort, program, root, quickstart,
	startStack } from "./lib/stack.mjs";
import { quotaMinute } from "./lib/sql.mjs";
import { crowd, until } from "./lib/until.mjs";

const HTTP_AT_ONCE = 20; /* a stack; 40 over both */

let one, two;

/** A second stack on the first one's database, with its master key. */
async function startSecond(first) {
	const state = path.join(first.dir, "second");
	const { uid, gid } = await stat(path.join(first.state, "master.key"));
	await mkdir(state, { mode: 0o700 });
	await copyFile(path.join(first.state, "master.key"),
	    path.join(state, "master.key"));
	for (const file of [state, path.join(state, "master.key")])
		await chown(file, uid, gid);
	const port = await freePort();
	const url = (role) => `postgresql://${role}@/keywheel?host=${first.state}/run`;
	const { status, out, err } = await program(path.join(root, "quickstart"),
	    ["up", "--state", state, "--port", String(port)],
	    { env: { DATABASE_URL: url("keywheel_app"),
		OWNER_DATABASE_URL: url("keywheel_owner") } });
	assert.equal(status, 0, `${out}${err}`);
	const stack = new Stack({ dir: first.dir, state, port,
		fakePort: first.fake.port });
	stack.fake = first.fake;
	stack.sql = first.sql;
	return stack;
}

before(async () => {
	one = await startStack();
	two = await startSecond(one);
});

after(async () => {
	await quickstart("stop", "--state", two.state);
	await one.stop();
});

/** All keys belong to one project, whose minute is limited. */
async function limit(rpm) {
	await one.sql.exec(`
	    delete from keywheel.key_cooldown;
	    delete from keywheel.ledger;
	    delete from keywheel.limits;
	    select keywheel.set_key_state(key_id, 'disabled', 'e2e')
	    from (select key_id from keywheel.keys order by key_id) k;
	    update keywheel.keys set project = 'shared';
	    select keywheel.set_key_state(key_id, 'active', 'e2e')
	    from (select key_id from keywheel.keys order by key_id) k;
	    insert into keywheel.limits (scope, model, kind, value, source)
	    values ('project/shared', '${MODEL}', 'rpm', ${rpm}, 'set')`);
	await one.fake.quotas({ projects: { shared: { keys: KEYS,
		limits: { [MODEL]: { rpm } } } } });
}

const unlimited = () => one.sql.exec(`delete from keywheel.limits;
    delete from keywheel.key_cooldown`);

test("both answer, with the same tokens and keys", async () => {
	await unlimited();
	for (const stack of [one, two])
		assert.equal((await stack.chat()).status, 200);
	assert.equal((await two.chat({}, { token: "sk-wrong" })).status, 401);
});

test("no window is used twice: ten a minute, forty requests at once",
    async () => {
	await limit(10);
	await one.set({ MAX_WAIT_SECONDS: 0 });
	const answers = (await Promise.all([one, two].map((stack) =>
	    crowd(HTTP_AT_ONCE, HTTP_AT_ONCE, () => stack.chat())))).flat();
	const count = (wanted) =>
	    answers.filter(({ status }) => status === wanted).length;
	assert.deepEqual([count(200), count(429)], [10, 30]);
	/* Exactly ten have reached Google: none was refused there. */
	const used = await one.fake.used();
	assert.deepEqual([used.ok, used.wasted.quota], [10, 0]);
	assert.ok(answers.filter(({ status }) => status === 429)
	    .every(({ headers }) => Number(headers["retry-after"]) > 0));
});

/** What the ledger takes for a minute. */
const minute = (length) => one.sql.exec(quotaMinute(length));

test("who waits is served in order of arrival, on whichever stack",
    async () => {
	/* Five keys of one project: room for one is not room for five. */
	await limit(1);
	await one.set({ MAX_WAIT_SECONDS: 10 });
	await one.fake.quotas({});
	await minute("6 s");
	try {
		/* The minute is full. Each has its place in the line before the next
		 * one comes. */
		const open = [one.chat({ text: "number 0" })];
		await open[0];
		for (let i = 1; i < 6; i++) {
			open.push((i % 2 ? two : one).chat({ text: `number ${i}` }));
			await until(async () => await one.sql.exec(`select count(*)
			    from keywheel.waiting`) === String(i));
		}
		await minute("300 ms");
		const answers = await Promise.all(open);
		assert.deepEqual(answers.map(({ status }) => status),
		    Array(6).fill(200));
		const texts = (await one.fake.requests()).slice(-6)
		    .map(({ body }) => body.contents.at(-1).parts[0].text);
		assert.deepEqual(texts, answers.map((_, i) => `number ${i}`));
	} finally {
		await minute("60 s");
	}
});

test("a setting changed on one is in force on the other at the next request",
    async () => {
	await unlimited();
	for (const [retries, calls] of [[0, 1], [1, 2]]) {
		await one.fake.reset();
		await one.fake.script({ error: "internal" });
		await one.set({ MAX_RETRIES: retries });
		assert.equal((await two.chat()).status, 502);
		assert.equal((await one.fake.requests()).length, calls);
	}
});

test("jobs that are due are run once, whoever looks", async () => {
	await one.fake.reset();
	/* Both stacks' own runners look, too. */
	const due = `(select name from keywheel.jobs where every_s > 0
	    or daily_at is not null)`;
	const idle = () => until(async () => await one.sql.exec(
	    "select bool_and(claim is null) from keywheel.jobs") === "t");
	await one.cli("jobs", "run");
	await idle();
	const before = await one.sql.exec(
	    "select max(run_id) from keywheel.job_runs");
	await one.sql.exec(`update keywheel.jobs set next_at = now()
	    where name in ${due}`);
	const runs = await Promise.all([one, two, one, two]
	    .map((stack) => stack.cli("jobs", "run")));
	for (const { status, out, err } of runs)
		assert.equal(status, 0, out + err);
	await idle();
	assert.equal(await one.sql.exec(`select string_agg(distinct n::text, ' ')
	    from (select count(r) as n from ${due} d
		left join keywheel.job_runs r on r.name = d.name
		    and r.run_id > ${before}
		group by d.name) s`), "1");
});

test("one is killed: the other goes on, and nothing stays leased",
    async () => {
	await one.fake.reset();
	await unlimited();
	await one.set({ MAX_RETRIES: 3 });
	await one.fake.script({ first_delay_ms: 1500 });
	const lost = crowd(4, 4, () => two.chat().catch(() => null));
	await until(async () => (await one.fake.books()).open === 4);
	for (const part of ["responders", "lighttpd"])
		process.kill(-await two.pid(part), "SIGKILL");
	await lost;
	await one.fake.script();
	const answers = await crowd(10, 5, () => one.chat());
	assert.ok(answers.every(({ status }) => status === 200));
	assert.ok((await one.keyStates()).every(({ state, faults }) =>
	    state === "active" && faults === 0));

	/* And it comes back to the same database. */
	const { status, out, err } = await quickstart("up", "--state", two.state,
	    "--port", String(two.port));
	assert.equal(status, 0, `${out}${err}`);
	assert.equal((await two.chat()).status, 200);
});

// Limits before they hurt: a fake that keeps real quotas, and how a gateway
// that knows them, or learns them, gets along with it.
import assert from "node:assert/strict";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { kw, test as plainTest } from "./lib/shared.mjs";
import { quotaMinute } from "./lib/sql.mjs";
import { crowd, until } from "./lib/until.mjs";

const PRO = "gemini-2.5-pro";

/** The minute of fake and ledger lasts 60/speed seconds. */
const speed = (n) => kw.sql.exec(quotaMinute(`${60 / n} s`));

/** Keys in these projects; limits known to keywheel, too, if `known`. */
async function world(projects, { fast = 1, known = false, wait = 3 } = {}) {
	await kw.useKeys(projects.reduce((n, { keys }) => n + keys, 0));
	await kw.set({ MAX_WAIT_SECONDS: wait });
	await speed(fast);
	const listed = {};
	let next = 0;
	for (const [i, { keys, limits }] of projects.entries()) {
		const name = `quota${i}`;
		listed[name] = { keys: KEYS.slice(next, next + keys), limits };
		for (let k = next + 1; k <= next + keys; k++)
			await kw.sql.exec(`
			    select keywheel.set_key_state(${k}, 'disabled', 'e2e');
			    update keywheel.keys set project = '${name}'
			    where key_id = ${k};
			    select keywheel.set_key_state(${k}, 'active', 'e2e')`);
		next += keys;
		for (const [model, all] of Object.entries(known ? limits : {}))
			for (const [kind, value] of Object.entries(all))
				await kw.sql.exec(`insert into keywheel.limits
				    (scope, model, kind, value, source) values
				    ('project/${name}', '${model}', '${kind}', ${value},
				    'set')`);
	}
	await kw.fake.quotas({ speed: fast, projects: listed, rest: "deny" });
}

/* Keys have no projects before and after, and nothing has been used. */
function test(name, body) {
	plainTest(name, async (t) => {
		t.after(async () => {
			await speed(1);
			await kw.sql.exec(`
			    delete from keywheel.limits;
			    delete from keywheel.ledger;
			    delete from keywheel.key_cooldown;
			    select keywheel.set_key_state(key_id, 'disabled', 'e2e')
			    from (select key_id from keywheel.keys
				where project is not null order by key_id) k;
			    update keywheel.keys set project = null
			    where project is not null`);
			await kw.reset();
		});
		await body(t);
	});
}

const statuses = (answers) => answers.map(({ status }) => status);
const times = (n, fn) => crowd(n, 1, fn);
const used = async (project = "quota0", model = MODEL) =>
    (await kw.fake.used()).projects[project][model];

test("a minute that is full is waited for, and nobody is refused upstream",
    async () => {
	await world([{ keys: 1, limits: { [MODEL]: { rpm: 3 } } }],
	    { fast: 60, known: true });
	assert.deepEqual(statuses(await times(5, () => kw.chat())),
	    Array(5).fill(200));
	assert.deepEqual((await used()).refused, { rpm: 0, tpm: 0, rpd: 0, tpd: 0 });
});

test("the line of those who wait has an end: others are told at once",
    async () => {
	await world([{ keys: 1, limits: { [MODEL]: { rpm: 1 } } }],
	    { fast: 20, known: true, wait: 10 });
	await kw.set({ MAX_WAITING_REQUESTS: 2 });
	assert.equal((await kw.chat()).status, 200);
	const open = [kw.chat(), kw.chat()];
	let served = 0;
	for (const one of open)
		one.then(() => served++);
	await until(async () => await kw.sql.exec(
	    "select count(*) from keywheel.waiting") === "2");
	for (const answer of await times(3, () => kw.chat())) {
		assert.equal(answer.status, 429);
		assert.ok(Number(answer.headers["retry-after"]) >= 1);
	}
	assert.equal(served, 0);
	assert.deepEqual(statuses(await Promise.all(open)), [200, 200]);
});

test("a minute that is full too long: 429 with the time, which is true",
    async () => {
	await world([{ keys: 1, limits: { [MODEL]: { rpm: 2 } } }],
	    { fast: 10, known: true, wait: 1 });
	assert.deepEqual(statuses(await times(2, () => kw.chat())), [200, 200]);
	const answer = await kw.chat();
	assert.equal(answer.status, 429);
	assert.equal(answer.json.error.code, "rate_limit_exceeded");
	const told = Number(answer.headers["retry-after"]);
	const room = await kw.fake.room(MODEL);
	/* The ledger counts in steps of a twelfth of a minute. */
	assert.ok(told >= room && told <= room + 2.5, `${told} s, truly ${room} s`);
	await new Promise((resolve) => setTimeout(resolve, told * 1000));
	assert.equal((await kw.chat()).status, 200);
	assert.equal((await used()).refused.rpm, 0);
});

test("a limit that nobody has told is learned from one refusal", async () => {
	await world([{ keys: 1, limits: { [MODEL]: { rpm: 2 } } }],
	    { fast: 60, wait: 3 });
	/* The third is refused, waits, and is served. */
	assert.deepEqual(statuses(await times(6, () => kw.chat())),
	    Array(6).fill(200));
	assert.equal((await used()).refused.rpm, 1);
	assert.deepEqual(await kw.sql.rows(`select scope, kind, value, source
	    from keywheel.limits`), [{ scope: "project/quota0", kind: "rpm",
		value: 2, source: "learned" }]);
});

test("a call that Google is too busy for uses up nothing", async () => {
	await world([{ keys: 1, limits: { [MODEL]: { rpm: 2 } } }],
	    { known: true, wait: 0 });
	await kw.set({ MAX_RETRIES: 0 });
	await kw.fake.script({ error: "unavailable" });
	for (let i = 0; i < 3; i++) {
		assert.equal((await kw.chat()).json.error.code,
		    "upstream_overloaded");
		/* It is given back with the account. */
		await until(() => kw.isIdle());
	}
	await kw.fake.script();
	assert.deepEqual(statuses([await kw.chat(), await kw.chat(),
		await kw.chat()]), [200, 200, 429]);
});

test("a day that is used up: insufficient_quota, until midnight in the Pacific",
    async () => {
	await world([{ keys: 1, limits: { [MODEL]: { rpd: 2 } } }]);
	assert.deepEqual(statuses(await times(2, () => kw.chat())), [200, 200]);
	for (let i = 0; i < 2; i++) {
		const answer = await kw.chat();
		assert.equal(answer.status, 429);
		assert.equal(answer.json.error.code, "insufficient_quota");
		assert.equal(answer.headers["x-should-retry"], "false");
	}
	/* Google was asked once more, not twice, and its short delay ignored. */
	assert.equal((await used()).refused.rpd, 1);
	const { left } = await kw.sql.row(`select max(extract(epoch from until
	    - (date_trunc('day', now() at time zone 'America/Los_Angeles')
		+ interval '1 day') at time zone 'America/Los_Angeles')) as left
	    from keywheel.key_cooldown`);
	assert.ok(left >= 0 && left < 900, `${left} s after midnight`);
	/* Other models have a day of their own. */
	assert.equal((await kw.chat({ model: PRO })).status, 200);
});

test("two keys of a project are one budget", async () => {
	await world([{ keys: 2, limits: { [MODEL]: { rpm: 4 } } },
		{ keys: 1, limits: { [MODEL]: { rpm: 2 } } }],
	{ known: true, wait: 0 });
	const answers = await crowd(12, 12, () => kw.chat());
	assert.deepEqual([200, 429].map((wanted) =>
	    answers.filter(({ status }) => status === wanted).length), [6, 6]);
	assert.equal((await used("quota0")).ok, 4);
	assert.equal((await used("quota1")).ok, 2);
	assert.equal((await kw.fake.used()).wasted.quota, 0);
});

test("input tokens: what does not fit goes to a project where it does",
    async () => {
	await world([{ keys: 1, limits: { [MODEL]: { tpm: 50 } } },
		{ keys: 1, limits: { [MODEL]: { tpm: 4000 } } }],
	{ known: true, wait: 0 });
	const large = "word ".repeat(800); /* 1,000 tokens */
	assert.deepEqual(statuses(await times(3, () => kw.chat({ text: large }))),
	    [200, 200, 200]);
	assert.deepEqual(statuses(await times(3, () => kw.chat())),
	    [200, 200, 200]);
	for (const name of ["quota0", "quota1"])
		assert.deepEqual((await used(name)).refused,
		    { rpm: 0, tpm: 0, rpd: 0, tpd: 0 }, name);
});

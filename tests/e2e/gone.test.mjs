// The client goes away: the call upstream ends within a second, the account
// says so, and no key is blamed.
import assert from "node:assert/strict";

import { events } from "./lib/raw.mjs";
import { chatRequest } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

/* A second is what is promised; the rest is for a busy machine. */
const SOON = 1500;

const SSE = { query: "?alt=sse" };
const WAYS = [["FIN", (c) => c.close()], ["RST", (c) => c.reset()]];

const WAITING = [
	["plain request", () => kw.openChat()],
	["stream", () => kw.openChat({ stream: true })],
	["native unary", () => kw.openNative("generateContent")],
	["native SSE", () => kw.openNative("streamGenerateContent", {}, SSE)],
	["countTokens", () => kw.openNative("countTokens")],
];
const MIDDLE = [
	["stream", () => kw.openChat({ stream: true }), "one"],
	["native SSE", () => kw.openNative("streamGenerateContent", {}, SSE), "one"],
	["native array", () => kw.openNative("streamGenerateContent"), "one"],
];

async function states() {
	return JSON.stringify([await kw.keyStates(), await kw.cooldowns()]);
}

/** Until upstream has the request, hang up, and see what happens. */
async function leave(connection, hangUp, { calls = 1 } = {}) {
	await until(async () => (await kw.fake.books()).open === 1,
	    { what: "the request to be upstream" });
	const before = await states();
	const [{ n }] = await kw.sql.rows(`select count(*) as n
	    from keywheel.report_requests where outcome = 'client_gone'`);
	hangUp(connection);
	const left = Date.now();
	await until(async () => {
		const { open, aborted } = await kw.fake.books();
		return open === 0 && aborted === 1;
	}, { timeout: SOON, every: 10, what: "the end of the call upstream" });
	const took = Date.now() - left;

	const row = await until(async () => {
		const all = await kw.sql.rows(`select * from keywheel.report_requests
		    where outcome = 'client_gone'
		    order by started_at desc, request_id desc`);
		return all.length === Number(n) + 1 && all[0];
	}, { what: "the row" });
	assert.equal(row.attempts, calls);
	assert.ok(row.total_ms >= 0);
	assert.equal(await states(), before, "a key was blamed");
	assert.deepEqual(await kw.sql.rows(`select * from keywheel.report_errors
	    where request_id = '${row.request_id}'`), []);
	assert.equal((await kw.fake.requests()).length, calls, "it was retried");
	return { row, took };
}

for (const [way, hangUp] of WAYS)
	for (const [name, ask] of WAITING)
		test(`${name}, waiting for the first byte; gone by ${way}`,
		    async () => {
			await kw.fake.script({ silence: true });
			const { row } = await leave(ask(), hangUp);
			assert.equal(row.status, 499);
			assert.equal(row.first_byte_ms, null);
		});

for (const [way, hangUp] of WAYS)
	for (const [name, ask, text] of MIDDLE)
		test(`${name}, in the middle; gone by ${way}`, async () => {
			await kw.fake.script({ text: "one two three four",
				text_events: 4, silence_after_events: 2 });
			const connection = ask();
			await connection.when((a) => a.text.includes(text));
			const { row } = await leave(connection, hangUp);
			assert.equal(row.status, 200);
			assert.ok(row.first_byte_ms >= 0);
		});

test("while events keep coming", async () => {
	await kw.fake.script({ text_events: 200, event_delay_ms: 30,
		filler_bytes: 4000 });
	const connection = kw.openChat({ stream: true });
	await connection.when((answer) => events(answer.text).length > 5);
	const { row } = await leave(connection, (c) => c.close());
	assert.ok(row.prompt_tokens > 0, "what was used up is in the account");
});

test("on a connection that was kept alive", async () => {
	const connection = kw.connect();
	const ask = (body) => connection.send({ ...chatRequest(body),
		headers: { Authorization: `Bearer ${kw.token}`,
			"Content-Type": "application/json" } });
	for (let i = 0; i < 3; i++) {
		const answer = await ask().whole();
		assert.equal(answer.status, 200);
		assert.ok(!connection.closed, "the connection was not kept");
	}
	await kw.fake.reset();
	await kw.fake.script({ silence: true });
	ask();
	await leave(connection, (c) => c.reset());
});

test("a client that will send nothing more counts as gone", async () => {
	await kw.fake.script({ silence: true });
	await leave(kw.openChat(), (c) => c.half());
});

test("while a retry waits for its time", async () => {
	await kw.fake.script({ error: "unavailable" });
	const connection = kw.openChat();
	await until(async () => (await kw.fake.books()).total === 1);
	const before = await states();
	connection.close();
	const row = await until(async () => {
		const last = await kw.lastRow();
		return last.outcome === "client_gone" && last;
	}, { timeout: 3000 });
	assert.equal(row.attempts, 1);
	assert.equal((await kw.fake.requests()).length, 1, "it went on for nobody");
	assert.equal(await states(), before);
});

test("many at once, and the gateway goes on", async () => {
	await kw.fake.script({ model: "silent", do: { silence: true } });
	const connections = Array.from({ length: 20 }, (_, i) =>
	    kw.openChat({ model: "silent", stream: i % 2 === 0 }));
	await until(async () => (await kw.fake.books()).open === 20,
	    { what: "20 requests upstream" });
	connections.forEach((c, i) => WAYS[i % 2][1](c));
	await until(async () => (await kw.fake.books()).aborted === 20,
	    { timeout: SOON });
	await until(() => kw.isIdle());
	assert.ok((await kw.keyStates()).every(({ state, faults, rests_until }) =>
	    state === "active" && faults === 0 && rests_until === null));
	assert.equal((await kw.chat()).status, 200);
});

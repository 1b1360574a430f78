// Responders and the database die; the service does not.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import http from "node:http";

import { holder } from "./lib/holder.mjs";
import { MODEL, quickstart } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { crowd, until } from "./lib/until.mjs";

const nameOf = (pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim();

/** An upstream that says a little and then nothing. */
async function mute(t, begin) {
	const calls = [];
	const server = http.createServer((request, response) => {
		calls.push({ key: request.headers["x-goog-api-key"],
			port: request.socket.remotePort });
		request.resume();
		response.on("error", () => {});
		if (begin)
			response.writeHead(200, { "Content-Type": "text/event-stream" })
			    .write(begin);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address();
	await kw.set({ BASE_URL: `http://127.0.0.1:${port}/v1beta` });
	return { calls, port };
}

const BEGIN = 'data: {"candidates":[{"content":{"parts":[{"text":"Once"}]}}]}\n\n';

for (const [name, begin, body] of [
	["a waiting request", null, {}],
	["a waiting stream", null, { stream: true }],
	["a stream in the middle", BEGIN, { stream: true }]])
	test(`kill -9 of a responder: ${name}`, async (t) => {
		/* More responders than are wanted afterwards, so that the dead one
		 * is not replaced for want of hands. */
		await kw.fake.script({ first_delay_ms: 600 });
		await crowd(16, 16, () => kw.chat());
		await kw.fake.reset();
		const { calls, port } = await mute(t, begin);
		const connection = kw.openChat(body);
		await until(() => calls.length === 1);
		if (begin)
			await connection.when((answer) => answer.text.includes("Once"));
		const before = await kw.keyStates();
		const victim = holder(calls[0].port, port);
		assert.equal(nameOf(victim), "keywheel.fcgi");
		process.kill(victim, "SIGKILL");

		/* The client learns of it, and cannot take it for success. */
		const answer = await connection.whole();
		if (begin)
			assert.doesNotMatch(answer.text, /\[DONE\]/);
		else
			assert.ok(answer.status >= 500 || !answer.complete,
			    `${answer.status} ${answer.text}`);
		connection.close();

		/* Its row comes, its key is not harmed. */
		const row = await until(async () => {
			const last = await kw.lastRow("route = 'openai.chat'");
			return last.outcome === "internal_error" && last;
		}, { timeout: 10000, what: "the row of the lost request" });
		assert.deepEqual([row.model, row.streamed, row.attempts],
		    [MODEL, body.stream === true, 1]);
		assert.match(row.token, /^env-/);
		const key = await kw.key(calls[0].key);
		assert.equal(row.key_id, key.key_id);
		assert.deepEqual(await kw.keyStates(), before);
		assert.deepEqual(await kw.cooldowns(), []);

		/* The service goes on, with that key too. */
		await kw.reset();
		const answers = await crowd(20, 8, () => kw.chat());
		assert.ok(answers.every(({ status }) => status === 200));
		assert.equal((await kw.fake.counts())[calls[0].key], 4);
	});

/** The master of the responders and its children. */
async function responders() {
	const master = await kw.pid("responders");
	return [master, ...readdirSync("/proc").filter((pid) => {
		try {
			return readFileSync(`/proc/${pid}/stat`, "utf8")
			    .split(") ")[1].split(" ")[1] === String(master);
		} catch {
			return false;
		}
	}).map(Number)];
}

test("PostgreSQL away and back: 503 in dialect, and no restart is needed",
    async (t) => {
	const before = await responders();
	const postgres = await kw.pid("postgres");
	await kw.fake.script({ text: "a b c d e", text_events: 5,
		event_delay_ms: 400 });
	const running = kw.openChat({ stream: true });
	await running.when((answer) => answer.text.includes('"content":"a'));
	process.kill(postgres, "SIGINT");
	t.after(() => quickstart("up", "--state", kw.state, "--port",
	    String(kw.port)));
	await until(async () => (await kw.request({ path: "/health" })).status === 503,
	    { what: "the end of PostgreSQL" });

	/* Who has a key already gets the answer to its end. */
	const answer = await running.whole();
	assert.ok(answer.text.endsWith("data: [DONE]\n\n"), answer.text);
	running.close();

	const health = await kw.request({ path: "/health", token: null });
	assert.equal(health.status, 503);
	assert.notEqual(health.json.database, "ok");
	const refusals = [];
	for (const ask of [kw.chat(), kw.chat({ stream: true }),
		kw.request({ path: "/v1/models" })]) {
		const refused = await ask;
		assert.equal(refused.status, 503, refused.text);
		assert.equal(refused.json.error.type, "server_error");
		assert.doesNotMatch(refused.text, /postgres|libpq|socket/i);
		refusals.push(refused);
	}
	for (const ask of [kw.native("generateContent"), kw.native("countTokens")]) {
		const refused = await ask;
		assert.equal(refused.status, 503);
		assert.deepEqual([refused.json.error.code, refused.json.error.status],
		    [503, "UNAVAILABLE"]);
		refusals.push(refused);
	}

	const up = await quickstart("up", "--state", kw.state, "--port",
	    String(kw.port));
	assert.equal(up.status, 0, up.err);
	assert.notEqual(await kw.pid("postgres"), postgres);
	assert.equal(await kw.pid("responders"), before[0]);
	/* What ended without a database is not lost: neither what was answered,
	 * nor what was refused. */
	const row = await kw.rowOf(answer);
	assert.deepEqual([row.model, row.outcome, row.attempts],
	    [MODEL, "complete", 1]);
	assert.ok(row.prompt_tokens > 0 && row.answer_tokens > 0);
	for (const refused of refusals)
		assert.equal((await kw.rowOf(refused)).outcome, "internal_error");

	await kw.fake.script({ first_delay_ms: 100 });
	const answers = await crowd(64, 32, () => kw.chat());
	assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
	const after = await responders();
	assert.ok(before.filter((pid) => after.includes(pid)).length >= 2,
	    "the responders were restarted");
	assert.equal((await kw.rowOf(answers[0])).outcome, "complete");
});

test("all database connections cut: the next requests do not notice",
    async () => {
	await crowd(16, 8, () => kw.chat());
	await kw.sql.exec(`select pg_terminate_backend(pid) from pg_stat_activity
	    where usename = 'keywheel_app'`);
	const answers = await crowd(32, 8, () => kw.chat());
	assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
	const rows = await Promise.all(answers.map((answer) => kw.rowOf(answer)));
	assert.ok(rows.every(({ outcome }) => outcome === "complete"));
});

test("a database that hangs does not hang the clients for ever", async () => {
	await kw.sql.exec("select 1");
	const locked = kw.sql.exec(`begin; lock table keywheel.tokens;
	    select pg_sleep(3); rollback`);
	await new Promise((resolve) => setTimeout(resolve, 200));
	const answer = await kw.chat({}, { timeout: 30000 });
	assert.ok([200, 503].includes(answer.status), answer.text);
	await locked;
	assert.equal((await kw.chat()).status, 200);
});

// The log's lines, what answers say of what they took, and `keywheel explain`.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";

import { holder } from "./lib/holder.mjs";
import { visitor, textOf } from "./lib/pages.mjs";
import { KEYS, MODEL, nativeRequest } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const idOf = (answer) => answer.headers["x-request-id"];

/** The log's lines in which this stands. */
async function lines(text) {
	const log = await readFile(`${kw.state}/log/responders.log`, "utf8");
	return log.split("\n").filter((line) => line.includes(text));
}

/** The one line of an answer, once it is there. */
async function lineOf(answer) {
	const found = await until(async () => {
		const some = await lines(idOf(answer));
		return some.length > 0 && some;
	}, { what: `the line of ${idOf(answer)}` });
	assert.equal(found.length, 1, found.join("\n"));
	return found[0];
}

/** A line of text as {name: value}, by what the manual says of it. */
function parse(line) {
	const fields = {};
	const one = /([a-z0-9_]+)=("(?:[^"\\]|\\.)*"|[^\s"=]*)(?: |$)/y;
	while (one.lastIndex < line.length) {
		const found = one.exec(line);
		assert.ok(found, `no field at ${one.lastIndex}: ${line}`);
		fields[found[1]] = found[2].startsWith('"')
		    ? JSON.parse(found[2]) : found[2];
	}
	return fields;
}

test("one line a request, as text and as JSON, with the client's id",
    async () => {
	const first = await kw.chat({ stream: true }, {
		headers: { "X-Request-Id": "mine-42" } });
	assert.equal(first.headers["x-client-request-id"], "mine-42");
	const text = parse(await lineOf(first));
	const row = await kw.rowOf(first);
	const { time, pid, own_ms: own, db_ms: db, ...rest } = text;
	assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	assert.ok(Number(pid) > 0);
	assert.match(own, /^\d+\.\d$/);
	assert.ok(Number(db) <= Number(own), `${db} ${own}`);
	assert.deepEqual(rest, { level: "info", msg: "request",
		request_id: idOf(first), client_id: "mine-42",
		token_id: rest.token_id, key_id: String(row.key_id),
		model: MODEL, route: "openai.chat", streamed: "true",
		outcome: "complete", status: "200", attempts: "1",
		prompt_tokens: String(row.prompt_tokens),
		cached_tokens: String(row.cached_tokens),
		thought_tokens: String(row.thought_tokens),
		answer_tokens: String(row.answer_tokens),
		first_byte_ms: String(row.first_byte_ms),
		total_ms: String(row.total_ms) });

	await kw.set({ LOG_FORMAT: "json" });
	const second = await kw.chat();
	const json = JSON.parse(await lineOf(second));
	assert.deepEqual([json.msg, json.outcome, json.status, json.streamed,
		json.client_id], ["request", "complete", 200, false, undefined]);
	assert.equal(typeof json.own_ms, "number");
});

test("neither a model's name nor an id forges a line or a field", async () => {
	const model = `x" outcome=complete\nlevel=error msg=request\u2028\u202e\\`;
	for (const format of ["text", "json"]) {
		await kw.set({ LOG_FORMAT: format });
		const answer = await kw.chat({ model: `${model}?key=abc` }, {
			headers: { "X-Request-Id": 'a" status=200' } });
		assert.notEqual(answer.status, 200);
		assert.equal(answer.headers["x-client-request-id"], undefined);
		const line = await lineOf(answer);
		const fields = format === "json" ? JSON.parse(line) : parse(line);
		assert.equal(fields.outcome, "client_error", line);
		assert.equal(fields.client_id, undefined);
		assert.doesNotMatch(line, /\u2028|\u202e|=abc/);
	}
});

test("level and lines are changed while it runs", async () => {
	await kw.set({ LOG_LEVEL: "WARNING" });
	const quiet = await kw.chat();
	await kw.useKeys(0);
	const refused = await kw.chat();
	assert.equal(parse(await lineOf(refused)).level, "error");
	await kw.useKeys(KEYS.length);
	await kw.set({ LOG_LEVEL: "INFO", LOG_REQUESTS: "false" });
	const silent = await kw.chat();
	await kw.rowOf(silent);
	await kw.set({ LOG_REQUESTS: "true" });
	await lineOf(await kw.chat());
	assert.deepEqual(await lines(idOf(quiet)), []);
	assert.deepEqual(await lines(idOf(silent)), []);
});

/** What an answer says of itself. */
const told = ({ headers }) => [headers["x-keywheel-attempts"],
	/^\d+\.\d$/.test(headers["x-keywheel-own-ms"]),
	headers["x-keywheel-limit-origin"]];

const explain = async (id) => (await kw.cli("explain", id)).out;

test("a failover: what the answer, the command and the page say", async () => {
	await kw.useKeys(2);
	await kw.fake.script({ key: KEYS[0],
		do: { error: "rate_minute", retry_delay: "30s" } });
	/* The other one may have its turn first. */
	let answer;
	for (let i = 0; i < 2 && answer?.headers["x-keywheel-attempts"] !== "2"; i++)
		answer = await kw.chat({}, { headers: { "X-Request-Id": "over-1" } });
	assert.equal(answer.status, 200);
	const row = await kw.rowOf(answer);
	assert.deepEqual(told(answer), ["2", true, undefined]);
	assert.equal(row.attempts, 2);

	const { hint } = await kw.key(KEYS[0]);
	const other = await kw.key(KEYS[1]);
	const text = await explain(idOf(answer));
	for (const words of [`Request ${idOf(answer)}\n`,
		`asked for the model ${MODEL} by openai.chat`,
		"The client calls it over-1.",
		`Attempt 1, with the key ${hint}, failed after`,
		"with the status 429: the requests of the minute are used up.",
		`Meanwhile the key ${hint} was put to rest for ${MODEL}, until `,
		`The key ${other.hint} answered. The client got the status 200: ` +
		    "answered to the end.",
		`It used ${row.prompt_tokens} tokens for the prompt`,
		"ms were keywheel’s own"])
		assert.ok(text.includes(words), `${words}\nis not in\n${text}`);
	const facts = await kw.cliJson("explain", "over-1");
	assert.equal(facts.request?.request_id ?? facts[0]?.request_id,
	    idOf(answer));
	const page = textOf((await visitor.get(`/requests/${idOf(answer)}`)).text);
	assert.ok(page.includes(`Attempt 1, with the key ${hint}, failed after`));
	const chinese = await visitor.get(`/requests/${idOf(answer)}`,
	    { "Accept-Language": "zh-CN" });
	assert.match(textOf(chinese.text), /第 1 次尝试使用密钥/);
});

test("each kind of answer says what it took", async () => {
	await kw.request({ path: "/v1/models" });
	const models = await kw.request({ path: "/v1/models" });
	assert.deepEqual(told(models), ["0", true, undefined]);
	assert.deepEqual(told(await kw.chat({ stream: true })),
	    ["1", true, undefined]);
	const native = await kw.native("streamGenerateContent", {},
	    { query: "?alt=sse" });
	assert.deepEqual(told(native), ["1", true, undefined]);
	assert.match(native.text, /^data: \{/);
	assert.deepEqual(told(await kw.chat({ model: 7 })),
	    ["0", true, undefined]);

	/* Whose limit: that of a token, that of all keys. */
	const name = `line-${process.pid}`;
	const { token } = await kw.cliJson("tokens", "add", name, "--limits",
	    "rpd=1");
	await kw.chat({}, { token });
	for (const ask of [kw.chat({}, { token }),
		kw.request({ ...nativeRequest("generateContent"), token,
			headers: { "Content-Type": "application/json" } })]) {
		const answer = await ask;
		assert.equal(answer.status, 429);
		assert.deepEqual(told(answer), ["0", true, "gateway"]);
		assert.match(await explain((await kw.rowOf(answer)).request_id),
		    /The limit is the gateway’s own/);
	}
	await kw.useKeys(1);
	await kw.fake.script({ error: "rate_day" });
	assert.deepEqual(told(await kw.chat()), ["1", true, "google"]);
	const resting = await kw.chat({}, { headers: { Origin: "http://a.test" } });
	assert.deepEqual(told(resting), ["0", true, "google"]);
	await kw.rowOf(resting);
	assert.match(await explain(idOf(resting)), /The limit is Google’s/);

	await kw.set({ KEYWHEEL_HEADERS: "false", CORS_ORIGINS: "*" });
	const silent = await kw.chat({}, { headers: { Origin: "http://a.test" } });
	assert.deepEqual(told(silent), [undefined, false, undefined]);
	assert.match(silent.headers["access-control-expose-headers"],
	    /x-keywheel-attempts.*x-keywheel-limit-origin/);
	assert.ok(idOf(silent));
});

test("a request whose responder was killed, under way and afterwards",
    async (t) => {
	const calls = [];
	const server = http.createServer((request, response) => {
		calls.push(request.socket.remotePort);
		request.resume();
		response.on("error", () => {});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address();
	await kw.set({ BASE_URL: `http://127.0.0.1:${port}/v1beta` });
	const connection = kw.openChat();
	await until(() => calls.length === 1);
	const id = await kw.sql.exec(`select request_id
	    from keywheel.leases l where not exists (select
		from keywheel.requests r where r.request_id = l.request_id)`);
	assert.match(await explain(id), /under way[^]*The key .* has it now/);
	process.kill(holder(calls[0], port), "SIGKILL");
	await connection.whole();
	connection.close();
	await kw.rowOf(id);
	assert.match(await explain(id),
	    /Its responder ended before it could report/);
});

test("a target that there is not", async () => {
	const { status, err } = await kw.cli("keys", "list",
	    { env: { LOG_TARGET: "syslog:nowhere" } });
	assert.equal(status, 1);
	assert.match(err, /^keywheel: LOG_TARGET is stderr, syslog or/);
});

test("what nobody knows of, and what several are called", async () => {
	for (const id of ["01234567-89ab-7cde-8f01-23456789abcd", "nobody's"]) {
		const { status, out, err } = await kw.cli("explain", id);
		assert.deepEqual([status, out], [1, ""]);
		assert.match(err, new RegExp(`no request has the id ${id}`));
	}
	assert.equal((await kw.cli("explain")).status, 2);

	const name = `twin-${process.pid}`;
	const headers = { "X-Client-Request-Id": name };
	const ids = [];
	for (let i = 0; i < 2; i++) {
		const answer = await kw.chat({}, { headers });
		await kw.rowOf(answer);
		ids.unshift(idOf(answer));
	}
	assert.deepEqual((await kw.cliJson("explain", name))
	    .map(({ request_id: id }) => id), ids);
});

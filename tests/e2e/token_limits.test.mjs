// What tokens may do: states, addresses, models, limits; what clients are told,
// with OpenAI's and Google's own clients.
import assert from "node:assert/strict";
import { ApiError, GoogleGenAI } from "@google/genai";
import OpenAI, { toFile } from "openai";

import { MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const EMBEDDER = "gemini-embedding-001";
const TTS = "gemini-2.5-flash-preview-tts";
const PRO = "gemini-2.5-pro";
const messages = [{ role: "user", content: "Hello" }];
const json = (value) => `'${JSON.stringify(value)}'`;

let n = 0;
/** A new token with these rules: its secret, and its name. */
async function make(rules = {}) {
	const name = `limits-${process.pid}-${n++}`;
	const { token } = await kw.cliJson("tokens", "add", name);
	await change(name, rules);
	return { token, name };
}

async function change(name, rules) {
	assert.equal(await kw.sql.exec(`select keywheel.change_token(
	    keywheel.token_named('${name}'), null, ${json(rules)})`), "changed");
}

const openai = (apiKey, options = {}) => new OpenAI({ apiKey, maxRetries: 0,
	baseURL: `${kw.base}/v1`, ...options });
const genai = (apiKey) => new GoogleGenAI({ apiKey,
	httpOptions: { baseUrl: kw.base } });

/** How a call of OpenAI's client fails. */
async function failure(call) {
	const error = await call().then(() => assert.fail("no error"),
	    (error) => error);
	assert.ok(error instanceof OpenAI.APIError, error);
	return error;
}

const told = ({ status, type, code, param }) => [status, type, code, param];

const asked = async () => (await kw.fake.requests()).length;

const chat = (token, body = {}) => kw.chat(body, { token });

/** Every family of calls, each by one of a token: [status, answer]. */
const families = {
	chat: (t) => kw.chat({}, { token: t }),
	stream: (t) => kw.chat({ stream: true }, { token: t }),
	responses: (t) => post("/v1/responses", { model: MODEL, input: "Hi" }, t),
	native: (t) => kw.native("generateContent", {}, { token: t }),
	nativeStream: (t) => kw.native("streamGenerateContent", {},
	    { token: t, query: "?alt=sse" }),
	countTokens: (t) => kw.native("countTokens", {}, { token: t }),
	nativeModel: (t) => get(`/v1beta/models/${MODEL}`, t),
	nativeEmbed: (t) => post(`/v1beta/models/${EMBEDDER}:embedContent`,
	    { content: { parts: [{ text: "a" }] } }, t),
	embeddings: (t) => post("/v1/embeddings",
	    { model: EMBEDDER, input: "a" }, t),
	images: (t) => post("/v1/images/generations", { prompt: "A cat" }, t),
	speech: (t) => post("/v1/audio/speech",
	    { model: TTS, input: "Hello", voice: "alloy" }, t),
	pipe: (t) => post("/openai/v1/chat/completions",
	    { model: MODEL, messages }, t),
	cachedContents: (t) => post("/v1beta/cachedContents",
	    { model: `models/${MODEL}` }, t),
	models: (t) => get("/v1/models", t),
	nativeModels: (t) => get("/v1beta/models", t),
	model: (t) => get(`/v1/models/${MODEL}`, t),
	files: (t) => get("/v1/files", t),
	nativeFiles: (t) => get("/v1beta/files", t),
	upload: (t) => kw.request({ method: "POST", token: t,
		path: "/upload/v1beta/files", body: {},
		headers: { "X-Goog-Upload-Protocol": "resumable",
			"X-Goog-Upload-Command": "start",
			"X-Goog-Upload-Header-Content-Length": "3" } }),
};
/* Those that name no model, or only list what there is. */
const modelless = ["models", "nativeModels", "files", "nativeFiles", "upload"];
const isNative = (name) => /^native|countTokens|cachedContents|upload/.test(name);

const post = (path, body, token) =>
    kw.request({ method: "POST", path, body, token });
const get = (path, token) => kw.request({ path, token });

/** What an answer says in its dialect. */
function words(name, { status, json: body }) {
	const { code, status: word } = body.error;
	return isNative(name) ? [status, word] : [status, code];
}

// ---- states ------------------------------------------------------------------

test("expired, disabled, revoked: each is told, everywhere", async () => {
	const { token, name } = await make();
	const states = [[{ expires_at: "2020-01-01" }, /has expired/],
		[{ expires_at: null, disabled: true }, /has been disabled/],
		[{ disabled: false, revoked: true }, /has been revoked/]];
	for (const [rules, why] of states) {
		await change(name, rules);
		const error = await failure(() => openai(token).chat.completions
		    .create({ model: MODEL, messages }));
		assert.deepEqual(told(error),
		    [401, "invalid_request_error", "invalid_api_key", null]);
		assert.match(error.message, why);
		for (const [family, call] of Object.entries(families)) {
			const answer = await call(token);
			assert.deepEqual(words(family, answer), isNative(family)
			    ? [400, "INVALID_ARGUMENT"] : [401, "invalid_api_key"],
			family);
			assert.match(answer.json.error.message, why, family);
		}
	}
	assert.equal(await asked(), 0);
	assert.match((await chat("sk-nobody")).json.error.message, /not valid/);
	const row = await kw.settledRow(`token = '${name}'`);
	assert.equal(row.outcome, "unauthorized");
});

test("a token that is good until later", async () => {
	const { token } = await make({ expires_at: "2199-01-01" });
	assert.equal((await chat(token)).status, 200);
});

// ---- addresses ---------------------------------------------------------------

test("addresses: only from there, whatever a header says", async () => {
	const { token, name } = await make({ addresses: ["192.0.2.0/24"] });
	const error = await failure(() => openai(token, { defaultHeaders: {
		"X-Forwarded-For": "192.0.2.1", "X-Real-IP": "192.0.2.1" } })
	    .chat.completions.create({ model: MODEL, messages }));
	assert.deepEqual(told(error),
	    [403, "invalid_request_error", "access_denied", null]);
	for (const [family, call] of Object.entries(families))
		assert.deepEqual(words(family, await call(token)), isNative(family)
		    ? [403, "PERMISSION_DENIED"] : [403, "access_denied"], family);
	assert.equal(await asked(), 0);
	await change(name, { addresses: ["192.0.2.0/24", "127.0.0.0/8", "::1"] });
	assert.equal((await chat(token)).status, 200);
});

// ---- models ------------------------------------------------------------------

test("models: those that are allowed, and no others", async () => {
	const { token } = await make({ models: ["gemini-9-*", PRO] });
	const error = await failure(() => openai(token).chat.completions
	    .create({ model: MODEL, messages }));
	assert.deepEqual(told(error),
	    [403, "invalid_request_error", "model_not_allowed", "model"]);
	const google = await genai(token).models.generateContent(
	    { model: MODEL, contents: "Hello" }).catch((e) => e);
	assert.ok(google instanceof ApiError);
	assert.equal(google.status, 403);
	for (const [family, call] of Object.entries(families)) {
		if (modelless.includes(family))
			continue;
		assert.deepEqual(words(family, await call(token)), isNative(family)
		    ? [403, "PERMISSION_DENIED"] : [403, "model_not_allowed"],
		family);
	}
	assert.equal(await asked(), 0);
	assert.equal((await chat(token, { model: PRO })).status, 200);
	assert.equal((await chat(token, { model: `${PRO}-search` })).status, 200);
	assert.equal((await kw.native("generateContent", {},
	    { token, model: "gemini-9-x" })).status, 200);
});

test("models that are not named: an agent, a file of prompts", async () => {
	const { token, name } = await make({ models: [MODEL] });
	for (const [path, body] of [
		["/v1beta/interactions", { agent: "deep-research", input: "x" }],
		["/openai/v1/batches", { input_file_id: "files/a" }]])
		assert.equal((await post(path, body, token)).status, 403, path);
	assert.equal(await asked(), 0);
	await change(name, { models: null });
	assert.notEqual((await post("/v1beta/interactions",
	    { agent: "deep-research", input: "x" }, token)).status, 403);
});

test("the lists of models have what is allowed", async () => {
	const { token } = await make({ models: [MODEL] });
	const ids = (answer) => answer.json.data.map(({ id }) => id);
	const all = ids(await get("/v1/models"));
	const mine = ids(await get("/v1/models", token));
	assert.ok(all.includes(PRO));
	assert.ok(mine.includes(MODEL));
	assert.deepEqual(mine, all.filter((id) =>
	    id === MODEL || id.startsWith(`${MODEL}-search`) ||
	    id.startsWith(`${MODEL}-non-thinking`)), mine.join());
	const native = await get("/v1beta/models", token);
	assert.deepEqual(native.json.models.map((m) => m.name),
	    [`models/${MODEL}`]);
	assert.equal((await get(`/v1/models/${MODEL}`, token)).status, 200);
	assert.equal((await get(`/v1/models/${PRO}`, token)).status, 403);
});

// ---- limits ------------------------------------------------------------------

test("requests a minute: exact, told, and Google is not asked", async () => {
	const { token, name } = await make({ requests_per_minute: 5 });
	const answers = await Promise.all(
	    Array.from({ length: 12 }, () => chat(token)));
	assert.equal(answers.filter(({ status }) => status === 200).length, 5);
	assert.equal(await asked(), 5);
	const error = await failure(() => openai(token).chat.completions
	    .create({ model: MODEL, messages }));
	assert.deepEqual(told(error),
	    [429, "requests", "token_limit_exceeded", null]);
	assert.match(error.message,
	    /limit of 5 requests in a minute.*gateway.*not Google/);
	assert.equal(error.headers.get("x-keywheel-limit"), "requests_per_minute");
	const wait = Number(error.headers.get("retry-after"));
	assert.ok(wait > 40 && wait <= 65, wait);
	for (const key of await kw.keyStates())
		assert.deepEqual([key.faults, key.rests_until], [0, null]);
	const row = await kw.settledRow(`token = '${name}'`);
	assert.deepEqual([row.outcome, row.status, row.key_id, row.attempts],
	    ["limited", 429, null, 0]);
});

test("a limit holds for every call", async () => {
	const { token } = await make({ requests_per_day: 1 });
	assert.equal((await get("/v1/models", token)).status, 200);
	const midnight = (new Date().setUTCHours(24, 0, 0, 0) - Date.now()) / 1000;
	for (const [family, call] of Object.entries(families)) {
		const answer = await call(token);
		assert.deepEqual(words(family, answer), isNative(family)
		    ? [429, "RESOURCE_EXHAUSTED"] : [429, "token_limit_exceeded"],
		family);
		assert.equal(answer.headers["x-keywheel-limit"],
		    "requests_per_day", family);
		assert.equal(answer.headers["x-should-retry"],
		    midnight > 62 ? "false" : undefined, family);
		if (!isNative(family))
			continue;
		const [{ "@type": type, retryDelay }] = answer.json.error.details;
		assert.match(type, /RetryInfo$/);
		assert.ok(Math.abs(parseInt(retryDelay, 10) - midnight) < 30,
		    `${retryDelay} ${midnight}`);
	}
});

test("every call counts once", async () => {
	const { token, name } = await make({ requests_per_day: 1000 });
	const used = () => kw.sql.exec(`select coalesce(max(day_requests), 0)
	    from keywheel.token_use
	    where token_id = keywheel.token_named('${name}')`);
	let before = 0;
	for (const [family, call] of Object.entries(families)) {
		await call(token);
		assert.equal(Number(await used()), ++before, family);
	}
	/* A large body is asked for its token before it is read. */
	await chat(token, { text: "x".repeat(1500000) });
	assert.equal(Number(await used()), ++before);
	/* What is wrong with it is found before a lease. */
	assert.equal((await chat(token, { messages: 1 })).status, 400);
	assert.equal(Number(await used()), ++before);
});

test("tokens: what was used counts in the place of the estimate", async () => {
	const { token, name } = await make({ tokens_per_minute: 1000 });
	const used = () => kw.sql.row(`select keywheel.counts_sum(tokens) as now,
	    day_tokens as day from keywheel.token_use
	    where token_id = keywheel.token_named('${name}')`);
	const usage = { promptTokenCount: 100, candidatesTokenCount: 300,
		thoughtsTokenCount: 200, totalTokenCount: 600 };
	await kw.fake.add({ do: { body: { usageMetadata: usage, candidates: [{
		content: { parts: [{ text: "a" }] }, finishReason: "STOP" }] } } });
	assert.equal((await chat(token)).status, 200);
	await until(() => kw.isIdle(), { what: "the account" });
	assert.deepEqual(await used(), { now: 600, day: 600 });
	assert.equal((await chat(token)).status, 200);
	await until(() => kw.isIdle(), { what: "the account" });
	const { status, headers, json: body } = await chat(token);
	assert.deepEqual([status, body.error.type, body.error.code,
		headers["x-keywheel-limit"]],
	    [429, "tokens", "token_limit_exceeded", "tokens_per_minute"]);
	/* What has failed has used nothing. */
	await change(name, { tokens_per_minute: 5000 });
	await kw.fake.script({ do: { error: "bad_request" } });
	assert.notEqual((await chat(token, { text: "x ".repeat(1000) })).status,
	    429);
	await until(() => kw.isIdle(), { what: "the account" });
	assert.deepEqual(await used(), { now: 1200, day: 1200 });
	/* What never has room is told so. */
	const large = await chat(token, { text: "word ".repeat(20000) });
	assert.match(large.json.error.message, /larger than the limit/);
	assert.deepEqual([large.headers["retry-after"],
		large.headers["x-should-retry"]], [undefined, "false"]);
});

test("answers from the cache count as requests, and use no tokens",
    async () => {
	await kw.set({ RESPONSE_CACHE_MODELS: "gemini-2.5-*",
		RESPONSE_CACHE_ADMIT: 1 });
	const { token, name } = await make(
	    { requests_per_minute: 3, tokens_per_day: 1000000 });
	const words = [];
	for (let i = 0; i < 4; i++) {
		const { status, headers } = await chat(token, { temperature: 0 });
		words.push(`${status} ${headers["x-keywheel-cache"]}`);
		await until(() => kw.isIdle(), { what: "the account" });
	}
	assert.deepEqual(words,
	    ["200 miss", "200 hit", "200 hit", "429 undefined"]);
	const { total_tokens: total } = await kw.lastRow(
	    `token = '${name}' and not from_cache and status = 200`);
	assert.equal(Number(await kw.sql.exec(`select day_tokens
	    from keywheel.token_use
	    where token_id = keywheel.token_named('${name}')`)), total);
});

/** How many requests of a token are under way. */
const places = (name) => kw.sql.exec(`select keywheel.open_places(
    keywheel.token_named('${name}'), -1)`).then(Number);

test("requests at once: every call gives its place back", async () => {
	const { token, name } = await make({ concurrent: 1 });
	for (const [family, call] of Object.entries(families)) {
		const { headers } = await call(token);
		assert.equal(headers["x-keywheel-limit"], undefined, family);
		await until(async () => await places(name) === 0, { what: family });
	}
	assert.equal((await chat(token, { messages: 1 })).status, 400);
	await until(async () => await places(name) === 0, { what: "no place" });
});

test("requests at once: a stream keeps its place to its end", async () => {
	const { token, name } = await make({ concurrent: 2 });
	await kw.fake.script({ text_events: 200, event_delay_ms: 50 });
	const streams = [0, 1].map(() => kw.openChat({ stream: true }, { token }));
	for (const stream of streams)
		await stream.when((answer) => answer.text.includes("data:"));
	const error = await failure(() => openai(token).chat.completions
	    .create({ model: MODEL, messages }));
	assert.deepEqual(told(error),
	    [429, "requests", "token_limit_exceeded", null]);
	assert.match(error.message,
	    /limit of 2 requests at once.*gateway.*not Google.*retry in 1 s/);
	assert.deepEqual(["x-keywheel-limit", "retry-after", "x-should-retry"]
	    .map((header) => error.headers.get(header)),
	["concurrent_requests", "1", null]);
	assert.equal(await places(name), 2);
	streams[0].close();
	await kw.fake.script({ text: "Hi" });
	await until(async () => (await chat(token)).status === 200,
	    { what: "the place of the one that has left" });
	streams[1].close();
});

test("what is left is told as OpenAI tells it", async () => {
	const { token, name } = await make({ requests_per_minute: 3,
		requests_per_day: 1000, tokens_per_day: 100000 });
	const of = (headers) => ["limit-requests", "remaining-requests",
		"reset-requests", "limit-tokens", "remaining-tokens",
		"reset-tokens"].map((h) => headers.get(`x-ratelimit-${h}`));
	const { response } = await openai(token).chat.completions
	    .create({ model: MODEL, messages }).withResponse();
	const [limit, left, reset, tokens, leftTokens, resetTokens] =
	    of(response.headers);
	assert.deepEqual([limit, left, tokens], ["3", "2", "100000"]);
	assert.match(reset, /^(59s|1m[0-5]s)$/);
	assert.ok(Number(leftTokens) > 99000 && Number(leftTokens) < 100000);
	assert.match(resetTokens, /^(\d+h)?(\d+m)?\d+s$/);
	for (const family of ["stream", "native"])
		assert.equal((await families[family](token))
		    .headers["x-ratelimit-limit-requests"], "3", family);
	const error = await failure(() => openai(token).chat.completions
	    .create({ model: MODEL, messages }));
	assert.equal(error.status, 429);
	assert.deepEqual(of(error.headers).slice(0, 2), ["3", "0"]);
	/* Switched off, and for who has no limits. */
	await kw.set({ RATE_LIMIT_HEADERS: false });
	assert.deepEqual(of((await failure(() => openai(token).chat.completions
	    .create({ model: MODEL, messages }))).headers)
	    .filter((value) => value !== null), []);
	await kw.set({ RATE_LIMIT_HEADERS: true });
	await change(name, { requests_per_minute: null, requests_per_day: null,
		tokens_per_day: null });
	assert.equal((await chat(token)).headers["x-ratelimit-limit-requests"],
	    undefined);
});

test("a budget: what was used costs, and then it is told", async () => {
	await kw.sql.exec(`select keywheel.put_price(${json({ model: MODEL,
		valid_from: "2020-01-01", currency: "USD", prompt: "1",
		answer: "2" })}, 'test')`);
	const { token, name } = await make(
	    { budget: "0.001", budget_currency: "USD" });
	const usage = { promptTokenCount: 100, candidatesTokenCount: 300,
		thoughtsTokenCount: 200, totalTokenCount: 600 };
	await kw.fake.add({ do: { body: { usageMetadata: usage, candidates: [{
		content: { parts: [{ text: "a" }] }, finishReason: "STOP" }] } } });
	assert.equal((await chat(token)).status, 200);
	await until(() => kw.isIdle(), { what: "the account" });
	const error = await failure(() => openai(token).chat.completions
	    .create({ model: MODEL, messages }));
	assert.deepEqual(told(error),
	    [429, "insufficient_quota", "token_limit_exceeded", null]);
	const first = new Date();
	first.setUTCMonth(first.getUTCMonth() + 1, 1);
	assert.match(error.message, new RegExp("budget of 0.001 USD for a month " +
	    "\\(UTC\\), which the gateway sets, not Google.*, at " +
	    `${first.toISOString().slice(0, 10)} 00:00 UTC`));
	assert.deepEqual(["x-keywheel-limit", "x-should-retry"]
	    .map((header) => error.headers.get(header)), ["budget", "false"]);
	assert.equal((await chat(token, { model: PRO })).status, 200);
	assert.equal((await get("/v1/models", token)).status, 200);
	assert.equal(await kw.sql.exec(`select trim_scale(keywheel.budget_used(t))
	    from keywheel.tokens t where name = '${name}'`), "0.0011");
	/* Another price, by the account. */
	await kw.sql.exec("update keywheel.prices set prompt = 3");
	await kw.cli("jobs", "run", "budgets");
	assert.equal(await kw.sql.exec(`select trim_scale(keywheel.budget_used(t))
	    from keywheel.tokens t where name = '${name}'`), "0.0013");
	await kw.sql.exec("delete from keywheel.prices");
});

test("in shadow nothing is refused, and it is noted what would be",
    async () => {
	const { token } = await make({ shadow: true, models: [MODEL],
		requests_per_minute: 2 });
	const answers = [await chat(token), await chat(token, { model: PRO }),
		await chat(token), await chat(token)];
	assert.deepEqual(answers.map(({ status }) => status),
	    [200, 200, 200, 200]);
	assert.equal(answers[3].headers["x-ratelimit-limit-requests"], undefined);
	const rows = [];
	for (const answer of answers)
		rows.push((await kw.rowOf(answer)).request_id);
	assert.equal(await kw.sql.exec(`select string_agg(coalesce(shadow_limit,
	    '-'), ' ' order by started_at) from keywheel.requests
	    where request_id in (${rows.map((id) => `'${id}'`)})`),
	"- model - requests_per_minute");
	const all = (await get("/v1/models")).json.data.length;
	assert.equal((await get("/v1/models", token)).json.data.length, all);
});

test("an upload that has begun goes on, and ends with its token", async () => {
	const { token, name } = await make({ requests_per_day: 1 });
	const begun = await families.upload(token);
	assert.equal(begun.status, 200, begun.text);
	const url = new URL(begun.headers["x-goog-upload-url"]);
	const query = () => kw.request({ method: "POST", token: null,
		path: url.pathname + url.search, headers: { "Content-Length": 0,
			"X-Goog-Upload-Command": "query" } });
	for (let i = 0; i < 3; i++)
		assert.equal((await query()).status, 200);
	await change(name, { disabled: true });
	assert.equal((await query()).status, 404);
});

test("a model in the body does not stand for another one", async () => {
	const { token } = await make({ models: [PRO] });
	for (const [path, model] of [["/v1beta/tunedModels/t:generateContent", PRO],
		["/v1beta/tunedModels/t:generateContent", "-"],
		["/openai/v1/batches", PRO]]) {
		const answer = await kw.request({ method: "POST", path, token,
			body: JSON.stringify({ model, contents: [] }) });
		assert.equal(answer.status, 403, `${path} ${answer.text}`);
	}
	assert.equal(await asked(), 0);
});

test("pictures in a form, and files of OpenAI's", async () => {
	const { token } = await make({ models: ["none-*"], requests_per_day: 3 });
	const file = await toFile(Buffer.from("abc"), "a.png",
	    { type: "image/png" });
	const error = await failure(() => openai(token).images.edit(
	    { model: "gpt-image-1", image: file, prompt: "x" }));
	assert.deepEqual(told(error),
	    [403, "invalid_request_error", "model_not_allowed", "model"]);
	assert.ok((await openai(token).files.create({ purpose: "user_data",
		file: await toFile(Buffer.from("abc"), "a.txt") })).id);
});

// The plain HTTP side: health, models, credentials, CORS, refusals.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { openFcgi } from "./lib/fcgi.mjs";
import { MODEL, chatRequest, nativeRequest } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";

const OPENAI_LIST = "/v1/models";
const NATIVE_LIST = "/v1beta/models";

/** An error object of OpenAI's: all four members, always. */
function assertOpenai(answer, status, code, type = "invalid_request_error") {
	assert.equal(answer.status, status, answer.text);
	assert.match(answer.headers["content-type"], /^application\/json/);
	const { error } = answer.json;
	assert.deepEqual(Object.keys(error).sort(),
	    ["code", "message", "param", "type"]);
	assert.equal(error.code, code);
	assert.equal(error.type, type);
	assert.ok(error.message.length > 0);
	return error;
}

/** An error object of Google's. */
function assertGoogle(answer, status, word) {
	assert.equal(answer.status, status, answer.text);
	assert.match(answer.headers["content-type"], /^application\/json/);
	const { error } = answer.json;
	assert.equal(error.code, status);
	assert.equal(error.status, word);
	assert.ok(error.message.length > 0);
	return error;
}

test("health says what there is", async () => {
	const answer = await kw.request({ path: "/health", token: null });
	assert.equal(answer.status, 200);
	assert.deepEqual(answer.json, { status: "ok", database: "ok",
		schema: answer.json.schema, keys_active: 5, keys: 5 });
	assert.ok(answer.json.schema >= 1);
	await kw.useKeys(2);
	assert.equal((await kw.request({ path: "/health" })).json.keys_active, 2);
});

test("OpenAI's list of models", async () => {
	for (const path of [OPENAI_LIST, "/hf/v1/models"]) {
		const answer = await kw.request({ path });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.object, "list");
		const ids = answer.json.data.map((model) => model.id);
		assert.ok(ids.includes("gemini-2.5-pro"), ids.join());
		for (const model of answer.json.data) {
			assert.ok(!model.id.startsWith("models/"), model.id);
			assert.equal(model.object, "model");
			assert.ok(Number.isInteger(model.created));
			assert.equal(model.owned_by, "google");
		}
	}
});

test("all pages of upstream's list are read", async () => {
	const model = (name) => ({ name: `models/${name}`,
		supportedGenerationMethods: ["generateContent"] });
	await kw.fake.script(
	    { method: "models", times: 1,
		do: { body: { models: [model("a-1")], nextPageToken: "x/y=" } } },
	    { method: "models", do: { body: { models: [model("b-2")] } } });
	const answer = await kw.request({ path: OPENAI_LIST });
	assert.deepEqual(answer.json.data.map(({ id }) => id),
	    ["a-1", "b-2", "gemini-3.1-flash-image-chat"]);
	const [, second] = await kw.fake.requests();
	assert.equal(new URLSearchParams(second.query).get("pageToken"), "x/y=");
});

test("a model by its name, plain and percent-encoded", async () => {
	for (const name of ["gemini-2.5-pro", "models%2Fgemini-2.5-pro",
		"models/gemini-2.5-pro", "gemini%2D2.5-pro"]) {
		const answer = await kw.request({ path: `/v1/models/${name}` });
		assert.equal(answer.status, 200, `${name}: ${answer.text}`);
		assert.equal(answer.json.id, "gemini-2.5-pro");
		assert.equal(answer.json.object, "model");
	}
	const native = await kw.request({ path: `${NATIVE_LIST}/gemini-2.5-pro` });
	assert.equal(native.json.name, "models/gemini-2.5-pro");
});

test("an unknown model is a 404 in the caller's dialect", async () => {
	await kw.fake.script({ method: "models", do: { error: "not_found_model" } });
	const openai = await kw.request({ path: "/v1/models/no-such-model" });
	assert.equal(assertOpenai(openai, 404, "model_not_found").param, "model");
	const google = await kw.request({ path: `${NATIVE_LIST}/no-such-model` });
	assertGoogle(google, 404, "NOT_FOUND");
});

test("a model's name cannot leave its place in the URL", async () => {
	for (const name of ["..", "%2e%2e", "..%2F..%2Fv1%2Fx", "a%3Fb=c", "a%20b"]) {
		const openai = await kw.request({ path: `/v1/models/${name}` });
		assert.equal(openai.status, 404, name);
		const google = await kw.request({ method: "POST", body: {},
			path: `/v1beta/models/${name}:generateContent` });
		assert.equal(google.status, 404, name);
	}
	const chat = await kw.chat({ model: "../../v1/x?y=" });
	assert.ok([400, 404].includes(chat.status), chat.text);
	assert.deepEqual(await kw.fake.requests(), []);
});

test("HEAD gives the headers of GET and no body", async () => {
	for (const path of ["/health", OPENAI_LIST]) {
		const get = await kw.request({ path });
		const head = await kw.request({ method: "HEAD", path });
		assert.equal(head.status, 200);
		assert.equal(head.body.length, 0);
		assert.equal(head.headers["content-type"], get.headers["content-type"]);
	}
});

test("HTTP/1.0 clients get an answer without chunks", async () => {
	const connection = kw.connect();
	connection.send({ ...chatRequest({ stream: true }), version: "1.0",
		headers: { Authorization: `Bearer ${kw.token}`,
			"Content-Type": "application/json" } });
	const answer = await connection.whole();
	assert.equal(answer.status, 200);
	assert.equal(answer.headers["transfer-encoding"], undefined);
	assert.ok(answer.text.endsWith("data: [DONE]\n\n"), answer.text);
});

test("every answer has a request id, and its row", async () => {
	const answer = await kw.chat();
	assert.match(answer.headers["x-request-id"], /^[0-9a-f-]{36}$/);
	const row = await kw.rowOf(answer);
	assert.equal(row.outcome, "complete");
	assert.equal(row.route, "openai.chat");
});

test("a base URL without its version leads to OpenAI's paths", async () => {
	for (const path of ["/chat/completions", "/hf/v1/chat/completions"])
		assert.equal((await kw.chat({}, { path })).status, 200);
	assert.equal((await kw.request({ path: "/models" })).json.object, "list");
	const { status, json } = await kw.request({ method: "POST",
		path: "/responses", body: { model: MODEL, input: "Hello" } });
	assert.equal(status, 200);
	assert.equal(json.object, "response");
});

// ---- CORS ------------------------------------------------------------------

test("browsers: the preflight", async () => {
	for (const path of ["/v1/chat/completions", "/chat/completions",
		`/v1beta/models/${MODEL}:generateContent`]) {
		const answer = await kw.request({ method: "OPTIONS", path, token: null,
			headers: { Origin: "https://app.example",
				"Access-Control-Request-Method": "POST",
				"Access-Control-Request-Headers":
				    "authorization,content-type,x-stainless-os" } });
		assert.equal(answer.status, 204);
		assert.equal(answer.headers["access-control-allow-origin"], "*");
		assert.match(answer.headers["access-control-allow-methods"], /\bPOST\b/);
		assert.match(answer.headers["access-control-allow-headers"],
		    /x-stainless-os/);
		assert.equal(answer.headers["access-control-allow-credentials"],
		    undefined);
	}
});

test("browsers: answers and errors may be read", async () => {
	const headers = { Origin: "https://app.example" };
	for (const [what, status] of [
		[chatRequest({}, { headers }), 200],
		[chatRequest({ stream: true }, { headers }), 200],
		[chatRequest({ messages: [] }, { headers }), 400],
		[{ path: "/v1/nothing", headers }, 404]]) {
		const answer = await kw.request(what);
		assert.equal(answer.status, status);
		assert.equal(answer.headers["access-control-allow-origin"], "*");
		assert.match(answer.headers["access-control-expose-headers"],
		    /x-request-id.*retry-after/);
	}
	assert.equal((await kw.chat()).headers["access-control-allow-origin"],
	    undefined);
});

test("browsers: only the origins that are listed", async () => {
	await kw.set({ CORS_ORIGINS: '["https://good.example"]' });
	const good = await kw.chat({}, { headers: { Origin: "https://good.example" } });
	assert.equal(good.headers["access-control-allow-origin"],
	    "https://good.example");
	assert.match(good.headers.vary, /Origin/);
	const evil = await kw.chat({}, { headers: { Origin: "https://evil.example" } });
	assert.equal(evil.headers["access-control-allow-origin"], undefined);
});

// ---- refusals --------------------------------------------------------------

test("404: an address that is not there, in both dialects", async () => {
	assertOpenai(await kw.request({ path: "/v1/nothing" }), 404, "unknown_url");
	assertOpenai(await kw.request({ path: "/" + "x".repeat(2000) }), 404,
	    "unknown_url");
	assertGoogle(await kw.request({ path: "/v1beta/nothing" }), 404, "NOT_FOUND");
	assertGoogle(await kw.request({ path: "/gemini/v1beta/x/y" }), 404,
	    "NOT_FOUND");
	assertGoogle(await kw.request({ method: "POST", body: {},
		path: `/v1beta/models/${MODEL}:noSuchMethod` }), 404, "NOT_FOUND");
});

test("without a token the answer says where one may stand", async () => {
	const { json } = await kw.request({ path: OPENAI_LIST, token: null });
	assert.match(json.error.message,
	    /Authorization .Bearer., .* x-goog-api-key, .* key\.$/);
});

test("405: the method, and which would be right", async () => {
	const openai = await kw.request({ path: "/v1/chat/completions" });
	assert.equal(assertOpenai(openai, 405, "method_not_supported").param,
	    null);
	assert.equal(openai.headers.allow, "POST");
	const list = await kw.request({ method: "DELETE", path: OPENAI_LIST });
	assertOpenai(list, 405, "method_not_supported");
	assert.match(list.headers.allow, /\bGET\b/);
	const google = await kw.request(
	    { path: `/v1beta/models/${MODEL}:generateContent` });
	assert.equal(google.status, 405, google.text);
	assert.equal(google.json.error.code, 405);
	assert.match(google.headers.allow, /\bPOST\b/);
});

test("413: a body over MAX_BODY_MB, in both dialects", async () => {
	await kw.set({ MAX_BODY_MB: 1 });
	const text = "x".repeat(1100 * 1024);
	const openai = await kw.chat({ text });
	assertOpenai(openai, 413, "request_too_large");
	const google = await kw.native("generateContent", { text });
	assert.equal(google.status, 413, google.text.slice(0, 200));
	assert.equal(google.json.error.code, 413);
	assert.equal((await kw.rowOf(openai)).outcome, "client_error");
	await kw.set({ MAX_BODY_MB: 2 });
	assert.equal((await kw.chat({ text })).status, 200);
});

test("413: a chunked body over the limit", async () => {
	await kw.set({ MAX_BODY_MB: 1 });
	const connection = kw.connect();
	connection.send({ method: "POST", path: "/v1/chat/completions",
		headers: { Authorization: `Bearer ${kw.token}`,
			"Content-Type": "application/json",
			"Transfer-Encoding": "chunked" } });
	const piece = "x".repeat(65536);
	for (let i = 0; i < 20; i++)
		connection.write(`10000\r\n${piece}\r\n`);
	connection.write("0\r\n\r\n");
	assertOpenai(await connection.whole(), 413, "request_too_large");
	connection.close();
});

test("415: what is not JSON by its type", async () => {
	const headers = { "Content-Type": "text/plain" };
	assertOpenai(await kw.chat({}, { headers }), 415, "unsupported_media_type");
	const google = await kw.native("generateContent", {}, { headers });
	assert.equal(google.status, 415);
	assert.equal(google.json.error.code, 415);
	const charset = { "Content-Type": "application/json; charset=utf-8" };
	assert.equal((await kw.chat({}, { headers: charset })).status, 200);
});

test("400: bodies that are not JSON", async () => {
	for (const body of ["{", "", "[]", "null", "\u0000", '{"model":"x"}}',
		"{\"model\":\"\xff\"}"]) {
		const answer = await kw.request({ ...chatRequest(), body });
		assert.equal(answer.status, 400, `${JSON.stringify(body)} ${answer.text}`);
		assert.equal(answer.json.error.type, "invalid_request_error");
	}
	assertOpenai(await kw.request({ ...chatRequest(), body: "{" }), 400,
	    "invalid_json");
	assert.deepEqual(await kw.fake.requests(), []);
});

test("400: JSON that is nested without end", async () => {
	const deep = `${'{"a":['.repeat(50000)}1${"]}".repeat(50000)}`;
	const answer = await kw.request({ ...chatRequest(), body: deep });
	assertOpenai(answer, 400, "invalid_json");
	assert.equal((await kw.chat()).status, 200);
});

const BAD_FIELDS = [
	["model missing", { model: undefined }, "missing_required_parameter", "model"],
	["model no string", { model: 5 }, "invalid_type", "model"],
	["messages missing", { messages: undefined }, "missing_required_parameter",
		"messages"],
	["messages no array", { messages: "Hi" }, "invalid_type", "messages"],
	["stream no boolean", { stream: "yes" }, "invalid_type", "stream"],
	["temperature text", { temperature: "0.5" }, "invalid_type", "temperature"],
	["temperature too high", { temperature: 2.1 }, "decimal_above_max_value",
		"temperature"],
	["temperature too low", { temperature: -1 }, "decimal_below_min_value",
		"temperature"],
	["max_tokens 0", { max_tokens: 0 }, "integer_below_min_value", "max_tokens"],
	["six stops", { stop: ["1", "2", "3", "4", "5", "6"] },
		"array_above_max_length", "stop"],
	["unknown effort", { reasoning_effort: "much" }, "invalid_value",
		"reasoning_effort"],
	["unknown role", { messages: [{ role: "wizard", content: "x" }] },
		"invalid_value", "messages[0].role"],
];

test("400: fields that are missing or wrong are named", async () => {
	for (const [name, fields, code, param] of BAD_FIELDS) {
		const answer = await kw.chat(fields);
		assert.equal(answer.status, 400, `${name}: ${answer.text}`);
		const { error } = answer.json;
		assert.deepEqual([error.code, error.param, error.type],
		    [code, param, "invalid_request_error"], name);
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.outcome, row.status, row.attempts],
		    ["client_error", 400, 0], name);
	}
	assert.deepEqual(await kw.fake.requests(), []);
});

// ---- credentials -----------------------------------------------------------

const PATHS = [
	["openai", chatRequest()],
	["openai", chatRequest({ stream: true })],
	["openai", chatRequest({}, { path: "/hf/v1/chat/completions" })],
	["openai", { method: "POST", path: "/v1/embeddings",
		body: { input: "Hello" } }],
	["openai", { path: OPENAI_LIST }],
	["openai", { path: `/v1/models/${MODEL}` }],
	["google", nativeRequest("generateContent")],
	["google", nativeRequest("streamGenerateContent", {}, { query: "?alt=sse" })],
	["google", nativeRequest("streamGenerateContent")],
	["google", nativeRequest("countTokens")],
	["google", nativeRequest("generateContent", {},
	    { prefix: "/gemini/v1beta" })],
	["google", { method: "POST",
		path: "/v1beta/models/gemini-embedding-001:embedContent",
		body: { content: { parts: [{ text: "Hello" }] } } }],
	["google", { path: NATIVE_LIST }],
	["google", { path: `/gemini/v1beta/models/${MODEL}` }],
];

test("without a token: 401, on every path", async () => {
	for (const [dialect, what] of PATHS) {
		const answer = await kw.request({ ...what, token: null });
		if (dialect === "openai")
			assertOpenai(answer, 401, null);
		else
			assertGoogle(answer, 401, "UNAUTHENTICATED");
		assert.equal(answer.headers["x-should-retry"], "false");
	}
	assert.deepEqual(await kw.fake.requests(), []);
});

test("an empty token is none", async () => {
	for (const headers of [{ Authorization: "Bearer " }, { Authorization: "Bearer" },
		{ "x-goog-api-key": "" }])
		assertOpenai(await kw.chat({}, { token: null, headers }), 401, null);
	assertGoogle(await kw.request({ path: `${NATIVE_LIST}?key=`, token: null }),
	    401, "UNAUTHENTICATED");
});

test("with a wrong token: 401, on every path, before the body is judged",
    async () => {
	for (const [dialect, what] of PATHS) {
		const answer = await kw.request({ ...what, token: "sk-wrong" });
		if (dialect === "openai") {
			assertOpenai(answer, 401, "invalid_api_key");
		} else {
			const error = assertGoogle(answer, 400, "INVALID_ARGUMENT");
			assert.equal(error.details[0].reason, "API_KEY_INVALID");
		}
		assert.doesNotMatch(answer.text, /sk-wrong/);
	}
	const row = await kw.settledRow("outcome = 'unauthorized'");
	assert.equal(row.attempts, 0);
	assert.equal(row.token, null);
	assertOpenai(await kw.request({ ...chatRequest(), body: "{", token: "sk-wrong" }),
	    401, "invalid_api_key");
	assert.deepEqual(await kw.fake.requests(), []);
});

test("the token by Bearer, x-goog-api-key and ?key=, on every path", async () => {
	const ways = [
		(what) => ({ ...what, headers: { ...what.headers,
			Authorization: `bearer ${kw.token}` } }),
		(what) => ({ ...what, headers: { ...what.headers,
			"x-goog-api-key": kw.token } }),
		(what) => ({ ...what, path: what.path +
		    (what.path.includes("?") ? "&" : "?") + `key=${kw.token}` }),
	];
	for (const [, what] of PATHS)
		for (const way of ways) {
			const answer = await kw.request({ ...way(what), token: null });
			assert.equal(answer.status, 200, `${what.path}: ${answer.text}`);
		}
	for (const { headers, query } of await kw.fake.requests()) {
		assert.doesNotMatch(JSON.stringify(headers) + query,
		    new RegExp(kw.token), "the client's token reached Google");
		assert.doesNotMatch(query, /key=/);
	}
});

test("the admin's token works as well, and another name is in the account",
    async () => {
	const answer = await kw.chat({}, { token: kw.adminToken });
	assert.equal(answer.status, 200);
	const client = await kw.rowOf(await kw.chat());
	const admin = await kw.rowOf(answer);
	assert.notEqual(client.token, admin.token);
});

test("neither keys nor tokens stand in error bodies", async () => {
	await kw.fake.script({ error: "suspended" });
	const secrets = /AIza|AQ\.|api_key:|projects\/\d|sk-e2e/;
	for (const [, what] of PATHS) {
		const answer = await kw.request(what);
		assert.ok(answer.status >= 400, `${what.path} ${answer.status}`);
		assert.doesNotMatch(answer.text, secrets);
		await kw.reset();
		await kw.fake.script({ error: "suspended" });
	}
	await kw.fake.script({ status: 400, body: { error: { code: 400,
		status: "INVALID_ARGUMENT",
		message: "bad key AIzaSyE2E-aaaaaaaaaaaaaaaaaaaaaaaaaaaK1 of " +
		    "projects/123456789 and AQ.Ab8RN6e2e-ddd and api_key:foo" } } });
	for (const answer of [await kw.chat(), await kw.native("generateContent"),
		await kw.chat({ stream: true })]) {
		assert.equal(answer.status, 400);
		assert.match(answer.text, /bad key/);
		assert.doesNotMatch(answer.text, /AIza|AQ\.|api_key:foo|123456789/);
	}
});

/* mod_proxy_fcgi sends the end of a body in a piece of its own, and where it
 * cannot, the client has a 503 instead of the answer. */
for (const [what, status, variables, body] of [
	["the end of no body", 200, { REQUEST_URI: "/health" }, ""],
	["a body that nobody wants", 401, { REQUEST_METHOD: "POST",
		REQUEST_URI: "/v1/chat/completions",
		CONTENT_TYPE: "application/json" }, JSON.stringify(chatRequest())]])
	test(`after the answer the web server can still send ${what}`, async () => {
		const call = openFcgi(kw, variables, body, { now: 0 });
		let over = false;
		call.ended.finally(() => { over = true; }).catch(() => {});
		await call.answered;
		/* Who would not wait is gone by now. */
		await sleep(100);
		assert.equal(over, false, "the connection is closed");
		call.goOn();
		const answer = await call.ended;
		assert.equal(answer.status, status, answer.text);
		assert.equal(answer.complete, true);
	});

test("… and one that never does is not waited for", async () => {
	const call = openFcgi(kw, { REQUEST_URI: "/health" }, "", { now: 0 });
	assert.equal((await call.ended).status, 200);
});

// Gemini's own API besides answers of models: caches, batches, operations,
// stores, interactions, and what nobody here has heard of. What a project
// holds only its keys see, in the fake as at Google.
import assert from "node:assert/strict";
import { GoogleGenAI } from "@google/genai";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { events } from "./lib/raw.mjs";
import { quote } from "./lib/sql.mjs";
import { kw, test } from "./lib/shared.mjs";
import { upstream } from "./lib/upstream.mjs";

const BASES = ["", "/gemini"];

function client(prefix = "", options = {}, apiKey = kw.token) {
	return new GoogleGenAI({ apiKey,
		httpOptions: { baseUrl: kw.base + prefix, ...options } });
}

const call = (method, path, body, more = {}) =>
	kw.request({ method, path: `/v1beta${path}`, body, ...more });

async function all(pager) {
	const list = [];
	for await (const one of await pager)
		list.push(one);
	return list;
}

const remembered = (name) => kw.sql.row(`select kind, key_id, token_id,
    case when expires_at < 'infinity'
	then extract(epoch from expires_at - now())::int end as left_s
    from keywheel.resources where name = ${quote(name)}`);

/** The keys that were used, each once. */
async function used() {
	return [...new Set((await kw.fake.requests()).map(({ key }) => key))];
}

/** A second client, whose things are its own. */
async function other(t) {
	const name = `other-${Date.now()}`;
	const { out } = await kw.cli("tokens", "add", name);
	t.after(() => kw.cli("tokens", "revoke", name));
	return out.trim();
}

test("caches, through the SDK: all calls on the key that has it", async () => {
	for (const base of BASES) {
		await kw.reset();
		const { caches, models } = client(base);
		const made = await caches.create({ model: MODEL, config: {
			displayName: "c", ttl: "600s", contents: [{ role: "user",
				parts: [{ text: "long" }] }] } });
		assert.match(made.name, /^cachedContents\//);
		const row = await remembered(made.name);
		assert.equal(row.kind, "cachedContents");
		assert.ok(row.left_s > 590 && row.left_s <= 600, row.left_s);

		for (let i = 0; i < 3; i++) {
			assert.equal((await caches.get({ name: made.name })).displayName,
			    "c");
			const answer = await models.generateContent({ model: MODEL,
				contents: "Hi", config: { cachedContent: made.name } });
			assert.equal(answer.text, "You said: Hi");
			for await (const part of await models.generateContentStream({
				model: MODEL, contents: "Hi",
				config: { cachedContent: made.name } }))
				assert.ok(part.text);
		}
		await caches.update({ name: made.name, config: { ttl: "7200s" } });
		assert.ok((await remembered(made.name)).left_s > 7000);
		assert.deepEqual((await all(caches.list())).map(({ name }) => name),
		    [made.name]);
		assert.equal((await used()).length, 1);

		await caches.delete({ name: made.name });
		assert.equal(await remembered(made.name), undefined);
		await assert.rejects(caches.get({ name: made.name }),
		    ({ status }) => status === 403);
		assert.equal(new Set((await kw.keyStates()).map(({ state }) =>
		    state)).size, 1);
	}
});

test("batches, through the SDK; the file of results has the same key",
    async () => {
	const { batches } = client();
	const made = await batches.create({ model: MODEL, src: [{ contents:
	    [{ role: "user", parts: [{ text: "Hi" }] }] }] });
	assert.match(made.name, /^batches\//);
	const embedded = await batches.createEmbeddings({ model:
	    "gemini-embedding-001", src: { inlinedRequests: { contents: ["a"] } } });
	for (let i = 0; i < 4; i++)
		assert.equal((await batches.get({ name: made.name })).name,
		    made.name);
	assert.deepEqual((await all(batches.list())).map(({ name }) => name),
	    [embedded.name, made.name]);
	await batches.cancel({ name: made.name });
	assert.equal((await used()).length, 1);
	await kw.settledRow();
	const batch = await remembered(made.name);
	const file = await remembered("files/batch-results");
	assert.deepEqual([file.kind, file.key_id], ["files", batch.key_id]);
	await batches.delete({ name: made.name });
	assert.equal(await remembered(made.name), undefined);
	assert.deepEqual(await kw.sql.rows(`select distinct route
	    from keywheel.report_requests order by 1`)
	    .then((rows) => rows.map(({ route }) => route)
		.filter((route) => /atch/.test(route))),
	["gemini.asyncBatchEmbedContent", "gemini.batchGenerateContent",
		"gemini.batches"]);
});

test("long operations, through the SDK", async () => {
	const api = client();
	let operation = await api.models.generateVideos(
	    { model: "veo-3", source: { prompt: "x" } });
	assert.match(operation.name, /^models\/veo-3\/operations\//);
	for (let i = 0; i < 5; i++)
		operation = await api.operations.getVideosOperation({ operation });
	assert.ok(operation.done);
	assert.equal((await used()).length, 1);
	await kw.settledRow();
	assert.equal((await remembered("files/video1")).kind, "files");
});

test("stores, through the SDK", async () => {
	const { fileSearchStores: stores } = client();
	const made = await stores.create({ config: { displayName: "s" } });
	for (let i = 0; i < 4; i++)
		await stores.get({ name: made.name });
	assert.equal((await all(stores.list())).length, 1);
	/* What belongs to it goes to its key, and is not the store. */
	await call("DELETE", `/${made.name}/documents/d`);
	assert.ok(await remembered(made.name));
	await stores.delete({ name: made.name, config: { force: true } });
	assert.equal((await used()).length, 1);
	assert.equal(await remembered(made.name), undefined);
});

test("interactions, through the SDK: whole, streamed, gone on with", async () => {
	const { interactions } = client();
	const first = await interactions.create({ model: MODEL, input: "Hi" });
	assert.equal(first.steps[0].content[0].text, "You said: Hi");
	const row = await kw.settledRow("route = 'gemini.interactions'");
	assert.deepEqual([row.model, row.prompt_tokens, row.answer_tokens,
		row.thought_tokens], [MODEL, 5, 7, 2]);
	for (let i = 0; i < 4; i++) {
		const types = [];
		let id;
		for await (const event of await interactions.create({ model: MODEL,
			input: "On", previous_interaction_id: first.id,
			stream: true })) {
			types.push(event.event_type);
			id = event.interaction?.id ?? id;
		}
		assert.deepEqual(types, ["interaction.created", "step.delta",
			"interaction.completed"]);
		await kw.settledRow();
		assert.equal((await interactions.get(id)).id, id);
	}
	assert.equal((await used()).length, 1);
	await interactions.delete(first.id);
	assert.equal(await remembered(`interactions/${first.id}`), undefined);
});

test("interactions have errors of their own form", async () => {
	const ask = (body, more) => call("POST", "/interactions", body, more);
	const unknown = await ask({ model: MODEL, input: "x", odd: 1 });
	assert.deepEqual([unknown.status, unknown.json.error.code],
	    [400, "invalid_request"]);
	assert.match(unknown.json.error.message, /odd/);
	assert.deepEqual(Object.keys(unknown.json.error), ["code", "message"]);
	const missing = await ask({ model: MODEL, input: "x",
		previous_interaction_id: "nobodys" });
	assert.deepEqual([missing.status, missing.json.error.code],
	    [404, "not_found"]);
	assert.equal((await kw.keyStates()).filter(({ state, faults }) =>
	    state !== "active" || faults > 0).length, 0);

	await kw.fake.script({ times: 1, do: { status: 429, body: { error: {
		code: "resource_exhausted", message: "No more." } } } });
	assert.equal((await ask({ model: MODEL, input: "x" })).status, 200);
	await kw.set({ MAX_RETRIES: 10 });
	await kw.fake.script({ error: "rate_minute" });
	const resting = await ask({ model: MODEL, input: "x" });
	assert.deepEqual([resting.status, resting.json.error.code],
	    [429, "resource_exhausted"]);
	assert.ok(Number(resting.headers["retry-after"]) > 0);
	const nobody = await ask({}, { token: "sk-nobody" });
	assert.equal(nobody.json.error.code, "invalid_argument");

	/* Within a stream. */
	await kw.reset();
	const event = (type, more) => `event: ${type}\n` +
	    `data: {"event_type":"${type}",${more}}\n\n`;
	await kw.fake.script({ content_type: "text/event-stream", raw:
	    event("interaction.created", '"interaction":{"id":"v1_s"}') +
	    event("error", `"error":{"code":"internal","message":"of ${KEYS[0]}"}`) });
	const { text } = await ask({ model: MODEL, input: "x", stream: true });
	assert.match(text, /^event: interaction.created\n.*\n\nevent: error\ndata: /);
	assert.equal(events(text).at(-1).json.error.code, "internal");
	assert.doesNotMatch(text, /AIza/);
});

test("another token's are not there, and are not listed", async (t) => {
	const token = await other(t);
	await kw.useKeys(1);
	const mine = await client().caches.create({ model: MODEL,
		config: { contents: "x" } });
	const theirs = client("", {}, token);
	const refused = ({ status, message }) => status === 403 &&
	    /permission/.test(message);
	await assert.rejects(theirs.caches.get({ name: mine.name }), refused);
	await assert.rejects(theirs.caches.delete({ name: mine.name }), refused);
	await assert.rejects(theirs.models.generateContent({ model: MODEL,
		contents: "x", config: { cachedContent: mine.name } }), refused);
	assert.deepEqual(await all(theirs.caches.list()), []);
	await kw.set({ FILES_USER_ISOLATION_ENABLED: false });
	assert.equal((await all(theirs.caches.list())).length, 1);
	assert.equal((await theirs.caches.get({ name: mine.name })).name,
	    mine.name);
});

test("nor are they in lists of other forms, or by way of answers", async (t) => {
	const token = await other(t);
	await kw.useKeys(1);
	const mine = await client().caches.create({ model: MODEL,
		config: { contents: "x" } });
	const shown = { object: "list", data: [{ id: mine.name }] };
	await kw.fake.script(
		{ method: "cachedContents", times: 1, do: { raw: `f(${
			JSON.stringify({ cachedContents: [mine] })})`,
		content_type: "text/javascript" } },
		{ method: "batches", times: 2, do: { body: shown } },
		{ method: "batches", times: 1, do: { body: { name: "batches/t",
			response: { inlinedResponses: { inlinedResponses: [{
				metadata: { uri: mine.name } }] } } } } });
	assert.equal((await call("GET", "/cachedContents?callback=f&alt=proto",
	    undefined, { token })).text, "{}");
	for (const path of ["/openai/v1/batches", "/v1beta/openai/batches"])
		assert.deepEqual((await kw.request({ path, token })).json,
		    { object: "list", data: [] });
	assert.equal((await call("GET", "/batches/t", undefined, { token })).status,
	    200);
	assert.equal((await call("GET", `/${mine.name}`, undefined, { token }))
	    .status, 403);
	assert.equal((await call("GET", `/${mine.name}`)).status, 200);

	const hidden = await call("POST", `/models/${MODEL}:batchGenerateContent`,
	    Buffer.from(`\n\x05${mine.name}`), { token, headers:
		{ "Content-Type": "application/x-protobuf" } });
	assert.equal(hidden.status, 415, hidden.text);
	const refused = await kw.request({ method: "POST", token,
		path: "/openai/v1/batches", body: { input_file_id: mine.name } });
	assert.equal(refused.status, 404, refused.text);
	assert.match(refused.json.error.message, /permission/);
});

test("a store's name, however it is written, in uploads to it", async (t) => {
	const token = await other(t);
	const made = await call("POST", "/fileSearchStores", {});
	const id = made.json.name.replace("fileSearchStores/", "");
	const upload = (name, more = {}) => kw.request({ method: "POST",
		path: `/upload/v1beta/fileSearchStores/${name}` +
		    ":uploadToFileSearchStore", body: {},
		headers: { "X-Goog-Upload-Protocol": "resumable",
			"X-Goog-Upload-Command": "start" }, token, ...more });
	const coded = `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`;
	for (const name of [id, coded, coded.replace("%", "%25"),
		`${id}%2Fdocuments%2Fx`])
		assert.equal((await upload(name)).status, 403, name);
	assert.equal((await upload("%5c")).status, 404);
	const none = await kw.request({ method: "POST", token: null, body: "x",
		path: `/upload/v1beta/fileSearchStores/${id}` +
		    ":uploadToFileSearchStore?upload_id=x" });
	assert.ok(none.status >= 400 && none.status < 500, none.text);
});

test("what is unknown here passes, unless that is turned off", async (t) => {
	const seen = await upstream(t, (response) => {
		response.setHeader("Content-Type", "application/json");
		response.end('{ "new":1e400 }');
	});
	for (const [method, path] of [["POST", "/newThings/x:doIt"],
		["GET", "/newThings"], ["PUT", "/models/m:new"],
		["PATCH", "/newThings/x/y/z"]]) {
		const body = method === "GET" ? undefined : "{odd: [1,]}";
		const answer = await call(method, `${path}?alt=json&key=${kw.token}` +
		    "&$httpHeaders=a:b&%24httpMethod=DELETE", body, { token: null });
		assert.equal(answer.text, '{ "new":1e400 }');
		const sent = seen.at(-1);
		assert.deepEqual([sent.method, sent.url, sent.body.toString()],
		    [method, `/up/v1beta${path}?alt=json`, body ?? ""]);
	}
	await kw.set({ PASS_UNKNOWN_METHODS: false });
	const off = await call("POST", "/newThings/x:doIt", {});
	assert.deepEqual([off.status, off.json.error.status], [404, "NOT_FOUND"]);
	assert.equal((await call("GET", "/cachedContents")).status, 200);
	await kw.set({ PASS_UNKNOWN_METHODS: true });
	assert.equal((await call("POST", "/newThings/x:doIt", {})).status, 200);
});

test("what is not served says so", async () => {
	for (const path of ["/v1alpha/auth_tokens", "/v1beta/auth_tokens"]) {
		const { status, json } = await kw.request(
		    { method: "POST", path, body: {} });
		assert.deepEqual([status, json.error.status], [501, "UNIMPLEMENTED"]);
	}
	for (const base of BASES) {
		const { status, json } = await kw.request({ path: `${base}/ws/google.ai.` +
		    `generativelanguage.v1beta.GenerativeService.BidiGenerateContent` +
		    `?key=${kw.token}`, token: null, headers: { Connection: "Upgrade",
			Upgrade: "websocket", "Sec-WebSocket-Version": "13",
			"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" } });
		assert.deepEqual([status, json.error.status], [501, "UNIMPLEMENTED"]);
	}
	for (const [path, token, status] of [["/cachedContents", null, 401],
		["/cachedContents", "sk-nobody", 400], ["/x/y", "sk-nobody", 400],
		["/cachedContents/..", kw.token, 404],
		["/cachedContents/%2e%2e/x", kw.token, 404],
		["/cachedContents/a%2Fb", kw.token, 404],
		["/batches//x", kw.token, 404], ["/x/%5c", kw.token, 404],
		["/models/m/operations/%2e", kw.token, 404]]) {
		const answer = await call("GET", path, undefined, { token });
		assert.equal(answer.status, status, path);
		assert.equal(answer.json.error.code, status, path);
	}
	const wrong = await call("GET", `/models/${MODEL}:predict`);
	assert.deepEqual([wrong.status, wrong.headers.allow], [405, "POST"]);
	assert.equal((await kw.fake.requests()).length, 0);
});

test("versions: v1alpha and v1 are Google's too", async () => {
	const body = { contents: [{ parts: [{ text: "Hi" }] }] };
	for (const [path, sent] of [
		["/v1alpha/models/m:generateContent", "/v1alpha/models/m:generateContent"],
		["/v1/models/m:generateContent", "/v1/models/m:generateContent"],
		["/gemini/v1/models/m:countTokens", "/v1/models/m:countTokens"],
		["/gemini/v1beta/models/m:countTokens",
			"/v1beta/models/m:countTokens"]]) {
		const answer = await kw.request({ method: "POST", path, body });
		assert.equal(answer.status, 200, answer.text);
		assert.equal((await kw.fake.requests()).at(-1).path, sent);
	}
	assert.equal((await kw.request({ path: "/v1/cachedContents" })).status, 200);
	assert.equal((await kw.request({ path: "/v1alpha/models?pageSize=1" }))
	    .json.models.length, 1);
	/* What may be OpenAI's is. */
	assert.equal((await kw.request({ path: "/v1/batches" })).status, 404);
	const before = (await kw.fake.requests()).length;
	const head = await kw.request({ method: "HEAD",
		path: "/v1beta/cachedContents" });
	assert.deepEqual([head.status, head.text], [200, ""]);
	assert.equal((await kw.fake.requests()).at(-1).verb, "GET");
	assert.equal((await kw.fake.requests()).length, before + 1);
});

test("header fields pass by a list", async (t) => {
	const seen = await upstream(t, (response) => {
		response.setHeader("Content-Type", "application/json");
		response.setHeader("X-Gemini-Service-Tier", "flex");
		response.setHeader("Server", "scaffolding");
		response.setHeader("Set-Cookie", "a=b");
		response.setHeader("X-Goog-Upload-URL", "https://g/?key=AIza");
		response.setHeader("X-Goog-Upload-Control-URL", "https://g/");
		response.end('{"candidates":[]}');
	});
	for (const [method, path] of [["POST", "/newThings:doIt"],
		["POST", `/models/${MODEL}:generateContent`],
		["GET", "/cachedContents"]]) {
		const answer = await call(method, path, method === "POST" ? {} : undefined,
		    { headers: { "x-server-timeout": "30", "X-Goog-FieldMask": "a,b",
			Accept: "application/odd", "x-goog-user-project": "p",
			"x-goog-api-client": "genai-js/1", Cookie: "a=b",
			"X-Forwarded-For": "10.1.2.3", Authorization: undefined,
			"x-goog-api-key": kw.token } });
		assert.equal(answer.headers["x-gemini-service-tier"], "flex");
		for (const name of ["set-cookie", "x-goog-upload-url",
			"x-goog-upload-control-url"])
			assert.equal(answer.headers[name], undefined);
		assert.ok(!/scaffolding/.test(answer.headers.server ?? ""));
		const { headers } = seen.at(-1);
		assert.deepEqual([headers["x-server-timeout"],
			headers["x-goog-fieldmask"], headers.accept],
		["30", "a,b", "application/odd"]);
		for (const name of ["x-goog-user-project", "cookie", "authorization",
			"x-forwarded-for", "x-goog-api-client"])
			assert.equal(headers[name], undefined, name);
		assert.match(headers["x-goog-api-key"], /^(AIza|AQ\.)/);
	}
});

test("what is made is not made twice", async () => {
	const batch = { batch: { inputConfig: { requests: { requests: [] } } } };
	await kw.fake.script({ times: 1, do: { close: true } });
	const lost = await call("POST", `/models/${MODEL}:batchGenerateContent`,
	    batch);
	assert.equal(lost.status, 500);
	assert.equal((await kw.fake.requests()).length, 1);
	/* A refusal made nothing. */
	await kw.fake.script({ times: 1, do: { error: "rate_minute" } });
	const made = await call("POST", `/models/${MODEL}:batchGenerateContent`,
	    batch);
	assert.equal(made.status, 200, made.text);
	/* Reading does no harm. */
	await kw.fake.script({ times: 1, do: { close: true } });
	assert.equal((await call("GET", `/${made.json.name}`)).status, 200);
});

// Gemini's own API is a pipe: what goes in and what comes out are the same
// bytes.
import assert from "node:assert/strict";

import { MODEL } from "./lib/stack.mjs";
import { events } from "./lib/raw.mjs";
import { kw, test } from "./lib/shared.mjs";
import { upstream } from "./lib/upstream.mjs";

const ODD_ANSWER = '{ "candidates" : [ {"content":{"parts":[{"text":"h\\u00e9 ' +
    'é 🚲"}],"role":"model"},\n\t"finishReason":"STOP","neu":1e400, "x":' +
    '12345678901234567890.10 } ],\r\n "usageMetadata":{"promptTokenCount":3,' +
    '"candidatesTokenCount":2,"totalTokenCount":5},"unknown":{"a":[ ]} }\n';

test("a request's bytes reach Google as they are", async (t) => {
	const seen = await upstream(t, (response) => {
		response.setHeader("Content-Type", "application/json");
		response.end(ODD_ANSWER);
	});
	const bodies = [
		'{"contents":[{"parts":[{"text":"a"}]}],}',
		'{"system_instruction":{"parts":[{"text":"x"}]},\n"contents":' +
		    '[{"role":"function","parts":[{"inline_data":{"mime_type":"a/b",' +
		    '"data":"AA=="}}]}], "n":12345678901234567890, "f":0.10}',
		'  {"contents":[{"parts":[{"text":"Zu\u0308rich \\ud83d\\udeb2"}]}]}  ',
		"not JSON at all",
		"{}",
	];
	for (const method of ["generateContent", "countTokens",
		"streamGenerateContent"]) {
		for (const body of bodies) {
			const answer = await kw.native(method, Buffer.from(body));
			assert.equal(seen.at(-1).body.toString(), body);
			assert.equal(seen.at(-1).url,
			    `/up/v1beta/models/${MODEL}:${method}`);
			if (method !== "streamGenerateContent")
				assert.equal(answer.text, ODD_ANSWER);
		}
	}
});

test("the query goes along, without what is secret", async (t) => {
	const seen = await upstream(t, (response) => {
		response.setHeader("Content-Type", "application/json");
		response.end(ODD_ANSWER);
	});
	await kw.native("generateContent", {}, { token: null, query:
	    `?$key=a&%24alt=json&k%65y=${kw.token}&prettyPrint=false&fields=a%2Cb` +
	    "&access_token=t&oauth_token=u&api_key=v&x=%20y" });
	assert.equal(seen[0].url, `/up/v1beta/models/${MODEL}:generateContent` +
	    "?%24alt=json&prettyPrint=false&fields=a%2Cb&x=%20y");
});

test("of the client's headers nothing goes up that is not meant for Google",
    async (t) => {
	const seen = await upstream(t, (response) => {
		response.setHeader("Content-Type", "application/json");
		response.setHeader("Set-Cookie", "a=b");
		response.setHeader("Alt-Svc", "h3");
		response.setHeader("WWW-Authenticate", "Basic");
		response.setHeader("X-Gemini-Service-Tier", "flex");
		response.end(ODD_ANSWER);
	});
	const answer = await kw.native("generateContent", {}, { headers: {
		Cookie: "session=1", Origin: "https://app.example",
		Referer: "https://app.example/x", "X-Forwarded-For": "10.1.2.3",
		Forwarded: "for=10.1.2.3", Via: "1.1 x", "X-Real-IP": "10.1.2.3",
		"x-goog-user-project": "p", "openai-organization": "o",
		"x-stainless-os": "Linux", "Accept-Encoding": "gzip, br" } });
	const names = Object.keys(seen[0].headers);
	for (const name of ["cookie", "origin", "referer", "x-forwarded-for",
		"forwarded", "via", "x-real-ip", "x-goog-user-project",
		"openai-organization", "x-stainless-os", "authorization"])
		assert.ok(!names.includes(name), name);
	assert.match(seen[0].headers["x-goog-api-key"], /^(AIza|AQ\.)/);
	assert.doesNotMatch(seen[0].raw.join(), /app\.example|10\.1\.2\.3/);
	for (const name of ["set-cookie", "alt-svc", "www-authenticate"])
		assert.equal(answer.headers[name], undefined, name);
});

test("CUSTOM_HEADERS are added upstream", async (t) => {
	const seen = await upstream(t, (response) => {
		response.setHeader("Content-Type", "application/json");
		response.end(ODD_ANSWER);
	});
	await kw.set({ CUSTOM_HEADERS: JSON.stringify({ "X-Team": "wheel",
		"content-type": "application/x-odd", "User-Agent": "odd" }) });
	await kw.native("generateContent");
	await kw.chat();
	assert.deepEqual(seen.map(({ headers }) => headers["x-team"]),
	    ["wheel", "wheel"]);

	/* They win over fields of the same name: each is there once. */
	for (const { raw } of seen) {
		const sent = (wanted) => raw.filter((_, i) =>
		    i % 2 === 1 && raw[i - 1].toLowerCase() === wanted);
		assert.deepEqual(sent("content-type"), ["application/x-odd"]);
		assert.deepEqual(sent("user-agent"), ["odd"]);
	}
});

test("unary answers: the same bytes, the same type", async () => {
	for (const bytes of [1, 7, 100000]) {
		await kw.fake.script({ raw: ODD_ANSWER, chunk_bytes: bytes,
			content_type: "application/json; charset=UTF-8" });
		const answer = await kw.native("generateContent");
		assert.equal(answer.text, ODD_ANSWER);
		assert.equal(answer.headers["content-type"],
		    "application/json; charset=UTF-8");
		assert.equal(Number(answer.headers["content-length"]),
		    Buffer.byteLength(ODD_ANSWER));
	}
	const row = await kw.settledRow("route = 'gemini.generateContent'");
	assert.deepEqual([row.prompt_tokens, row.answer_tokens], [3, 2]);
});

const event = (text, more = "") =>
    `{ "candidates": [{"content": {"parts": [{"text": "${text}"}]}${more}}], "x":1e400}`;
const END = ', "finishReason": "STOP"';

const SSE = [
	["CRLF", `data: ${event("é")}\r\n\r\ndata: ${event("🚲", END)}\r\n\r\n`],
	["LF", `data: ${event("é")}\n\ndata: ${event("🚲", END)}\n\n`],
	["no blank after the colon", `data:${event("é", END)}\n\n`],
	["two data lines", "data: {\"candidates\":[{\"content\":{\"parts\":" +
	    "[{\"text\":\"é\"}]},\ndata: \"finishReason\":\"STOP\"}]}\n\n"],
	["usage behind the finish", `data: ${event("é", END)}\r\n\r\n` +
	    'data: {"usageMetadata":{"promptTokenCount":4}}\r\n\r\n'],
	["text behind the finish", `data: ${event("é", END)}\r\n\r\n` +
	    `data: ${event("again")}\r\n\r\n`],
];

test("SSE: the same bytes, wherever they are cut", async () => {
	for (const [name, raw] of SSE)
		for (const chunk_bytes of [1, 3, 7, 100000]) {
			await kw.fake.script({ raw, chunk_bytes,
				content_type: "text/event-stream" });
			const answer = await kw.native("streamGenerateContent", {},
			    { query: "?alt=sse" });
			assert.equal(answer.text, raw, `${name}, ${chunk_bytes}`);
			assert.match(answer.headers["content-type"],
			    /^text\/event-stream/);
			assert.doesNotMatch(answer.text, /\[DONE\]/);
		}
});

test("SSE: the last event gets its blank line", async () => {
	const raw = `data: ${event("é")}\r\n\r\ndata: ${event("🚲", END)}`;
	for (const tail of ["", "\r\n"]) {
		await kw.fake.script({ raw: raw + tail,
			content_type: "text/event-stream" });
		const answer = await kw.native("streamGenerateContent", {},
		    { query: "?alt=sse" });
		assert.ok(answer.text.startsWith(raw), answer.text);
		assert.match(answer.text.slice(raw.length), /^(\r\n){2,3}$/);
	}
});

test("JSON array: the same bytes, wherever they are cut", async () => {
	for (const raw of [`[${event("é")}\r\n,\r\n${event("🚲", END)}]\n`,
		`[\n ${event("é}{")} , ${event("\\\"]🚲", END)}\n]`,
		`[${event("é", END)}]`])
		for (const chunk_bytes of [1, 3, 7, 100000]) {
			await kw.fake.script({ raw, chunk_bytes,
				content_type: "application/json" });
			const answer = await kw.native("streamGenerateContent");
			assert.equal(answer.text, raw);
			assert.match(answer.headers["content-type"],
			    /^application\/json/);
		}
});

test("the fake's own answers are the same with and without us", async () => {
	const body = JSON.stringify({ contents: [{ parts: [{ text: "Grüße 🚲" }] }] });
	const unlike = (text) => text.replace(/("responseId": ?)"[^"]*"/g, "$1");
	for (const method of ["generateContent", "countTokens",
		"streamGenerateContent", "streamGenerateContent?alt=sse"]) {
		const direct = await fetch(
		    `${kw.fake.url}/v1beta/models/gemini-3.8-flash:${method}`,
		    { method: "POST", body, headers: { "x-goog-api-key": "k",
			"Content-Type": "application/json" } });
		const [name, query = ""] = method.split("?");
		const ours = await kw.native(name, Buffer.from(body),
		    { model: "gemini-3.8-flash", query: query && `?${query}` });
		assert.equal(unlike(ours.text), unlike(await direct.text()), method);
		assert.equal(ours.headers["content-type"],
		    direct.headers.get("content-type"));
	}
});

test("a request's fault is told in Google's own words, redacted", async () => {
	await kw.fake.script({ status: 400, body: { error: { code: 400,
		message: "Invalid value at 'contents' in projects/4711",
		status: "INVALID_ARGUMENT", details: [
		    { "@type": "type.googleapis.com/google.rpc.BadRequest",
			fieldViolations: [{ field: "contents" }] }] } } });
	const answer = await kw.native("generateContent");
	assert.equal(answer.status, 400);
	const { error } = answer.json;
	assert.equal(error.status, "INVALID_ARGUMENT");
	assert.match(error.message, /^Invalid value at 'contents' in /);
	assert.doesNotMatch(answer.text, /4711/);
	assert.equal((await kw.fake.requests()).length, 1);
});

test("the pool's fault is ours to tell: RetryInfo in the details", async () => {
	await kw.fake.script({ error: "rate_minute", retry_delay: "20s" });
	await kw.set({ MAX_RETRIES: 10 });
	for (const what of [["generateContent"],
		["streamGenerateContent", {}, { query: "?alt=sse" }]]) {
		const answer = await kw.native(...what);
		assert.equal(answer.status, 429);
		const { error } = answer.json;
		assert.deepEqual([error.code, error.status],
		    [429, "RESOURCE_EXHAUSTED"]);
		const info = error.details.find((detail) =>
		    detail["@type"] === "type.googleapis.com/google.rpc.RetryInfo");
		assert.match(info.retryDelay, /^(19|2[01])s$/);
		assert.ok(Number(answer.headers["retry-after"]) >= 19);
	}
});

test("blocked prompts and odd finish reasons are Google's to tell", async () => {
	for (const body of [
		{ promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
			usageMetadata: { promptTokenCount: 7 } },
		{ candidates: [{ finishReason: "SAFETY" }] }]) {
		await kw.reset();
		await kw.fake.script({ body });
		const unary = await kw.native("generateContent");
		assert.equal(unary.status, 200);
		assert.deepEqual(unary.json, body);
		assert.equal((await kw.rowOf(unary)).outcome, "blocked");
		await kw.fake.script({ events: [body] });
		const sse = await kw.native("streamGenerateContent", {},
		    { query: "?alt=sse" });
		assert.deepEqual(events(sse.text).map(({ json }) => json), [body]);
		assert.equal((await kw.rowOf(sse)).outcome, "blocked");
		assert.equal((await kw.fake.requests()).length, 2);
	}
});

// Google's own client from npm.
import assert from "node:assert/strict";
import { ApiError, GoogleGenAI } from "@google/genai";

import { MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const BASES = ["", "/gemini"];

function client(prefix = "", options = {}) {
	return new GoogleGenAI({ apiKey: kw.token,
		httpOptions: { baseUrl: kw.base + prefix, ...options } });
}

test("generateContent", async () => {
	for (const base of BASES) {
		const answer = await client(base).models.generateContent({
			model: MODEL, contents: "Grüße",
			config: { systemInstruction: "Be brief.", temperature: 0.5 } });
		assert.equal(answer.text, "You said: Grüße");
		assert.equal(answer.candidates[0].finishReason, "STOP");
		assert.ok(answer.usageMetadata.totalTokenCount > 0);
	}
	const [sent] = await kw.fake.requests();
	assert.equal(sent.body.generationConfig.temperature, 0.5);
	assert.deepEqual(sent.body.systemInstruction.parts, [{ text: "Be brief." }]);
});

test("generateContentStream", async () => {
	for (const base of BASES) {
		const stream = await client(base).models.generateContentStream(
		    { model: MODEL, contents: "Hello" });
		const texts = [];
		let last;
		for await (const chunk of stream) {
			texts.push(chunk.text);
			last = chunk;
		}
		assert.equal(texts.join(""), "You said: Hello");
		assert.ok(texts.length >= 3, `${texts.length} chunks`);
		assert.equal(last.candidates[0].finishReason, "STOP");
	}
});

test("countTokens", async () => {
	for (const base of BASES) {
		const { totalTokens } = await client(base).models.countTokens(
		    { model: MODEL, contents: "Hello, world" });
		assert.equal(totalTokens, 3);
	}
	const row = await kw.settledRow("route = 'gemini.countTokens'");
	assert.equal(row.outcome, "complete");
});

test("models.list, over pages", async () => {
	for (const base of BASES) {
		const names = [];
		for await (const model of await client(base).models.list(
		    { config: { pageSize: 2 } }))
			names.push(model.name);
		assert.ok(names.length >= 5, names.join());
		assert.ok(names.includes(`models/${MODEL}`));
	}
});

test("models.get", async () => {
	for (const base of BASES) {
		const model = await client(base).models.get({ model: MODEL });
		assert.equal(model.name, `models/${MODEL}`);
		assert.ok(model.inputTokenLimit > 0);
	}
});

test("chats: the history goes back up as it was", async () => {
	const chat = client().chats.create({ model: "gemini-3.8-flash" });
	await chat.sendMessage({ message: "One" });
	await chat.sendMessage({ message: "Two" });
	const [, second] = await kw.fake.requests();
	assert.deepEqual(second.body.contents.map(({ role, parts }) =>
	    [role, parts[0].text]),
	    [["user", "One"], ["model", "You said: One"], ["user", "Two"]]);
});

test("function calls pass untouched, signature and all", async () => {
	await kw.fake.script({ body: { candidates: [{ content: { role: "model",
		parts: [{ functionCall: { name: "f", args: { a: 1 } },
		    thoughtSignature: "c2ln" }] }, finishReason: "STOP" }] } });
	const answer = await client().models.generateContent(
	    { model: MODEL, contents: "Hello", config: { tools: [
		{ functionDeclarations: [{ name: "f" }] }] } });
	assert.deepEqual(answer.functionCalls, [{ name: "f", args: { a: 1 } }]);
	assert.equal(answer.candidates[0].content.parts[0].thoughtSignature, "c2ln");
	const sent = await kw.fake.only();
	assert.equal(sent.body.tools[0].functionDeclarations[0].name, "f");
});

const calls = (name, args, signature) => ({ times: 1, do: { events: [{
	candidates: [{ index: 0, finishReason: "STOP", content: { role: "model",
		parts: [{ functionCall: { name, args },
			thoughtSignature: signature }] } }],
	usageMetadata: { promptTokenCount: 1, totalTokenCount: 1 } }] } });

/** A tool that the SDK calls by itself. */
const weather = {
	tool: async () => ({ functionDeclarations: [{ name: "weather",
		parametersJsonSchema: { type: "object",
			properties: { city: { type: "string" } } } }] }),
	callTool: async (wanted) => wanted.map(({ id, name, args }) => ({
		functionResponse: { id, name,
			response: { degrees: args.city.length } } })),
};

for (const streamed of [false, true]) {
	test(`tools over several turns (streamed: ${streamed})`, async () => {
		await kw.fake.script(calls("weather", { city: "Rom" }, "c2lnLTE="),
		    calls("weather", { city: "Oslo" }, "c2lnLTI="));
		const chat = client().chats.create({ model: MODEL,
			config: { tools: [weather] } });
		let text = "";
		if (streamed) {
			const stream = await chat.sendMessageStream(
			    { message: "Which is the warmest?" });
			for await (const chunk of stream)
				text += chunk.text ?? "";
		} else {
			({ text } = await chat.sendMessage(
			    { message: "Which is the warmest?" }));
		}
		assert.match(text, /^You said: /);
		const sent = (await kw.fake.requests()).map((r) => r.body);
		assert.equal(sent.length, 3);
		const { contents } = sent[2];
		assert.equal(contents.length, 5);
		assert.equal(contents[1].parts[0].thoughtSignature, "c2lnLTE=");
		assert.equal(contents[3].parts[0].thoughtSignature, "c2lnLTI=");
		assert.deepEqual(contents[4].parts[0].functionResponse.response,
		    { degrees: 4 });
		assert.equal(sent[2].tools[0].functionDeclarations.length, 1);
	});
}

test("media: a picture and a file by URL go up as they are", async () => {
	const parts = [{ text: "What is it?" },
	    { inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } },
	    { fileData: { mimeType: "application/pdf",
		fileUri: "https://example.org/a.pdf" } }];
	const { text } = await client().models.generateContent(
	    { model: MODEL, contents: [{ role: "user", parts }] });
	assert.equal(text, "You said: What is it?");
	assert.deepEqual((await kw.fake.only()).body.contents[0].parts, parts);
});

test("errors are ApiErrors with Google's status", async () => {
	for (const [error, status] of [["bad_request", 400], ["too_long", 400],
		["not_found_model", 404], ["rate_minute", 429], ["internal", 500],
		["deadline", 504], ["api_key_invalid", 503]]) {
		await kw.reset();
		await kw.set({ MAX_RETRIES: 10 });
		await kw.fake.script({ error });
		const calls = [
			() => client().models.generateContent(
			    { model: MODEL, contents: "Hello" }),
			async () => {
				for await (const chunk of
				    await client().models.generateContentStream(
					{ model: MODEL, contents: "Hello" }))
					assert.fail(JSON.stringify(chunk));
			},
		];
		for (const call of calls)
			await assert.rejects(call, (e) => {
				assert.ok(e instanceof ApiError, e.stack);
				assert.equal(e.status, status, error);
				return true;
			});
	}
});

test("a wrong key is what Google says of a wrong key", async () => {
	const stranger = new GoogleGenAI({ apiKey: "sk-nobody",
		httpOptions: { baseUrl: kw.base } });
	await assert.rejects(stranger.models.generateContent(
	    { model: MODEL, contents: "Hello" }), (e) => e.status === 400 &&
	    /API_KEY_INVALID/.test(e.message));
});

test("a stream that breaks throws", async () => {
	await kw.fake.script({ text_events: 5, cut_after_events: 2 });
	const stream = await client().models.generateContentStream(
	    { model: MODEL, contents: "Hello" });
	let chunks = 0;
	await assert.rejects(async () => {
		for await (const chunk of stream)
			chunks += chunk.text.length > 0;
	}, (e) => e instanceof ApiError && e.status >= 500);
	assert.ok(chunks >= 1);
});

test("an abort ends the call upstream", async () => {
	await kw.fake.script({ silence: true });
	const controller = new AbortController();
	const call = assert.rejects(client().models.generateContent(
	    { model: MODEL, contents: "Hello",
		config: { abortSignal: controller.signal } }));
	await until(async () => (await kw.fake.books()).open === 1);
	controller.abort();
	await call;
	await until(async () => (await kw.fake.books()).aborted === 1,
	    { timeout: 1500 });
});

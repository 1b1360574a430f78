// Pictures in chats: the model of image requests as NAME-chat, Imagen, and
// models that draw among words.
import assert from "node:assert/strict";
import OpenAI from "openai";

import { KEYS } from "./lib/stack.mjs";
import { PAID, addKeys } from "./lib/pools.mjs";
import { kw, test } from "./lib/shared.mjs";

const DRAWS = "gemini-3.1-flash-image"; // the default of CREATE_IMAGE_MODEL
const URL_OF_PNG = /^data:image\/png;base64,iVBORw0KGgo/;

const openai = () => new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
	maxRetries: 0 });
const says = (content) => [{ role: "user", content }];
const draw = (content, more = {}) =>
    kw.chat({ model: `${DRAWS}-chat`, messages: says(content), ...more });
const urls = (images) => (images ?? []).map(({ image_url }) => image_url.url);
const prompts = async () => (await kw.fake.requests())
    .map(({ body }) => body.contents);

/** The pictures of a stream, in order, and its other words. */
async function streamed(body) {
	const seen = { urls: [], text: "", reason: null };
	for await (const { choices } of await openai().chat.completions.create(
	    { ...body, stream: true }))
		for (const { delta, finish_reason } of choices) {
			seen.urls.push(...urls(delta.images));
			seen.text += delta.content ?? "";
			seen.reason ??= finish_reason;
		}
	return seen;
}

test("the last message of the user's is the prompt, and no other", async () => {
	const messages = [{ role: "system", content: "Be brief." },
		{ role: "user", content: "Hello" },
		{ role: "assistant", content: "Hi" },
		{ role: "user", content: [{ type: "text", text: "A cat" },
			{ type: "text", text: "in {ratio:3:4} a hat" }] }];
	const answer = await draw("", { messages, tools: [{ type: "function",
		function: { name: "f", parameters: { type: "object" } } }] });
	assert.equal(answer.status, 200, answer.text);
	const [{ message, finish_reason }] = answer.json.choices;
	assert.equal(answer.json.model, `${DRAWS}-chat`);
	assert.equal(finish_reason, "stop");
	assert.match(urls(message.images)[0], URL_OF_PNG);
	const { model, body } = await kw.fake.only();
	assert.equal(model, DRAWS);
	assert.deepEqual(body.contents, [{ role: "user",
		parts: [{ text: "A cat" }, { text: "in  a hat" }] }]);
	assert.deepEqual([body.systemInstruction, body.tools],
	    [undefined, undefined]);
	assert.deepEqual(body.generationConfig, {
		responseModalities: ["TEXT", "IMAGE"],
		imageConfig: { aspectRatio: "3:4" } });
	assert.equal((await kw.settledRow()).model, DRAWS);
});

test("several pictures are one answer, streamed as they come", async () => {
	for (const stream of [false, true]) {
		await kw.fake.reset();
		const body = { model: `${DRAWS}-chat`, messages: says("{n:3}Cats") };
		const got = stream ? (await streamed(body)).urls
		    : urls((await kw.chat(body)).json.choices[0].message.images);
		assert.equal(new Set(got).size, 3);
		assert.equal((await prompts()).length, 3);
		const row = await kw.settledRow();
		assert.deepEqual([row.outcome, row.attempts], ["complete", 1]);
		assert.ok(row.answer_tokens > 3 * 1290, `${row.answer_tokens}`);
	}
});

test("a picture to change, with the words", async () => {
	const url = "data:image/png;base64,iVBORw0KGgo=";
	const answer = await draw([{ type: "image_url", image_url: { url } },
		{ type: "text", text: "Greyer" }]);
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual(await prompts(), [[{ role: "user", parts: [
		{ inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } },
		{ text: "Greyer" }] }]]);
});

test("bad prompts", async () => {
	for (const [content, field] of [["{n:11} cats", "messages"],
		["{ratio:1:9} cat", "messages"], ["{n:2}", "messages"],
		[[{ type: "text" }], "messages[0].content[0].text"]]) {
		const answer = await draw(content);
		assert.deepEqual([answer.status, answer.json.error.param],
		    [400, field], answer.text);
	}
	const answer = await draw("",
	    { messages: [{ role: "assistant", content: "Hi" }] });
	assert.deepEqual([answer.status, answer.json.error.param],
	    [400, "messages"]);
	assert.deepEqual(await prompts(), []);
});

test("it is listed, and has the keys with billing", async () => {
	await addKeys(kw, "paid", PAID.slice(0, 1));
	const models = await openai().models.list();
	assert.ok(models.data.some(({ id }) => id === `${DRAWS}-chat`));
	assert.equal((await openai().models.retrieve(`${DRAWS}-chat`)).id,
	    `${DRAWS}-chat`);
	await kw.fake.reset();
	assert.equal((await draw("A cat")).status, 200);
	assert.equal((await kw.fake.only()).key, PAID[0]);
	await kw.set({ FILTERED_MODELS: `["${DRAWS}-chat"]` });
	assert.equal((await draw("A cat")).status, 404);
});

test("with OpenAI's other API", async () => {
	const { output } = await openai().responses.create(
	    { model: `${DRAWS}-chat`, input: "A cat" });
	const [picture] = output.filter(
	    ({ type }) => type === "image_generation_call");
	assert.match(picture.result, /^iVBORw0KGgo/);
});

test("Imagen in a chat", async () => {
	await kw.set({ CREATE_IMAGE_MODEL: "imagen-4.0-generate-001" });
	for (const model of ["imagen-4.0-generate-001-chat",
		"imagen-4.0-generate-001"])
		for (const stream of [false, true]) {
			await kw.fake.reset();
			const body = { model, messages: says("{n:2}{ratio:4:3}A cat") };
			const got = stream ? (await streamed(body)).urls : urls(
			    (await kw.chat(body)).json.choices[0].message.images);
			assert.equal(new Set(got).size, 2);
			const { method, body: sent } = await kw.fake.only();
			assert.equal(method, "predict");
			assert.deepEqual(sent.instances, [{ prompt: "A cat" }]);
			assert.deepEqual([sent.parameters.sampleCount,
				sent.parameters.aspectRatio], [2, "4:3"]);
		}
	const answer = await kw.chat(
	    { model: "imagen-4.0-generate-001-chat", messages: says("{n:5}x") });
	assert.deepEqual([answer.status, answer.json.error.param],
	    [400, "messages"]);
});

test("words before and after pictures, and pictures in the history", async () => {
	const picture = (data) => ({ inlineData: { mimeType: "image/png", data } });
	const parts = [{ text: "Look:" }, picture("AAAA"), { text: "and" },
		picture("BBBB"), { text: "." }];
	await kw.fake.script({ events: [{ candidates: [
		{ content: { role: "model", parts }, finishReason: "STOP" }] }] });
	const body = { model: DRAWS, messages: says("Two") };
	const seen = await streamed(body);
	const { json } = await kw.chat(body);
	const [{ message }] = json.choices;
	const both = ["data:image/png;base64,AAAA", "data:image/png;base64,BBBB"];
	assert.deepEqual([seen.text, seen.urls, seen.reason],
	    ["Look:and.", both, "stop"]);
	assert.deepEqual([message.content, urls(message.images)],
	    ["Look:and.", both]);

	await kw.fake.reset();
	await kw.chat({ ...body, messages: [...body.messages, message,
		...says("Greyer")] });
	const [contents] = await prompts();
	const [, { role, parts: said }] = contents;
	assert.equal(role, "model");
	assert.deepEqual(said.filter(({ inlineData }) => inlineData)
	    .map(({ inlineData }) => inlineData.data), ["AAAA", "BBBB"]);
	assert.equal(KEYS.includes((await kw.fake.only()).key), true);
});

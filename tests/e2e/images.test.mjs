// Pictures: /v1/images/generations and /v1/images/edits, with OpenAI's own
// client and by hand.
import assert from "node:assert/strict";
import OpenAI, { toFile } from "openai";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { PAID, addKeys } from "./lib/pools.mjs";
import { kw, test } from "./lib/shared.mjs";

const DRAWS = "gemini-3.1-flash-image"; // the default of CREATE_IMAGE_MODEL
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlE" +
    "QVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64");

const openai = () => new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
	maxRetries: 0 });
const generate = (body, more = {}) => kw.request({ method: "POST",
	path: "/v1/images/generations", body: { prompt: "A cat", ...body },
	...more });
const isPng = (base64) => assert.deepEqual(
    Buffer.from(base64, "base64").subarray(0, PNG.length), PNG);
const ended = (finishReason, parts) => ({ body: { candidates: [
	{ content: { parts: parts ?? [] }, finishReason, index: 0 }] } });
const sent = async () => (await kw.fake.requests()).map(({ body }) => body);

/** A multipart form; files: [name, bytes, type, filename]. */
async function edit(fields, files, more = {}) {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields))
		form.append(name, value);
	for (const [name, bytes, type, filename] of files)
		form.append(name, new Blob([bytes], { type }), filename ?? "a.png");
	const answer = await fetch(`${kw.base}/v1/images/edits`, { method: "POST",
		headers: { Authorization: `Bearer ${kw.token}` }, body: form, ...more });
	return { status: answer.status, json: await answer.json(),
		headers: Object.fromEntries(answer.headers) };
}

// ---- generations -------------------------------------------------------------

test("a picture, with OpenAI's client", async () => {
	const answer = await openai().images.generate(
	    { model: "gpt-image-1", prompt: "A cat", size: "1536x1024" });
	isPng(answer.data[0].b64_json);
	assert.equal(answer.data.length, 1);
	assert.equal(answer.data[0].revised_prompt, "A cat");
	assert.equal(answer.output_format, "png");
	assert.ok(Math.abs(answer.created - Date.now() / 1000) < 100);
	assert.deepEqual(answer.usage, { input_tokens: 2,
		input_tokens_details: { text_tokens: 2, image_tokens: 0 },
		output_tokens: 1294, total_tokens: 1296 });
	const { model, method, body } = await kw.fake.only();
	assert.deepEqual([model, method], [DRAWS, "generateContent"]);
	assert.deepEqual(body, {
		contents: [{ role: "user", parts: [{ text: "A cat" }] }],
		generationConfig: { responseModalities: ["IMAGE"],
			imageConfig: { aspectRatio: "3:2" } } });
	const row = await kw.settledRow("route = 'openai.images.generate'");
	assert.deepEqual([row.model, row.outcome, row.status, row.prompt_tokens,
		row.answer_tokens], [DRAWS, "complete", 200, 2, 1294]);
});

test("every prefix serves it, and every name of a model", async () => {
	for (const path of ["/v1", "/hf/v1", ""])
		for (const model of ["dall-e-3", DRAWS, `models/${DRAWS}`,
			`${DRAWS}-chat`, undefined]) {
			await kw.fake.reset();
			const answer = await generate({ model },
			    { path: `${path}/images/generations` });
			assert.equal(answer.status, 200, answer.text);
			assert.equal((await kw.fake.only()).model, DRAWS);
		}
	await kw.set({ CREATE_IMAGE_MODEL: "gemini-2.5-flash-image" });
	await kw.fake.reset();
	assert.equal((await generate({ model: "dall-e-2" })).status, 200);
	assert.equal((await kw.fake.only()).model, "gemini-2.5-flash-image");
});

test("n pictures are n calls, with keys of their own", async () => {
	for (const n of [3, 10]) {
		await kw.fake.reset();
		const { data } = await openai().images.generate(
		    { prompt: "Cats", n, quality: "hd" });
		assert.equal(new Set(data.map((row) => row.b64_json)).size, n);
		const all = await kw.fake.requests();
		assert.equal(all.length, n);
		for (const { body } of all)
			assert.deepEqual(body.generationConfig.imageConfig,
			    { imageSize: "2K" });
		assert.equal(new Set(all.map(({ key }) => key)).size,
		    Math.min(n, KEYS.length));
	}
});

test("some fail: the client has what came, and the key is blamed", async () => {
	await kw.set({ MAX_RETRIES: 0 });
	await kw.fake.script({ key: KEYS[1], do: { error: "rate_day" } });
	const answer = await generate({ n: 5 });
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.json.data.length, 4);
	const row = await kw.rowOf(answer);
	assert.deepEqual([row.outcome, row.attempts], ["complete", 1]);
	const rests = (await kw.keyStates())
	    .filter(({ rests_until }) => rests_until !== null);
	assert.deepEqual(rests.map(({ key_id }) => Number(key_id)), [2]);
});

test("… or, with another try, all of them, and none twice", async () => {
	await kw.fake.script({ times: 2, do: { error: "rate_minute" } });
	const answer = await generate({ n: 4 });
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.json.data.length, 4);
	assert.equal((await kw.fake.requests()).length, 6);
});

test("all fail: the error", async () => {
	await kw.fake.script({ do: { error: "rate_minute" } });
	const answer = await generate({ n: 2 });
	assert.equal(answer.status, 429);
	assert.equal(answer.json.error.code, "rate_limit_exceeded");
});

test("prompt macros", async () => {
	const answer = await generate({ prompt: "{n:2} A cat {ratio:16:9}", n: 1 });
	assert.equal(answer.json.data.length, 2);
	assert.equal(answer.json.data[0].revised_prompt, "A cat");
	for (const body of await sent()) {
		assert.equal(body.contents[0].parts[0].text, "A cat");
		assert.deepEqual(body.generationConfig.imageConfig,
		    { aspectRatio: "16:9" });
	}
});

test("what Google's policy refuses", async () => {
	for (const refusal of [ended("IMAGE_SAFETY"), ended("PROHIBITED_CONTENT"),
		{ body: { promptFeedback: { blockReason: "SAFETY" } } }]) {
		await kw.fake.reset();
		await kw.fake.script({ do: refusal });
		const answer = await generate({ n: 2 });
		assert.equal(answer.status, 400);
		assert.deepEqual([answer.json.error.code, answer.json.error.param],
		    ["content_policy_violation", "prompt"]);
		assert.equal((await kw.fake.requests()).length, 2, "no retry");
		assert.equal((await kw.rowOf(answer)).outcome, "blocked");
	}
	await kw.fake.reset();
	await kw.fake.script({ times: 1, do: ended("IMAGE_SAFETY") });
	assert.equal((await generate({ n: 2 })).json.data.length, 1);
});

test("no picture: once more, and no more", async () => {
	for (const nothing of [ended("NO_IMAGE"), ended("IMAGE_OTHER"),
		{ text: "I would rather not." }]) {
		await kw.fake.reset();
		await kw.fake.script({ times: 1, do: nothing });
		assert.equal((await generate()).status, 200);
		await kw.fake.script({ do: nothing });
		const answer = await generate();
		assert.equal(answer.status, 502, answer.text);
		assert.match(answer.json.error.message, /without a picture/);
		assert.equal((await kw.fake.requests()).length, 4);
		assert.equal((await kw.rowOf(answer)).outcome, "upstream_error");
	}
});

test("drafts are no pictures, and words are the revised prompt", async () => {
	const draw = (data, more) =>
	    ({ inlineData: { mimeType: "image/jpeg", data }, ...more });
	await kw.fake.script(ended("STOP", [draw("AAAA", { thought: true }),
		{ text: "A cat, " }, { text: "grey" }, draw("//8=")]));
	const { json } = await generate();
	assert.deepEqual(json.data,
	    [{ b64_json: "//8=", revised_prompt: "A cat, grey" }]);
	assert.equal(json.output_format, "jpeg");
});

test("as an address", async () => {
	const { data } = await openai().images.generate(
	    { prompt: "A cat", response_format: "url" });
	assert.equal(data[0].b64_json, undefined);
	const answer = await fetch(data[0].url);
	assert.deepEqual(Buffer.from(await answer.arrayBuffer())
	    .subarray(0, PNG.length), PNG);
});

test("streamed: one event, and signs of life", async () => {
	await kw.set({ HEARTBEAT_AFTER: 1 });
	await kw.fake.script({ first_delay_ms: 1300 });
	const stream = await openai().images.generate({ model: "gpt-image-1",
		prompt: "A cat", stream: true, partial_images: 2, quality: "high",
		size: "1024x1024" });
	const events = [];
	for await (const event of stream)
		events.push(event);
	assert.equal(events.length, 1);
	isPng(events[0].b64_json);
	delete events[0].b64_json;
	assert.deepEqual(events[0], { type: "image_generation.completed",
		created_at: events[0].created_at, size: "1024x1024",
		quality: "high", background: "auto", output_format: "png",
		usage: { input_tokens: 2, input_tokens_details:
		    { text_tokens: 2, image_tokens: 0 }, output_tokens: 1294,
			total_tokens: 1296 } });

	await kw.fake.script({ first_delay_ms: 1300, error: "internal" });
	const { status, text } = await generate({ stream: true });
	assert.equal(status, 200);
	assert.match(text, /^: keep-alive/);
	assert.match(text, /data: {"error":{.*"code":"upstream_error"/);
});

test("keys with billing draw, where there are any", async () => {
	await addKeys(kw, "paid", PAID.slice(0, 1));
	assert.equal((await generate()).status, 200);
	assert.equal((await kw.fake.only()).key, PAID[0]);
	await kw.fake.reset();
	await kw.fake.script({ key: PAID[0], do: { error: "rate_minute" } });
	assert.equal((await generate()).status, 200);
	assert.ok(KEYS.includes((await kw.fake.requests()).at(-1).key));
});

test("Imagen, by :predict", async () => {
	await kw.set({ CREATE_IMAGE_MODEL: "imagen-4.0-generate-001" });
	for (const [n, counts] of [[1, [1]], [4, [4]], [6, [3, 3]]]) {
		await kw.fake.reset();
		const answer = await generate({ n, size: "1792x1024", quality: "hd" });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(new Set(answer.json.data.map((row) => row.b64_json)).size,
		    n);
		isPng(answer.json.data[0].b64_json);
		assert.equal(answer.json.usage, undefined);
		const all = await kw.fake.requests();
		assert.deepEqual(all.map(({ body }) => body.parameters.sampleCount),
		    counts);
		assert.equal(all[0].method, "predict");
		assert.deepEqual(all[0].body.instances, [{ prompt: "A cat" }]);
		assert.deepEqual([all[0].body.parameters.aspectRatio,
			all[0].body.parameters.sampleImageSize], ["16:9", "2K"]);
	}
	await kw.fake.script({ body: { predictions: [
		{ raiFilteredReason: "Unsafe." }] } });
	const answer = await generate();
	assert.equal(answer.json.error.code, "content_policy_violation");
});

// ---- edits -------------------------------------------------------------------

test("an edit, with OpenAI's client", async () => {
	const files = [await toFile(PNG, "a.png", { type: "image/png" }),
		await toFile(PNG, "b.png", { type: "image/png" })];
	const answer = await openai().images.edit({ model: "gpt-image-1",
		image: files, prompt: "Both", n: 2, size: "1024x1024" });
	assert.equal(answer.data.length, 2);
	assert.equal(answer.usage.input_tokens_details.image_tokens, 2 * 258);
	for (const { contents, generationConfig } of await sent()) {
		assert.deepEqual(contents[0].parts, [{ text: "Both" },
			...files.map(() => ({ inlineData: { mimeType: "image/png",
				data: PNG.toString("base64") } }))]);
		assert.equal(generationConfig.imageConfig.aspectRatio, "1:1");
	}
	assert.equal((await kw.settledRow()).route, "openai.images.edit");
	const one = await openai().images.edit({ image: files[0], prompt: "One",
		stream: true });
	for await (const event of one)
		assert.equal(event.type, "image_edit.completed");
});

test("a picture to edit may be large, or of another name and type", async () => {
	const large = Buffer.concat([PNG, Buffer.alloc(2000000, 7)]);
	assert.equal((await edit({ prompt: "x" }, [["image", large, "image/png"]]))
	    .status, 200);
	const [{ body_bytes }] = await kw.fake.requests();
	assert.ok(body_bytes > 2666666 && body_bytes < 2668000, `${body_bytes}`);
	await kw.fake.reset();
	assert.equal((await edit({ prompt: "x" },
	    [["image[0]", PNG, "application/octet-stream"]])).status, 200);
	const [{ contents }] = await sent();
	assert.equal(contents[0].parts[1].inlineData.mimeType, "image/png");
});

// ---- refusals ----------------------------------------------------------------

const long = "x".repeat(200);
const BAD = [
	[{ prompt: undefined }, "prompt", "missing_required_parameter"],
	[{ prompt: "" }, "prompt", "invalid_value"],
	[{ prompt: " {n:2} " }, "prompt", "invalid_value"],
	[{ prompt: 5 }, "prompt", "invalid_type"],
	[{ prompt: ["x"] }, "prompt", "invalid_type"],
	[{ prompt: "x {n:0}" }, "prompt", "invalid_value"],
	[{ prompt: "x {n:11}" }, "prompt", "invalid_value"],
	[{ prompt: "x {ratio:7:1}" }, "prompt", "invalid_value"],
	[{ n: 0 }, "n", "integer_below_min_value"],
	[{ n: 11 }, "n", "integer_above_max_value"],
	[{ n: "2" }, "n", "invalid_type"],
	[{ n: 1.5 }, "n", "invalid_type"],
	[{ size: "huge" }, "size", "invalid_value"],
	[{ size: "0x10" }, "size", "invalid_value"],
	[{ size: "10x" }, "size", "invalid_value"],
	[{ size: "16:9" }, "size", "invalid_value"],
	[{ size: `1${long}x1` }, "size", "invalid_value"],
	[{ size: 1024 }, "size", "invalid_type"],
	[{ quality: "best" }, "quality", "invalid_value"],
	[{ quality: {} }, "quality", "invalid_type"],
	[{ response_format: "png" }, "response_format", "invalid_value"],
	[{ response_format: "url", stream: true }, "response_format",
		"unsupported_value"],
	[{ output_format: "gif" }, "output_format", "invalid_value"],
	[{ stream: "true" }, "stream", "invalid_type"],
	[{ mask: "x" }, "mask", "unsupported_parameter"],
	[{ model: "../x" }, "model", "invalid_value"],
	[{ model: long }, "model", "invalid_value"],
	[{ model: "" }, "model", "invalid_value"],
	[{ model: 7 }, "model", "invalid_type"],
	[{ model: "gemini-pro-vision" }, "model", "model_not_found", 404],
];

test("each bad field is refused by its name", async () => {
	for (const [body, param, code, status = 400] of BAD) {
		const answer = await generate(body);
		assert.deepEqual([answer.status, answer.json.error.param,
			answer.json.error.code, answer.json.error.type],
		[status, param, code, "invalid_request_error"],
		`${JSON.stringify(body)}: ${answer.text}`);
	}
	assert.deepEqual(await kw.fake.requests(), []);
	for (const body of ["[]", "{", "5", '{"prompt":"x","prompt":"y"}'])
		assert.equal((await kw.request({ method: "POST",
			path: "/v1/images/generations", body })).status, 400, body);
	assert.equal((await kw.request({ path: "/v1/images/generations" })).status,
	    405);
	assert.equal((await generate({}, { token: "sk-wrong" })).status, 401);
	const words = await generate({ model: MODEL });
	assert.deepEqual([words.status, words.json.error.code],
	    [400, "invalid_argument"], "Gemini says that it does not draw");
});

test("each bad part of a form is refused by its name", async () => {
	const image = ["image", PNG, "image/png"];
	const rows = [
		[{ prompt: "x" }, [], "image", "missing_required_parameter"],
		[{}, [image], "prompt", "missing_required_parameter"],
		[{ prompt: "x", image: "x" }, [], "image", "invalid_type"],
		[{ prompt: "x" }, [["image", "", "image/png"]], "image",
			"invalid_value"],
		[{ prompt: "x" }, [["image", "hello", "text/plain"]], "image",
			"invalid_value"],
		[{ prompt: "x" }, [image, ["mask", PNG, "image/png"]], "mask",
			"unsupported_parameter"],
		[{ prompt: "x" }, Array(17).fill(image), "image",
			"array_above_max_length"],
		[{ prompt: "x", n: "many" }, [image], "n", "invalid_type"],
		[{ prompt: "x", n: "11" }, [image], "n", "integer_above_max_value"],
		[{ prompt: "x", stream: "maybe" }, [image], "stream",
			"invalid_type"],
		[{ prompt: "x", model: "imagen-4.0-generate-001" }, [image], "model",
			"unsupported_value"],
		[{}, [image, ["prompt", "x", "text/plain"]], "prompt",
			"invalid_type"],
	];
	for (const [fields, files, param, code] of rows) {
		const { status, json } = await edit(fields, files);
		assert.deepEqual([status, json.error.param, json.error.code],
		    [400, param, code], JSON.stringify([fields, json]));
	}
	assert.deepEqual(await kw.fake.requests(), []);
	assert.equal((await kw.request({ method: "POST", body: {},
		path: "/v1/images/edits" })).status, 415);
});

test("fields of a form are UTF-8, and nothing of them is lost", async () => {
	const form = (name, filename, prompt) => Buffer.concat([
		`--b\r\nContent-Disposition: form-data; name="`, name,
		`"; filename="`, filename, `"\r\n\r\n`, PNG,
		`\r\n--b\r\nContent-Disposition: form-data; name="prompt"` +
		    `\r\n\r\n`, prompt, `\r\n--b--\r\n`,
	].map((part) => Buffer.from(part)));
	const send = async (body) => {
		const answer = await fetch(`${kw.base}/v1/images/edits`, {
			method: "POST", body,
			headers: { Authorization: `Bearer ${kw.token}`,
				"Content-Type": "multipart/form-data; boundary=b" } });
		return [answer.status, (await answer.json()).error?.param];
	};
	const bad = [0x66, 0xff];
	assert.deepEqual([await send(form("image", "a.png", bad)),
		await send(form("image", bad, "x")),
		await send(form(bad, "a.png", "x")),
		await send(form("image", "a.png", "a\0b"))],
	[[400, "prompt"], [400, "image"], [400, null], [400, "prompt"]]);
	assert.deepEqual(await kw.fake.requests(), []);
	assert.equal((await send(form("image", "ä.png", "eine Öse")))[0], 200);
	assert.equal((await sent())[0].contents[0].parts[0].text, "eine Öse");
});

// Recordings into text: OpenAI's client, and forms by hand as curl writes them.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import OpenAI, { toFile } from "openai";

import { events } from "./lib/raw.mjs";
import { kw, test } from "./lib/shared.mjs";
import { MODEL, folder } from "./lib/stack.mjs";

const LISTENER = "gemini-flash-latest";
const STOP = { finishReason: "STOP" };
const WAV = Buffer.concat([Buffer.from("RIFF$\0\0\0WAVEfmt \x10\0\0\0", "latin1"),
	Buffer.from(Array.from({ length: 301 }, (_, i) => i & 255))]);
const MP3 = Buffer.concat([Buffer.from("ID3"), Buffer.alloc(100)]);

const event = (parts, more = {}) =>
    ({ candidates: [{ content: { role: "model", parts }, ...more }] });

function client(options = {}) {
	return new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0, ...options });
}

/** A form by hand; a value that is {name, type, bytes} is a file. */
function form(fields) {
	const parts = [];
	for (const [name, value] of Object.entries(fields).flatMap(([n, v]) =>
	    (Array.isArray(v) ? v : [v]).map((one) => [n, one]))) {
		if (value === undefined)
			continue;
		const file = typeof value === "object";
		parts.push(Buffer.from("--xyz\r\nContent-Disposition: form-data; " +
		    `name="${name}"` + (file ? `; filename="${value.name}"` : "") +
		    "\r\n" + (value.type ? `Content-Type: ${value.type}\r\n` : "") +
		    "\r\n"), file ? value.bytes : Buffer.from(String(value)),
		    Buffer.from("\r\n"));
	}
	return Buffer.concat([...parts, Buffer.from("--xyz--\r\n")]);
}

const recording = { name: "a.wav", type: "audio/wav", bytes: WAV };

/** A call by hand. */
const listen = (fields = {}, { where = "transcriptions", ...more } = {}) =>
    kw.request({ method: "POST", path: `/v1/audio/${where}`,
	headers: { "Content-Type": "multipart/form-data; boundary=xyz" },
	body: form({ file: recording, model: "whisper-1", ...fields }), ...more });

function assertRefused(answer, status, code, param, why) {
	assert.equal(answer.status, status, answer.text);
	const { error } = answer.json;
	assert.deepEqual([error.code, error.param], [code, param], answer.text);
	if (why)
		assert.match(error.message, why);
}

test("openai: a transcript, and what Gemini was asked", async () => {
	await kw.fake.script({ events: [event([{ text: " Hello " }]),
		{ ...event([{ text: "there.\n" }], STOP), usageMetadata: {
			promptTokenCount: 40, candidatesTokenCount: 3,
			totalTokenCount: 43, promptTokensDetails: [
				{ modality: "AUDIO", tokenCount: 32 }] } }] });
	const answer = await client().audio.transcriptions.create({
		file: await toFile(WAV, "a.wav"), model: "gpt-4o-transcribe",
		language: "de", prompt: "Keywheel, Kurbel", temperature: 0.2 });
	assert.equal(answer.text, "Hello there.");
	assert.deepEqual(answer.usage, { type: "tokens", input_tokens: 40,
		input_token_details: { text_tokens: 8, audio_tokens: 32 },
		output_tokens: 3, total_tokens: 43 });

	const { path: url, body } = await kw.fake.only();
	assert.equal(url, `/v1beta/models/${LISTENER}:streamGenerateContent`);
	const [sound, words] = body.contents[0].parts;
	assert.deepEqual(sound, { inlineData: { mimeType: "audio/wav",
		data: WAV.toString("base64") } });
	assert.match(words.text, /^Write down .*language that is spoken\./);
	assert.match(words.text, /language is 'de'.*Keywheel, Kurbel$/);
	const row = await kw.settledRow();
	assert.deepEqual([row.route, row.outcome, row.model, row.prompt_tokens],
	    ["openai.transcription", "complete", LISTENER, 40]);
});

test("openai: streamed, and translated", async () => {
	const list = [event([{ text: "Ha" }]), event([{ text: "llo\u{1f600}" }]),
		event([], STOP)];
	await kw.fake.script({ events: list });
	const got = [];
	const stream = await client().audio.transcriptions.create({
		file: await toFile(MP3, "a.mp3"), model: MODEL, stream: true });
	for await (const e of stream)
		got.push(e);
	assert.deepEqual(got.map((e) => e.delta ?? e.text),
	    ["Ha", "llo\u{1f600}", "Hallo\u{1f600}"]);
	assert.deepEqual(got.map((e) => e.type), ["transcript.text.delta",
		"transcript.text.delta", "transcript.text.done"]);
	assert.equal(got.at(-1).usage.type, "tokens");

	await kw.fake.reset();
	const { text } = await client().audio.translations.create({
		file: await toFile(MP3, "a.mp3"), model: "whisper-1" });
	assert.match(text, /Write down in English/);
	const { path: url, body } = await kw.fake.only();
	assert.equal(url, `/v1beta/models/${LISTENER}:streamGenerateContent`);
	assert.equal(body.contents[0].parts[0].inlineData.mimeType, "audio/mp3");
});

test("curl: plain text", async () => {
	await kw.fake.script({ text: "One\nTwo" });
	const file = path.join(await folder(), "b.ogg");
	await writeFile(file, Buffer.concat([Buffer.from("OggS"), WAV]));
	const { stdout } = await promisify(execFile)("curl", ["-sS", "-m", "20",
		"-H", `Authorization: Bearer ${kw.token}`,
		"-F", `file=@${file}`, "-F", "model=whisper-1",
		"-F", "response_format=text", "-w", "%{http_code} %{content_type}",
		`${kw.base}/v1/audio/transcriptions`]);
	assert.equal(stdout, "One\nTwo\n200 text/plain; charset=utf-8");
	assert.equal((await kw.fake.only()).body.contents[0].parts[0].inlineData
	    .mimeType, "audio/ogg");
});

test("a recording on disk meanwhile, and one that nobody speaks in",
    async () => {
	const bytes = Buffer.alloc(1500001, WAV);
	await kw.fake.script({ events: [event([], STOP)] });
	const answer = await listen({ file: { ...recording, bytes } });
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.json.text, "");
	const { body_bytes: size } = await kw.fake.only();
	assert.ok(size > 2000000 && size < 2001000, `${size}`);
});

test("settings: the model that listens", async () => {
	await kw.set({ TRANSCRIPTION_MODEL: MODEL });
	const answer = await listen({ temperature: 1 });
	assert.equal(answer.status, 200, answer.text);
	const { path: url, body } = await kw.fake.only();
	assert.match(url, new RegExp(`/${MODEL}:`));
	assert.deepEqual(body.generationConfig, { temperature: 1 });
	await kw.set({ FILTERED_MODELS: JSON.stringify([MODEL]) });
	assertRefused(await listen(), 404, "model_not_found", "model");
});

test("bad input: each refused with its field", async () => {
	const file = (name, type, bytes) => ({ file: { name, type, bytes } });
	const rows = [
		[{ file: undefined }, "missing_required_parameter", "file"],
		[{ file: "text" }, "invalid_type", "file"],
		[file("a.wav", "audio/wav", Buffer.alloc(0)), "invalid_value",
			"file"],
		[file("a.txt", "text/plain", Buffer.from("Hi")), "invalid_value",
			"file"],
		[file("a", "", Buffer.from("Hi")), "invalid_value", "file"],
		[{ model: undefined }, "missing_required_parameter", "model"],
		[{ model: "../x" }, "invalid_value", "model"],
		[{ model: "x-tts" }, "unsupported_value", "model"],
		[{ model: ["a", "b"] }, "invalid_value", "model"],
		[{ language: "en'; drop" }, "invalid_value", "language"],
		[{ language: "x".repeat(36) }, "invalid_value", "language"],
		[{ prompt: "\0" }, "invalid_value", "prompt"],
		[{ response_format: "xml" }, "invalid_value", "response_format"],
		[{ response_format: "srt" }, "unsupported_value",
			"response_format"],
		[{ response_format: "verbose_json" }, "unsupported_value",
			"response_format"],
		[{ "timestamp_granularities[]": ["word", "segment"] },
			"unsupported_parameter", "timestamp_granularities[]"],
		[{ "include[]": "logprobs" }, "unsupported_parameter",
			"include[]"],
		[{ stream: "maybe" }, "invalid_value", "stream"],
		[{ temperature: "hot" }, "invalid_type", "temperature"],
		[{ temperature: "nan" }, "invalid_type", "temperature"],
		[{ temperature: 1.1 }, "decimal_above_max_value", "temperature"],
		[{ temperature: -1 }, "decimal_below_min_value", "temperature"],
	];
	for (const [fields, code, param] of rows)
		assertRefused(await listen(fields), 400, code, param);
	assertRefused(await listen({}, { headers: {
		"Content-Type": "application/json" } }), 415,
	    "unsupported_media_type", null);
	assertRefused(await listen({}, { token: "wrong" }), 401,
	    "invalid_api_key", null);
	assertRefused(await listen({}, { body: form({ file: recording })
	    .subarray(0, 200) }), 400, "invalid_json", null);
	await kw.set({ MAX_BODY_MB: 1 });
	assertRefused(await listen({ file: { ...recording,
		bytes: Buffer.alloc(1100000, WAV) } }), 413, "request_too_large",
	    null);
	assert.deepEqual(await kw.fake.requests(), []);
});

test("what Gemini says: too large, refused, hiccups", async () => {
	await kw.fake.script({ status: 400, body: { error: { code: 400,
		message: "Request payload size exceeds the limit: 20971520 bytes.",
		status: "INVALID_ARGUMENT" } } });
	assertRefused(await listen(), 413, "request_too_large", null,
	    /20971520/);
	await kw.fake.script({ events: [
		{ promptFeedback: { blockReason: "SAFETY" } }] });
	assertRefused(await listen(), 400, "content_filter", "file");
	await kw.fake.script({ times: 1, do: { events: [
		event([], { finishReason: "OTHER" })] } });
	assert.equal((await listen()).status, 200);
	await kw.fake.script({ events: [event([{ text: "a" }]),
		event([{ text: "b" }])] });
	const cut = await listen({ stream: "true" });
	const list = events(cut.text);
	assert.deepEqual(list.slice(0, 2).map((e) => e.json.delta), ["a", "b"]);
	assert.equal(list.at(-1).json.error.code, "upstream_error");
	assert.equal((await listen()).status, 502);
});

// Speech: OpenAI's client, curl's way, and Gemini's own.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";

import { events } from "./lib/raw.mjs";
import { kw, test } from "./lib/shared.mjs";
import { MODEL } from "./lib/stack.mjs";

const TTS = "gemini-2.5-flash-preview-tts";
const STOP = { finishReason: "STOP" };
const L16 = "audio/L16;codec=pcm;rate=24000";

/** The tone of the fake, so many bytes of it. */
function tone(bytes = 24000) {
	const out = Buffer.alloc(bytes);
	for (let i = 0; i < bytes / 2; i++) {
		const at = i % 54, rise = at < 27 ? at : 54 - at;
		out.writeInt16LE(Math.trunc(rise * 16000 / 27) - 8000, 2 * i);
	}
	return out;
}

const part = (data, mimeType = L16) =>
    ({ inlineData: { mimeType, data: Buffer.from(data).toString("base64") } });
const event = (parts, more = {}) =>
    ({ candidates: [{ content: { role: "model", parts }, ...more }] });

function client(options = {}) {
	return new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0, ...options });
}

/** A call by hand. */
const speech = (body = {}, more = {}) => ({ method: "POST",
	path: "/v1/audio/speech",
	body: { model: "tts-1", input: "Hello", voice: "alloy",
		response_format: "wav", ...body }, ...more });
const speak = (body, more) => kw.request(speech(body, more));

/** What Gemini was asked. */
async function asked() {
	const { body, path } = await kw.fake.only();
	return { path, text: body.contents[0].parts[0].text,
		config: body.generationConfig, body };
}

const voiceOf = ({ config }) =>
    config.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName;

/** The chunks of a WAV file. */
function readWav(bytes) {
	assert.equal(bytes.toString("latin1", 0, 4), "RIFF");
	assert.equal(bytes.toString("latin1", 8, 16), "WAVEfmt ");
	assert.equal(bytes.toString("latin1", 36, 40), "data");
	return { size: bytes.readUInt32LE(4), tag: bytes.readUInt16LE(20),
		channels: bytes.readUInt16LE(22), rate: bytes.readUInt32LE(24),
		perSecond: bytes.readUInt32LE(28), frame: bytes.readUInt16LE(32),
		bits: bytes.readUInt16LE(34), length: bytes.readUInt32LE(40),
		samples: bytes.subarray(44) };
}

function assertRefused(answer, status, code, param, why) {
	assert.equal(answer.status, status, answer.text);
	assert.match(answer.headers["content-type"], /^application\/json/);
	const { error } = answer.json;
	assert.deepEqual([error.code, error.param], [code, param],
	    answer.text);
	if (why)
		assert.match(error.message, why);
}

// ---- what comes ------------------------------------------------------------

test("openai: a WAV file, its length in front", async () => {
	const answer = await client().audio.speech.create({ model: "tts-1",
		voice: "alloy", input: "Hello", response_format: "wav" });
	assert.equal(answer.headers.get("content-type"), "audio/wav");
	assert.equal(answer.headers.get("content-length"), "24044");
	const { samples, ...wav } = readWav(
	    Buffer.from(await answer.arrayBuffer()));
	assert.deepEqual(wav, { size: 24036, tag: 1, channels: 1, rate: 24000,
		perSecond: 48000, frame: 2, bits: 16, length: 24000 });
	assert.ok(samples.equals(tone()), "the samples are the fake's");

	const { path, text, config, body } = await asked();
	assert.match(path, new RegExp(`/models/${TTS}:streamGenerateContent$`));
	assert.equal(text, "Hello");
	assert.deepEqual(config, { responseModalities: ["AUDIO"], speechConfig: {
		voiceConfig: { prebuiltVoiceConfig: { voiceName: "Zephyr" } } } });
	assert.ok(!("systemInstruction" in body));
	const row = await kw.settledRow();
	assert.deepEqual([row.route, row.outcome, row.status, row.model,
		row.answer_tokens], ["openai.speech", "complete", 200, TTS, 13]);
});

test("pcm: the bytes as they come, on both prefixes", async () => {
	for (const prefix of ["/v1", "/hf/v1"]) {
		const answer = await speak({ response_format: "pcm" },
		    { path: `${prefix}/audio/speech` });
		assert.equal(answer.headers["content-type"], "audio/pcm");
		assert.ok(answer.body.equals(tone()));
	}
	/* The first piece is there while Gemini is not done. */
	await kw.fake.script({ text_events: 3, silence_after_events: 2 });
	const open = kw.open(speech({ response_format: "pcm" }));
	await open.when((a) => a.body.length >= 15998);
	assert.equal(open.answer.status, 200);
	assert.equal(open.answer.body.length, 16000 , "whole samples only");
	open.close();
});

test("a WAV file as it comes says that nobody knows its length", async () => {
	const answer = await speak({ stream_format: "audio" });
	const { size, length, samples } = readWav(answer.body);
	assert.deepEqual([size, length], [0xffffffff, 0xffffffff]);
	assert.ok(samples.equals(tone()));
});

test("curl: a file, and a stream", async () => {
	const curl = (...more) => promisify(execFile)("curl", ["-sSN", "-m", "20",
		"-H", `Authorization: Bearer ${kw.token}`,
		"-H", "Content-Type: application/json", ...more,
		`${kw.base}/v1/audio/speech`], { encoding: "buffer" });
	const ask = (more) => JSON.stringify({ model: "tts-1", input: "Hello",
		response_format: "wav", ...more });
	const file = (await curl("-d", ask())).stdout;
	assert.ok(readWav(file).samples.equals(tone()));
	const stream = (await curl("-d", ask({ stream_format: "sse" }))).stdout;
	const list = events(stream.toString());
	assert.ok(readWav(Buffer.concat(list.slice(0, -1).map((e) =>
	    Buffer.from(e.json.audio, "base64")))).samples.equals(tone()));
});

test("sse: deltas and an end with the usage", async () => {
	const response = await client().audio.speech.create({ model: TTS,
		voice: "Puck", input: "Hello", response_format: "pcm",
		stream_format: "sse" });
	assert.match(response.headers.get("content-type"), /^text\/event-stream/);
	const list = events(await response.text());
	assert.deepEqual(list.map((e) => e.json.type), [
		"speech.audio.delta", "speech.audio.delta", "speech.audio.delta",
		"speech.audio.done"]);
	assert.ok(Buffer.concat(list.slice(0, -1).map((e) =>
	    Buffer.from(e.json.audio, "base64"))).equals(tone()));
	assert.deepEqual(list.at(-1).json.usage,
	    { input_tokens: 2, output_tokens: 13, total_tokens: 15 });
});

// What each form begins with, and what its type is.
const FORMS = {
	mp3: { type: "audio/mpeg", starts: (b) =>
	    b[0] === 0xff && (b[1] & 0xfe) === 0xf2 },
	opus: { type: "audio/opus", starts: (b) =>
	    b.toString("latin1", 0, 4) === "OggS" && b.includes("OpusHead") },
	aac: { type: "audio/aac", starts: (b) =>
	    b[0] === 0xff && (b[1] & 0xf6) === 0xf0 },
	flac: { type: "audio/flac", starts: (b) =>
	    b.toString("latin1", 0, 4) === "fLaC" },
};

test("compressed forms: there, or refused by name", async () => {
	let built = 0;
	for (const [form, { type, starts }] of Object.entries(FORMS)) {
		const answer = await speak({ response_format: form });
		if (answer.status === 400) {
			assertRefused(answer, 400, "unsupported_value",
			    "response_format", new RegExp(
			    `encoder for '${form}'.*'wav', 'pcm'`));
			continue;
		}
		built++;
		assert.equal(answer.headers["content-type"], type);
		assert.ok(starts(answer.body), form);
		assert.ok(answer.body.length > 1000, form);
	}
	/* Without a word: OpenAI's MP3, if it can be. */
	const answer = await speak({ response_format: null });
	const mp3 = (await speak({ response_format: "mp3" })).status === 200;
	assert.equal(answer.headers["content-type"],
	    mp3 ? "audio/mpeg" : "audio/wav");
	assert.ok(built > 0 || !mp3);
});

// ---- what is asked ---------------------------------------------------------

test("voices: Gemini's, OpenAI's, by id, by the settings", async () => {
	const rows = [["kore", "Kore"], ["ZUBENELGENUBI", "Zubenelgenubi"],
		["onyx", "Algenib"], [{ id: "Nova" }, "Leda"], [undefined, "Zephyr"]];
	for (const [voice, expected] of rows) {
		await kw.fake.reset();
		assert.equal((await speak({ voice })).status, 200);
		assert.equal(voiceOf(await asked()), expected);
	}
	await kw.set({ TTS_VOICES: '{"grandma":"gacrux","onyx":"Orus"}',
		TTS_VOICE_NAME: "leda" });
	const mapped = [["Grandma", "Gacrux"], ["onyx", "Orus"],
		[undefined, "Leda"]];
	for (const [voice, expected] of mapped) {
		await kw.fake.reset();
		assert.equal((await speak({ voice })).status, 200);
		assert.equal(voiceOf(await asked()), expected);
	}
	assertRefused(await speak({ voice: "alloy" }), 400, "invalid_value",
	    "voice", /grandma, onyx, Zephyr, Puck/);
});

test("models, instructions and speed", async () => {
	await kw.set({ TTS_MODEL: "gemini-9-tts", TTS_SPEED: "slow" });
	const rows = [
		[{ model: "tts-1-hd" }, "gemini-9-tts",
			"Speak in a slow speed voice: Hello"],
		[{ model: "gpt-4o-mini-tts-2025-12-15",
			instructions: "Say cheerfully: " }, "gemini-9-tts",
			"Say cheerfully. Speak in a slow speed voice: Hello"],
		[{ model: `models/${TTS}` }, TTS,
			"Speak in a slow speed voice: Hello"],
	];
	for (const [body, model, text] of rows) {
		await kw.fake.reset();
		assert.equal((await speak(body)).status, 200);
		const sent = await asked();
		assert.equal(sent.path, `/v1beta/models/${model}:streamGenerateContent`);
		assert.equal(sent.text, text);
	}
	await kw.set({ TTS_SPEED: "normal" });
	const answer = await speak({ speed: 1.5 });
	assert.equal(answer.headers["x-keywheel-adjusted"], "speed");
});

test("two speakers", async () => {
	const answer = await speak({ input: "Joe: Hi! Jane: Hello!", speakers: [
		{ speaker: "Joe", voice: "puck" },
		{ speaker: "Jane", voice: { id: "shimmer" } }] });
	assert.equal(answer.status, 200, answer.text);
	const voice = (voiceName) =>
	    ({ prebuiltVoiceConfig: { voiceName } });
	assert.deepEqual((await asked()).config.speechConfig, {
		multiSpeakerVoiceConfig: { speakerVoiceConfigs: [
			{ speaker: "Joe", voiceConfig: voice("Puck") },
			{ speaker: "Jane", voiceConfig: voice("Kore") }] } });
});

test("bad input: each refused with its field", async () => {
	const joe = { speaker: "Joe", voice: "Puck" };
	const rows = [
		[{ model: undefined }, "missing_required_parameter", "model"],
		[{ model: 5 }, "invalid_type", "model"],
		[{ model: "a b" }, "invalid_value", "model"],
		[{ model: MODEL }, "unsupported_value", "model"],
		[{ input: undefined }, "missing_required_parameter", "input"],
		[{ input: ["a"] }, "invalid_type", "input"],
		[{ input: "" }, "string_below_min_length", "input"],
		[{ voice: "nobody" }, "invalid_value", "voice"],
		[{ voice: "Kore\0" }, "invalid_value", "voice"],
		[{ voice: {} }, "missing_required_parameter", "voice.id"],
		[{ voice: { id: "x" } }, "invalid_value", "voice.id"],
		[{ voice: 7 }, "invalid_type", "voice"],
		[{ instructions: {} }, "invalid_type", "instructions"],
		[{ response_format: "ogg" }, "invalid_value", "response_format"],
		[{ stream_format: "xml" }, "invalid_value", "stream_format"],
		[{ speed: "1" }, "invalid_type", "speed"],
		[{ speed: 0.2 }, "decimal_below_min_value", "speed"],
		[{ speed: 4.5 }, "decimal_above_max_value", "speed"],
		[{ speakers: {} }, "invalid_type", "speakers"],
		[{ speakers: [joe] }, "array_below_min_length", "speakers"],
		[{ speakers: [joe, joe, joe] }, "array_above_max_length",
			"speakers"],
		[{ speakers: [joe, joe] }, "invalid_value", "speakers[1]"],
		[{ speakers: [joe, 1] }, "invalid_type", "speakers[1]"],
		[{ speakers: [{ voice: "Puck" }, joe] },
			"missing_required_parameter", "speakers[0].speaker"],
		[{ speakers: [joe, { speaker: "Jane", voice: "x" }] },
			"invalid_value", "speakers[1].voice"],
	];
	for (const [body, code, param] of rows)
		assertRefused(await speak(body), 400, code, param);
	await kw.set({ FILTERED_MODELS: JSON.stringify([TTS]) });
	assertRefused(await speak({ model: TTS }), 404, "model_not_found",
	    "model");
	assert.deepEqual(await kw.fake.requests(), []);
	assertRefused(await speak({}, { token: "wrong" }), 401,
	    "invalid_api_key", null);
	assert.equal((await speak({}, { method: "GET", body: undefined })).status,
	    405);
});

// ---- odd answers -----------------------------------------------------------

test("a WAV file from Gemini is not wrapped twice, whatever its cuts",
    async () => {
	const samples = tone(6000);
	const header = Buffer.alloc(44);
	header.write("RIFF", 0);
	header.write("WAVEfmt ", 8);
	header.writeUInt32LE(16, 16);
	header.writeUInt16LE(1, 20);
	header.writeUInt16LE(1, 22);
	header.writeUInt32LE(48000, 24);
	header.writeUInt16LE(16, 34);
	header.write("data", 36);
	header.writeUInt32LE(samples.length, 40);
	const file = Buffer.concat([header, samples]);
	const cut = (from, to) => part(file.subarray(from, to), "audio/wav");
	await kw.fake.script({ events: [event([cut(0, 21), cut(21, 1001)]),
		event([cut(1001, 5000)]), event([cut(5000)], STOP)] });
	const wav = readWav((await speak()).body);
	assert.deepEqual([wav.rate, wav.length], [48000, 6000]);
	assert.ok(wav.samples.equals(samples));

	/* Each part a file of its own. */
	await kw.fake.script({ events: [event([part(file, "audio/wav")]),
		event([part(file, "audio/x-wav")], STOP)] });
	const pcm = await speak({ response_format: "pcm" });
	assert.equal(pcm.headers["content-type"],
	    "audio/pcm; rate=48000; channels=1");
	assert.ok(pcm.body.equals(Buffer.concat([samples, samples])));
});

test("no sound, or OTHER: once more, then 502", async () => {
	const rows = [[event([{ text: "I am mute" }], STOP)],
		[event([part(tone(100))], { finishReason: "OTHER" })],
		[event([], { finishReason: "OTHER" })]];
	for (const list of rows) {
		await kw.fake.script({ times: 1, do: { events: list } });
		const answer = await speak();
		assert.equal(answer.status, 200, answer.text);
		assert.ok(readWav(answer.body).samples.equals(tone()));

		await kw.fake.reset();
		await kw.fake.script({ events: list });
		const mute = await speak();
		assert.equal(mute.status, 502, mute.text);
		assert.equal(mute.json.error.type, "server_error");
		assert.equal((await kw.fake.requests()).length, 2);
	}
	assert.deepEqual(await kw.cooldowns(), []);
});

test("what Gemini refuses to say is a 400 about the input", async () => {
	const rows = [[{ promptFeedback: { blockReason: "SAFETY" } }],
		[event([], { finishReason: "PROHIBITED_CONTENT" })]];
	for (const list of rows) {
		await kw.fake.script({ events: list });
		assertRefused(await speak(), 400, "content_filter", "input");
	}
	assert.equal((await kw.settledRow()).outcome, "blocked");
});

test("hostile sound is a 502 before the first byte", async () => {
	const raw = (data, mimeType = L16) =>
	    event([{ inlineData: { mimeType, data } }], STOP);
	const rows = [raw("!!!!"), raw("A"), raw("AAAA", "audio/mpeg"),
		raw("AAAA", "audio/L16;rate=0"),
		raw("AAAA", "audio/L16;rate=99999999999"),
		raw("AAAA", "audio/L16;channels=9"),
		raw("UklGRgAAAABXQVZF////////////", "audio/wav"),
		raw("AAAA", "audio/wav")];
	for (const one of rows) {
		await kw.fake.script({ events: [one] });
		assertRefused(await speak({ response_format: "pcm" }), 502,
		    "upstream_error", null);
	}
	/* Once a sound has begun it keeps its rate. */
	await kw.fake.script({ events: [event([part("abcd")]),
		event([part("efgh", "audio/L16;rate=8000")], STOP)] });
	const torn = await speak({ response_format: "pcm" });
	assert.deepEqual([torn.status, torn.text], [200, "abcd"]);
	assert.equal((await kw.rowOf(torn)).outcome, "truncated");
	const told = await speak({ response_format: "pcm",
		stream_format: "sse" });
	assert.equal(events(told.text).at(-1).json.error.code, "upstream_error");
	/* More at once than may be held; in pieces it does not matter. */
	await kw.set({ MAX_ANSWER_MB: 1 });
	await kw.fake.script({ filler_bytes: 1500000, text_events: 1 });
	assertRefused(await speak({ response_format: "pcm" }), 502,
	    "upstream_error", null);
	await kw.fake.script({ filler_bytes: 1500000, text_events: 30 });
	assert.ok((await speak({ response_format: "pcm" })).body
	    .equals(tone(1500000)));
	/* Half a sample at the end is none. */
	await kw.fake.script({ events: [event([part("abcde")], STOP)] });
	assert.equal((await speak({ response_format: "pcm" })).body.length, 4);
});

test("a sound that breaks off: held, another key; sent, an error", async () => {
	await kw.fake.script({ times: 1, do: { cut_after_events: 1 } });
	const held = await speak();
	assert.ok(readWav(held.body).samples.equals(tone()));
	assert.equal((await kw.failures(held)).length, 1);
	await kw.fake.script({ times: 1, do: { no_finish: true } });
	const sent = await speak({ stream_format: "sse" });
	const list = events(sent.text);
	assert.equal(list.at(-2).json.type, "speech.audio.delta");
	assert.equal(list.at(-1).json.error.code, "upstream_error");
	assert.equal((await kw.rowOf(sent)).outcome, "truncated");
});

test("a sound that is no base64: another key, from the beginning", async () => {
	const broken = { inlineData: { mimeType: L16, data: "####" } };
	await kw.fake.script({ times: 1, do: { events: [
		event([part(tone(100))]), event([broken], STOP)] } });
	const answer = await speak();
	assert.equal(answer.status, 200, answer.text);
	assert.ok(readWav(answer.body).samples.equals(tone()));
	assert.equal((await kw.failures(answer)).length, 1);
});

test("errors of Gemini's come as JSON, and another key may help", async () => {
	await kw.fake.script({ times: 1, do: { error: "rate_minute" } });
	assert.equal((await speak()).status, 200);
	await kw.fake.script({ error: "bad_request" });
	assertRefused(await speak({ stream_format: "sse" }), 400,
	    "invalid_argument", null);
	await kw.fake.script({ error: "not_found_model" });
	assertRefused(await speak(), 404, "model_not_found", "model");
});

test("a model that does not stream is asked for the whole", async () => {
	const why = "is not supported for streamGenerateContent.";
	await kw.fake.script({ method: "streamGenerateContent", do: { status: 404,
		body: { error: { code: 404, status: "NOT_FOUND", message:
			`models/${TTS} is not found for API version v1beta, or ` +
			`${why} Call ListModels.` } } } });
	for (const stream_format of [undefined, "audio"]) {
		const answer = await speak({ stream_format });
		assert.equal(answer.status, 200, answer.text);
		assert.ok(readWav(answer.body).samples.equals(tone()));
	}
	await kw.fake.script({ error: "not_found_model" });
	assertRefused(await speak(), 404, "model_not_found", "model");
});

// ---- Gemini's own ----------------------------------------------------------

test("@google/genai: speech passes, whole and streamed", async () => {
	const ai = new GoogleGenAI({ apiKey: kw.token,
		httpOptions: { baseUrl: kw.base } });
	const request = { model: TTS, contents: "Joe: Hi! Jane: Hello!", config: {
		responseModalities: ["AUDIO"], speechConfig: {
			multiSpeakerVoiceConfig: { speakerVoiceConfigs: [
				{ speaker: "Joe", voiceConfig: {
					prebuiltVoiceConfig: { voiceName: "Kore" } } },
				{ speaker: "Jane", voiceConfig: {
					prebuiltVoiceConfig: { voiceName: "Puck" } } },
			] } } } };
	const bytes = (answer) => Buffer.from(answer.candidates[0].content
	    .parts[0].inlineData.data, "base64");
	const whole = await ai.models.generateContent(request);
	assert.ok(bytes(whole).equals(tone()));
	assert.deepEqual((await kw.fake.only()).body.generationConfig,
	    request.config);
	const pieces = [];
	for await (const piece of await ai.models.generateContentStream(request))
		pieces.push(bytes(piece));
	assert.equal(pieces.length, 3);
	assert.ok(Buffer.concat(pieces).equals(tone()));
	await assert.rejects(ai.models.generateContent(
	    { model: TTS, contents: "Hi" }), /response modalities/);
});

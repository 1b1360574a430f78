// Files: uploaded by Google's protocol and by OpenAI's, used, listed, kept
// apart.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { EventEmitter, once } from "node:events";
import http from "node:http";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { GoogleGenAI } from "@google/genai";
import OpenAI, { toFile } from "openai";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const MB = 1024 * 1024;
const run = promisify(execFile);

/** As the fake tells what has come. */
function crc32(bytes) {
	crc32.table ??= Int32Array.from({ length: 256 }, (_, i) => {
		for (let k = 0; k < 8; k++)
			i = i & 1 ? (i >>> 1) ^ 0xedb88320 : i >>> 1;
		return i;
	});
	let crc = -1;
	for (const byte of bytes)
		crc = (crc >>> 8) ^ crc32.table[(crc ^ byte) & 255];
	return `crc32:${((crc ^ -1) >>> 0).toString(16).padStart(8, "0")}`;
}

function bytes(length) {
	const all = Buffer.allocUnsafe(length);
	for (let i = 0; i < length; i++)
		all[i] = (i * 7 + (i >> 8)) & 255;
	return all;
}

/** Another token that may do what the first one may. */
async function otherToken() {
	const { token } = await kw.cliJson("tokens", "add",
	    `other-${Math.random().toString(36).slice(2)}`);
	return token;
}

function genai(prefix = "", apiKey = kw.token) {
	return new GoogleGenAI({ apiKey,
		httpOptions: { baseUrl: kw.base + prefix } });
}

const openai = (apiKey = kw.token) => new OpenAI(
    { apiKey, baseURL: `${kw.base}/v1`, maxRetries: 0 });

const UPLOAD = "/upload/v1beta/files";

/** A session; its path. */
async function start({ size, type = "text/plain", file = {}, where = UPLOAD,
	token } = {}) {
	const answer = await kw.request({ method: "POST", path: where, token,
		headers: { "X-Goog-Upload-Protocol": "resumable",
			"X-Goog-Upload-Command": "start",
			...(size === undefined ? {}
			    : { "X-Goog-Upload-Header-Content-Length": size }),
			"X-Goog-Upload-Header-Content-Type": type },
		body: { file } });
	assert.equal(answer.status, 200, answer.text);
	const url = new URL(answer.headers["x-goog-upload-url"]);
	assert.equal(url.host, `127.0.0.1`);
	assert.equal(answer.headers["x-goog-upload-status"], "active");
	return url.pathname + url.search;
}

/** One call of a session, without any token. */
function chunk(where, command, offset, body, more = {}) {
	return kw.request({ method: "POST", path: where, token: null, body,
		headers: { "Content-Type": undefined,
			"X-Goog-Upload-Command": command,
			...(offset === undefined ? {}
			    : { "X-Goog-Upload-Offset": offset }),
			...(body === undefined ? { "Content-Length": 0 } : {}) },
		...more });
}

/** A file of that text, by two calls. */
async function upload(text, { token, ...file } = {}) {
	const where = await start({ file, token, size: text.length });
	const answer = await chunk(where, "upload, finalize", 0, text);
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.headers["x-goog-upload-status"], "final");
	return answer.json.file;
}

const withFiles = (...files) => ({ contents: [{ role: "user", parts: [
	{ text: "Hello" }, ...files.map(({ uri, mimeType }) => ({ fileData:
		{ fileUri: uri, mimeType } }))] }] });

test("@google/genai: upload in chunks, with and without a path before",
    async () => {
	const all = bytes(9 * MB);
	for (const prefix of ["", "/gemini"]) {
		const ai = genai(prefix);
		const file = await ai.files.upload({ file: new Blob([all]),
			config: { mimeType: "text/plain", displayName: "Größe" } });
		assert.equal(file.displayName, "Größe");
		assert.equal(file.sizeBytes, String(all.length));
		assert.equal(file.sha256Hash, crc32(all));
		assert.match(file.uri, /^https:\/\/generativelanguage\./);

		const got = await ai.files.get({ name: file.name });
		assert.equal(got.displayName, "Größe");
		const answer = await ai.models.generateContent({ model: MODEL,
			contents: [{ role: "user", parts: [{ text: "Hello" },
			    { fileData: { fileUri: file.uri,
				mimeType: file.mimeType } }] }] });
		assert.equal(answer.text, "You said: Hello");
		const names = [];
		for await (const one of await ai.files.list(
		    { config: { pageSize: 1 } }))
			names.push([one.name, one.displayName]);
		assert.deepEqual(names, [[file.name, "Größe"]]);
		await ai.files.delete({ name: file.name });
		await assert.rejects(ai.files.get({ name: file.name }),
		    { status: 403 });
	}
	const sent = await kw.fake.requests();
	assert.equal(sent.filter(({ path: p }) => p.startsWith("/upload/v1beta"))
	    .length, 6);
	for (const { query } of sent)
		assert.doesNotMatch(query ?? "", /key=/);
});

test("files of one token are used together, also such made side by side",
    async () => {
	const files = await Promise.all([1, 2, 3, 4].map(
	    (i) => upload(`file ${i}`)));
	const answer = await kw.native("generateContent", withFiles(...files));
	assert.equal(answer.status, 200, answer.text);
	const keys = new Set((await kw.fake.requests()).map(({ key }) => key));
	assert.equal(keys.size, 1, [...keys].join());
	for (const method of ["streamGenerateContent", "countTokens"]) {
		const { status, text } =
		    await kw.native(method, withFiles(...files));
		assert.equal(status, 200, text);
	}
	/* Tokens have homes of their own, and plain requests take turns. */
	for (let i = 0; i < KEYS.length; i++)
		assert.equal((await kw.chat()).status, 200);
	assert.equal(Object.keys(await kw.fake.counts()).length, KEYS.length);
});

test("a file is nobody else's, whatever is asked", async () => {
	const file = await upload("secret", { displayName: "mine" });
	const token = await otherToken();
	const id = file.name.replace("files/", "file-");
	for (const [what, status] of [
		[{ path: `/v1beta/${file.name}` }, 403],
		[{ path: `/v1beta/${file.name}:download?alt=media` }, 403],
		[{ path: `/v1beta/${file.name}`, method: "DELETE" }, 403],
		[{ path: `/v1/files/${id}` }, 404],
		[{ path: `/v1/files/${id}/content` }, 404],
		[{ path: `/v1/files/${id}`, method: "DELETE" }, 404],
	]) {
		const answer = await kw.request({ ...what, token });
		assert.equal(answer.status, status, answer.text);
		assert.match(answer.json.error.message,
		    /You do not have permission to access .* or it may not exist/);
	}
	const hidden = { contents: [{ parts: [{ "file\\u0055ri": 1 }] }] };
	for (const body of [
		JSON.stringify(withFiles(file)),
		JSON.stringify(withFiles({ uri: file.name })),
		JSON.stringify({ contents: hidden.contents }).replace("1}",
		    `"${file.uri.replaceAll("/", "\\/")}"}`)
		    .replace("\\\\u", "\\u"),
		`{contents:[{parts:[{file_data:{'file_uri':'${file.uri}'}}]}]}`,
	]) {
		const answer = await kw.native("generateContent",
		    Buffer.from(body), { token });
		assert.equal(answer.status, 403, body);
		assert.equal(answer.json.error.status, "PERMISSION_DENIED");
	}
	const chat = await kw.chat({ messages: [{ role: "user", content: [
		{ type: "file", file: { file_id: id } }] }] }, { token });
	assert.equal(chat.status, 404, chat.text);
	for (const where of ["/v1beta/files", "/v1/files"]) {
		const mine = await kw.request({ path: where });
		assert.match(mine.text, /mine/);
		const others = await kw.request({ path: where, token });
		assert.doesNotMatch(others.text, /mine|fake/);
	}
	/* The administrator's token sees it; so do all, if they are to. */
	assert.equal((await kw.request({ path: `/v1beta/${file.name}`,
		token: kw.adminToken })).status, 200);
	await kw.set({ FILES_USER_ISOLATION_ENABLED: false });
	assert.equal((await kw.request({ path: `/v1beta/${file.name}`, token }))
	    .status, 200);
});

test("an interrupted chunk: ask, and go on", async () => {
	const all = bytes(20 * MB);
	const where = await start({ size: all.length });
	const broken = kw.open({ method: "POST", path: where, token: null,
		headers: { "X-Goog-Upload-Command": "upload, finalize",
			"X-Goog-Upload-Offset": 0, "Content-Length": all.length } });
	broken.write(all.subarray(0, 12 * MB));
	const received = async () => Number((await chunk(where, "query"))
	    .headers["x-goog-upload-size-received"]);
	await until(async () => await received() === 8 * MB,
	    { what: "the first piece" });
	broken.reset();
	await until(async () => (await kw.settledRow(
	    "route = 'gemini.files.upload' and outcome = 'client_gone'")),
	    { what: "the row of the broken chunk" });

	const wrong = await chunk(where, "upload", 5, "x");
	assert.equal(wrong.status, 400, wrong.text);
	assert.equal(wrong.headers["x-goog-upload-status"], "active");
	assert.match(wrong.json.error.message, /offset/);
	const odd = await chunk(where, "upload", 8 * MB, "x");
	assert.equal(odd.status, 400);
	const rest = await chunk(where, "upload, finalize", 8 * MB,
	    all.subarray(8 * MB));
	assert.equal(rest.status, 200, rest.text);
	assert.equal(rest.json.file.sha256Hash, crc32(all));
	assert.equal((await chunk(where, "query")).headers[
	    "x-goog-upload-status"], "final");
	assert.equal((await kw.keyStates()).some(({ faults }) => faults > 0),
	    false);
});

test("what is wrong with an upload is said in Google's form", async () => {
	const unknown = await chunk(`${UPLOAD}?upload_id=nothing`, "query");
	assert.equal(unknown.status, 404, unknown.text);
	assert.equal(unknown.json.error.status, "NOT_FOUND");
	assert.ok(unknown.headers["x-goog-upload-status"]);
	for (const [headers, status, word] of [
		[{ "X-Goog-Upload-Header-Content-Length": 3e9 }, 413, /2048 MB/],
		[{ "X-Goog-Upload-Header-Content-Length": "x" }, 400, /whole/],
	]) {
		const answer = await kw.request({ method: "POST", path: UPLOAD,
			headers: { "X-Goog-Upload-Protocol": "resumable",
				"X-Goog-Upload-Command": "start", ...headers },
			body: {} });
		assert.equal(answer.status, status, answer.text);
		assert.match(answer.json.error.message, word);
	}
	await kw.set({ MAX_BODY_MB: 1 });
	const long = await kw.request({ method: "POST", path: UPLOAD,
		headers: { "X-Goog-Upload-Command": "start" },
		body: { file: { displayName: "x".repeat(2 * MB) } } });
	assert.equal(long.status, 413, long.text);
	const old = await kw.request({ method: "POST", body: {},
		path: `${UPLOAD}?uploadType=resumable` });
	assert.equal(old.status, 400, old.text);
	for (const token of [null, "sk-nobody"]) {
		const answer = await kw.request({ method: "POST", path: UPLOAD, token,
			headers: { "X-Goog-Upload-Command": "start" }, body: {} });
		assert.ok([400, 401].includes(answer.status), answer.text);
	}
	/* In whichever responder, from the first request on. */
	const large = Buffer.alloc(MB + 1);
	for (let i = 1; i <= 4; i++) {
		await kw.set({ MAX_UPLOAD_MB: 2048 });
		await kw.request({ path: "/v1beta/files" });
		await kw.set({ MAX_UPLOAD_MB: 1 });
		const raw = await kw.request({ method: "POST", path: UPLOAD,
			headers: { "X-Goog-Upload-Protocol": "raw" }, body: large });
		assert.equal(raw.status, 413, raw.text);
		const form = new FormData();
		form.append("purpose", "user_data");
		form.append("file", new File([large], "a.txt"));
		const posted = await fetch(`${kw.base}/v1/files`, { method: "POST",
			headers: { Authorization: `Bearer ${kw.token}` }, body: form });
		assert.equal(posted.status, 413);
	}
	await kw.fake.script({ method: "files", do: { status: 409 } });
	const taken = await kw.request({ method: "POST", path: UPLOAD,
		headers: { "X-Goog-Upload-Command": "start" }, body: {} });
	assert.equal(taken.status, 409, taken.text);
	for (const query of ["pageSize=x", "pageSize=-1", "pageToken=x",
		"page_size=x", "page_token=x"]) {
		const answer = await kw.request({ path: `/v1beta/files?${query}` });
		assert.equal(answer.status, 400, answer.text);
	}
});

test("bytes go on as they come, however slowly", async (t) => {
	const seen = new EventEmitter();
	const google = http.createServer(async (request, response) => {
		let body = "";
		for await (const part of request)
			seen.emit("bytes", body += part);
		response.end(JSON.stringify({ file: { name: "files/slow",
			displayName: body } }));
	}).listen(0, "127.0.0.1");
	await once(google, "listening");
	t.after(() => google.close());
	await kw.set({ BASE_URL: `http://127.0.0.1:${google.address().port}/v1beta` });
	const request = http.request(kw.base + UPLOAD, { method: "POST",
		headers: { "x-goog-api-key": kw.token, "Content-Length": 10,
			"X-Goog-Upload-Protocol": "raw" } });
	const answer = once(request, "response");
	for (const upTo of [5, 10]) {
		const came = once(seen, "bytes");
		request.write("0123456789".slice(upTo - 5, upTo));
		assert.equal((await came)[0], "0123456789".slice(0, upTo));
	}
	request.end();
	const [response] = await answer;
	assert.equal(response.statusCode, 200);
	response.resume();
});

test("all in one request, as curl sends it", async () => {
	const dir = await mkdtemp(path.join(os.tmpdir(), "kw-files-"));
	const file = path.join(dir, "a.txt");
	const all = bytes(2 * MB);
	await writeFile(file, all);
	try {
		const curl = async (...args) => JSON.parse((await run("curl",
		    ["-sS", "-m", "20", ...args])).stdout);
		const raw = await curl("-H", `x-goog-api-key: ${kw.token}`,
		    "-H", "X-Goog-Upload-Protocol: raw", "-H",
		    "Content-Type: text/plain", "--data-binary", `@${file}`,
		    kw.base + UPLOAD);
		assert.equal(raw.file.sha256Hash, crc32(all));
		/* Its length is not told: chunked. */
		const media = await curl("-H", "Content-Type: text/plain", "-T",
		    "-", "-X", "POST", "--data-binary", `@${file}`, "-H",
		    "Transfer-Encoding: chunked", `${kw.base}${UPLOAD}` +
		    `?uploadType=media&key=${kw.token}`).catch((error) => error);
		if (media.file)
			assert.equal(media.file.sha256Hash, crc32(all));
		const parts = Buffer.concat([Buffer.from('--xx\r\nContent-Type: ' +
		    'application/json\r\n\r\n{"file":{"display_name":"Two"}}\r\n' +
		    "--xx\r\nContent-Type: text/plain\r\n\r\n"), all,
		    Buffer.from("\r\n--xx--\r\n")]);
		const both = await kw.request({ method: "POST", path: UPLOAD,
			headers: { "X-Goog-Upload-Protocol": "multipart",
				"Content-Type": "multipart/related; boundary=xx" },
			body: parts });
		assert.equal(both.status, 200, both.text);
		assert.equal(both.json.file.displayName, "Two");
		assert.equal(both.json.file.sha256Hash, crc32(all));
		/* OpenAI's form. */
		const form = await curl("-H", `Authorization: Bearer ${kw.token}`,
		    "-F", "purpose=user_data", "-F", `file=@${file}`,
		    `${kw.base}/v1/files`);
		assert.equal(form.bytes, all.length);
		assert.equal(form.filename, "a.txt");
		assert.equal((await readFile(file)).length, all.length);
	} finally {
		await rm(dir, { recursive: true });
	}
	const row = await kw.settledRow("route = 'openai.files.create'");
	assert.equal(row.outcome, "complete");
});

test("openai: create, use, list, retrieve, delete", async () => {
	const client = openai();
	const made = [];
	for (const name of ["a.txt", "b.pdf", "c.mp4"])
		made.push(await client.files.create({ purpose: "user_data",
			file: await toFile(Buffer.from(name), name) }));
	const [a, , c] = made;
	assert.match(a.id, /^file-/);
	assert.equal(a.object, "file");
	assert.equal(a.filename, "a.txt");
	assert.equal(a.bytes, 5);
	assert.equal(a.purpose, "user_data");
	assert.equal(a.status, "processed");
	assert.ok(a.expires_at - a.created_at > 47 * 3600);
	assert.equal(c.status, "uploaded");

	/* A film that Google has not looked at yet is tried again. */
	const chat = await client.chat.completions.create({ model: MODEL,
		messages: [{ role: "user", content: [{ type: "text", text: "Hi" },
		    ...made.map(({ id }) => ({ type: "file",
			file: { file_id: id } }))] }] });
	assert.equal(chat.choices[0].message.content, "You said: Hi");
	const answer = await client.responses.create({ model: MODEL, input: [
		{ role: "user", content: [{ type: "input_text", text: "Hi" },
			{ type: "input_file", file_id: a.id }] }] });
	assert.equal(answer.output_text, "You said: Hi");

	const found = [];
	for await (const one of client.files.list({ limit: 2 }))
		found.push(one.id);
	assert.deepEqual(found, made.map(({ id }) => id).reverse());
	assert.deepEqual((await client.files.list({ order: "asc" })).data.map(
	    ({ id }) => id), made.map(({ id }) => id));
	assert.deepEqual((await client.files.list({ purpose: "batch" })).data, []);
	assert.equal((await client.files.retrieve(c.id)).status, "processed");
	await assert.rejects(client.files.content(a.id), { status: 400 });
	assert.deepEqual(await client.files.delete(a.id),
	    { id: a.id, object: "file", deleted: true });
	await assert.rejects(client.files.retrieve(a.id), { status: 404 });
	for (const [form, param] of [
		[{ purpose: "user_data" }, "file"],
		[{ file: "text", purpose: "user_data" }, "file"],
		[{ file: new File([], "a.txt"), purpose: "user_data" }, "file"],
		[{ file: new File(["a"], "a.txt") }, "purpose"],
		[{ file: new File(["a"], "a.txt"), purpose: "x" }, "purpose"],
	]) {
		const data = new FormData();
		for (const [name, value] of Object.entries(form))
			data.append(name, value);
		const refused = await fetch(`${kw.base}/v1/files`, { method: "POST",
			headers: { Authorization: `Bearer ${kw.token}` }, body: data });
		assert.equal(refused.status, 400);
		assert.equal((await refused.json()).error.param, param);
	}
	for (const query of ["limit=0", "limit=x", "order=x", "after=x"])
		assert.equal((await kw.request({ path: `/v1/files?${query}` }))
		    .status, 400);
});

test("what Gemini has made is downloaded as it comes", async () => {
	const text = "x".repeat(3 * MB);
	const file = await upload(text, { displayName: "generated" });
	const id = file.name.replace("files/", "file-");
	for (const where of [`/v1beta/${file.name}:download?alt=media`,
		`/v1/files/${id}/content`]) {
		const answer = await kw.request({ path: where });
		assert.equal(answer.status, 200, answer.text.slice(0, 200));
		assert.equal(answer.body.length, text.length);
		assert.equal(answer.headers["content-length"], String(text.length));
		assert.equal(answer.headers["content-type"], "text/plain");
	}
});

test("retries stay with the project, and its rest is told", async () => {
	const file = await upload("text");
	const [{ key }] = await kw.fake.requests();
	await kw.fake.script({ times: 1, method: "generateContent",
		do: { error: "internal" } });
	const again = await kw.native("generateContent", withFiles(file));
	assert.equal(again.status, 200, again.text);
	await kw.fake.script({ method: "generateContent", key,
		do: { error: "rate_minute", retry_delay: "33s" } });
	const resting = await kw.native("generateContent", withFiles(file));
	assert.equal(resting.status, 429, resting.text);
	assert.match(resting.json.error.message, /the project's keys/);
	assert.match(resting.text, /"retryDelay":"3[0-9]s"/);
	assert.equal((await kw.native("generateContent")).status, 200);
	const sent = (await kw.fake.requests())
	    .filter(({ body }) => JSON.stringify(body ?? "").includes("fileUri"));
	assert.ok(sent.every((one) => one.key === key));

	/* What stands in another project cannot be used with it. */
	await kw.sql.exec("delete from keywheel.key_cooldown");
	await kw.fake.script();
	const [row] = await kw.sql.rows(
	    "select key_id from keywheel.resources where name like 'files/%'");
	await kw.sql.exec(`insert into keywheel.resources (name, scope, kind,
	    key_id, token_id) select 'files/apart', k.scope, 'files', k.key_id,
	    (select token_id from keywheel.resources limit 1)
	    from keywheel.keys k where k.state = 'active'
	    and k.key_id <> ${row.key_id} limit 1`);
	const apart = await kw.native("generateContent",
	    withFiles(file, { uri: "files/apart" }));
	assert.equal(apart.status, 400, apart.text);
	assert.match(apart.json.error.message, /files\/apart, files\/fake/);

	/* Its key is gone: a clear word, and no other key is asked. */
	await kw.sql.exec(`select keywheel.set_key_state(${row.key_id},
	    'disabled', 'e2e')`);
	const gone = await kw.native("generateContent", withFiles(file));
	assert.equal(gone.status, 503, gone.text);
	assert.match(gone.json.error.message, /uploaded again/);
});

test("old files are deleted at Google", async () => {
	const old = await upload("old");
	const young = await upload("young");
	await kw.set({ FILES_KEEP_HOURS: 2 });
	await kw.sql.exec(`update keywheel.resources
	    set created_at = now() - interval '3 hours'
	    where name = '${old.name}'`);
	const job = await kw.cli("jobs", "run", "files");
	assert.equal(job.status, 0, job.err);
	const list = await kw.request({ path: "/v1beta/files" });
	assert.deepEqual(list.json.files.map(({ name }) => name), [young.name]);
	const deleted = (await kw.fake.requests())
	    .filter(({ verb }) => verb === "DELETE");
	assert.deepEqual(deleted.map(({ path: p }) => p),
	    [`/v1beta/${old.name}`]);
	for (const route of ["gemini.files.upload", "gemini.files.list"])
		await until(async () => (await kw.lastRow(
		    `route = '${route}'`)).outcome === "complete");
});

// Pictures, sound and files: in the request, and by URLs that the gateway
// fetches itself.
import assert from "node:assert/strict";
import { after } from "node:test";
import OpenAI from "openai";

import { events } from "./lib/raw.mjs";
import { kw, test } from "./lib/shared.mjs";
import { Site, redirect } from "./lib/site.mjs";
import { MODEL, chatRequest } from "./lib/stack.mjs";
import { sleep, until } from "./lib/until.mjs";

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUl" +
    "EQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const PDF = Buffer.from("%PDF-1.4\n%%EOF\n");
const WAV = Buffer.from("RIFF$\0\0\0WAVEfmt \x10\0\0\0", "latin1");

const dataUrl = (type, bytes) =>
    `data:${type};base64,${bytes.toString("base64")}`;
const image = (url) => ({ type: "image_url", image_url: { url } });
const inlineData = (mimeType, bytes) =>
    ({ inlineData: { mimeType, data: bytes.toString("base64") } });

/** A chat with these parts. */
const ask = (parts, more = {}) => chatRequest(
    { messages: [{ role: "user", content: parts }], ...more });
const chat = (parts, more) => kw.request(ask(parts, more));

/** What Gemini was asked by the only request that came. */
async function upstreamParts() {
	const { body } = await kw.fake.only();
	return body.contents.at(-1).parts;
}

function assertRefused(answer, path, why) {
	assert.equal(answer.status, 400, answer.text);
	const { error } = answer.json;
	assert.deepEqual([error.code, error.type, error.param],
	    ["invalid_image_url", "invalid_request_error", path]);
	if (why)
		assert.match(error.message, why);
}

const URL_PATH = "messages[0].content[0].image_url.url";

// ---- in the request --------------------------------------------------------

test("openai: a picture, sound and a PDF in a message", async () => {
	const client = new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0 });
	const answer = await client.chat.completions.create({ model: MODEL,
		messages: [{ role: "user", content: [
			{ type: "text", text: "Look and listen" },
			{ type: "image_url", image_url: {
				url: dataUrl("image/png", PNG), detail: "low" } },
			{ type: "input_audio", input_audio: {
				data: WAV.toString("base64"), format: "wav" } },
			{ type: "file", file: { filename: "a.pdf",
				file_data: dataUrl("application/pdf", PDF) } },
		] }] });
	assert.equal(answer.choices[0].message.content,
	    "You said: Look and listen");
	assert.deepEqual(await upstreamParts(), [{ text: "Look and listen" },
		inlineData("image/png", PNG), inlineData("audio/wav", WAV),
		inlineData("application/pdf", PDF)]);
});

test("a public https URL goes to Gemini as it is", async () => {
	const url = "https://pictures.example/cat.png";
	assert.equal((await chat([image(url)])).status, 200);
	assert.deepEqual(await upstreamParts(),
	    [{ fileData: { mimeType: "image/png", fileUri: url } }]);
});

test("what an image model drew comes back as a picture", async () => {
	await kw.fake.script({ events: [{ candidates: [{ content: { role: "model",
		parts: [inlineData("image/png", PNG)] }, finishReason: "STOP" }] }] });
	const drawn = (await chat("draw")).json.choices[0].message;
	assert.equal(drawn.images.length, 1);
	await kw.fake.reset();
	const answer = await kw.chat({ messages: [{ role: "user", content: "draw" },
		drawn, { role: "user", content: "more" }] });
	assert.equal(answer.status, 200, answer.text);
	const { body } = await kw.fake.only();
	assert.deepEqual(body.contents[1],
	    { role: "model", parts: [inlineData("image/png", PNG)] });
});

test("a picture of 8 MB in one event is one delta", async () => {
	const large = Buffer.concat([PNG, Buffer.alloc(6 * 1024 * 1024, 0xfb)]);
	await kw.fake.script({ events: [{ candidates: [{ content: { role: "model",
		parts: [inlineData("image/png", large)] }, finishReason: "STOP" }] }] });
	const answer = await chat("draw", { stream: true });
	const drawn = events(answer.text)
	    .flatMap(({ json }) => json?.choices[0]?.delta.images ?? []);
	assert.equal(drawn.length, 1);
	assert.equal(drawn[0].image_url.url, dataUrl("image/png", large));
});

// ---- fetched by the gateway ------------------------------------------------

const never = (request, response) => {
	response.on("error", () => {});
};
const site = await new Site({
	"/cat.png": { type: "image/png", body: PNG },
	"/untold": { type: "application/octet-stream", body: PNG },
	"/wrong": { type: "text/html", body: PNG },
	"/a.pdf": { type: "application/pdf", body: PDF },
	"/page": { type: "image/png", body: "<!DOCTYPE html><p>secret-page</p>" },
	"/empty": { type: "image/png", body: "" },
	"/gone": { status: 404, body: "secret-page" },
	"/broken": { status: 500, body: "secret-page" },
	"/zip": { type: "application/zip", body: "PK\x03\x04secret-page" },
	"/here": redirect("/cat.png"),
	"/once": redirect("/here"),
	"/twice": redirect("/once"),
	"/thrice": redirect("/twice"),
	"/file": redirect("file:///etc/passwd"),
	"/ftp": redirect("ftp://127.0.0.1/x"),
	"/metadata": redirect("http://169.254.169.254/latest/meta-data/"),
	"/never": never,
	"/half": (request, response) => {
		response.writeHead(200, { "Content-Type": "image/png" });
		response.write(PNG);
	},
	"/cut": (request, response) => {
		response.writeHead(200, { "Content-Type": "image/png",
			"Content-Length": 1000 });
		response.write(PNG);
		setTimeout(() => response.destroy(), 50);
	},
	"/huge": (request, response) => {
		response.writeHead(200, { "Content-Type": "image/png",
			"Content-Length": 100 * 1024 * 1024 });
		response.write(PNG);
	},
	"/endless": (request, response) => {
		response.writeHead(200, { "Content-Type": "image/png" });
		response.write(PNG);
		const more = Buffer.alloc(65536);
		let sent = 0;
		const go = () => {
			do
				sent += more.length;
			while (!response.destroyed && response.write(more));
		};
		response.on("drain", go);
		response.on("close", () => { site.sent = sent; });
		go();
	},
	"/large": { type: "image/png",
		body: Buffer.concat([PNG, Buffer.alloc(700 * 1024)]) },
}).start();
const other = await new Site({
	"/cat.png": { type: "image/png", body: PNG },
	"/to": (request, response) => {
		const to = new URL(request.url, "http://x").searchParams.get("url");
		response.writeHead(307, { Location: to });
		response.end();
	},
}).start();
after(() => Promise.all([site.stop(), other.stop()]));

function quiet() {
	site.forget();
	other.forget();
}

test("http: fetched with ALLOW_PRIVATE_URLS, and nothing is told", async () => {
	quiet();
	await kw.set({ ALLOW_PRIVATE_URLS: true });
	const answer = await chat([image(`${site.url}/cat.png?x=1#y`)]);
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual(await upstreamParts(), [inlineData("image/png", PNG)]);
	assert.equal(site.asked.length, 1);
	const { path, headers } = site.asked[0];
	assert.equal(path, "/cat.png?x=1");
	assert.deepEqual(Object.keys(headers).sort(),
	    ["accept", "host", "user-agent"]);
	assert.match(headers["user-agent"], /^keywheel\//);
});

test("the bytes tell the type, not the server", async () => {
	await kw.set({ ALLOW_PRIVATE_URLS: true });
	const answer = await chat(["/untold", "/wrong", "/cat.png"].map((path) =>
	    image(site.url + path)).concat({ type: "file",
		file: { file_data: `${site.url}/a.pdf` } }));
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual(await upstreamParts(),
	    [...Array(3).fill(inlineData("image/png", PNG)),
		inlineData("application/pdf", PDF)]);
});

test("URL_ALLOW_LIST: a host with its port, a host, a domain", async () => {
	for (const [host, entry] of [["127.0.0.1", site.host],
		["127.0.0.1", "127.0.0.1"], ["localhost", `LOCALHOST:${site.port}`],
		["cat.localhost", "*.localhost"]]) {
		quiet();
		await kw.fake.reset();
		await kw.set({ URL_ALLOW_LIST: JSON.stringify([entry]) });
		const answer = await chat(
		    [image(`http://${host}:${site.port}/cat.png`)]);
		assert.equal(answer.status, 200, `${entry}: ${answer.text}`);
		assert.equal(site.asked.length, 1, entry);
	}
});

test("URL_ALLOW_LIST: what is not in it is refused", async () => {
	for (const entry of [other.host, `127.0.0.2:${site.port}`, "*.0.0.1",
		"localhost", "*"]) {
		quiet();
		await kw.set({ URL_ALLOW_LIST: JSON.stringify([entry]) });
		assertRefused(await chat([image(`${site.url}/cat.png`)]), URL_PATH);
		assert.equal(site.connections, 0, entry);
	}
	assert.deepEqual(await kw.fake.requests(), []);
});

/* Every way to say "this host", and what must never be asked. */
const PRIVATE = ["127.0.0.1", "localhost", "LOCALHOST.", "a.localhost",
	"127.1", "127.0.1", "2130706433", "017700000001", "0x7f000001",
	"0x7f.0.0.1", "0177.0.0.01", "127.0.0.2", "[::1]",
	"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]",
	"[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]"];
const NEVER = ["0.0.0.0", "0", "[::]", "169.254.169.254", "2852039166",
	 "[::ffff:169.254.169.254]", "[fd00:ec2::254]",
	"224.0.0.1", "255.255.255.255"];

test("private addresses are refused, however they are written", async () => {
	const anywhere = await new Site({}).start("::").catch(() => null);
	quiet();
	for (const host of [...PRIVATE, ...NEVER]) {
		const ports = anywhere ? [site.port, anywhere.port] : [site.port];
		for (const port of ports) {
			const answer = await chat(
			    [image(`http://${host}:${port}/cat.png`)]);
			assert.equal(answer.status, 400, `${host}: ${answer.text}`);
			assertRefused(answer, URL_PATH);
		}
	}
	assert.equal(site.connections, 0);
	assert.equal(anywhere?.connections ?? 0, 0);
	assert.deepEqual(await kw.fake.requests(), []);
	await anywhere?.stop();
});

test("metadata and the like are refused even so", async () => {
	await kw.set({ ALLOW_PRIVATE_URLS: true, CONNECT_TIMEOUT: 1,
		URL_ALLOW_LIST: JSON.stringify(["169.254.169.254", "0.0.0.0"]) });
	for (const host of NEVER)
		assertRefused(await chat([image(`http://${host}/cat.png`)]), URL_PATH,
		    /address or port that is not fetched from|is not valid/);
	assertRefused(await chat([image(`${site.url}/metadata`)]), URL_PATH,
	    /address or port/);
});

test("ports of other services are refused", async () => {
	await kw.set({ ALLOW_PRIVATE_URLS: true });
	for (const port of [1, 22, 25, 81, 1023])
		assertRefused(await chat([image(`http://127.0.0.1:${port}/x.png`)]),
		    URL_PATH, /address or port that is not fetched from/);
	await kw.set({ URL_ALLOW_LIST: JSON.stringify(["127.0.0.1:1"]) });
	assertRefused(await chat([image("http://127.0.0.1:1/x.png")]), URL_PATH,
	    /cannot be reached/);
});

test("redirects: three, and every one is looked at", async () => {
	await kw.set({ URL_ALLOW_LIST: JSON.stringify([site.host]) });
	quiet();
	assert.equal((await chat([image(`${site.url}/twice`)])).status, 200);
	assert.deepEqual(site.asked.map(({ path }) => path),
	    ["/twice", "/once", "/here", "/cat.png"]);
	assert.ok(site.asked.every(({ headers }) => !("referer" in headers)));
	assertRefused(await chat([image(`${site.url}/thrice`)]), URL_PATH,
	    /leads on too many times/);
	for (const path of ["/file", "/ftp"])
		assertRefused(await chat([image(site.url + path)]), URL_PATH,
		    /not valid/);
	assertRefused(await chat([image(`${site.url}/metadata`)]), URL_PATH,
	    /address or port/);
});

test("a redirect from a host of the list to one that is not", async () => {
	await kw.set({ URL_ALLOW_LIST: JSON.stringify([other.host]) });
	const via = (url) => image(`${other.url}/to?url=${encodeURIComponent(url)}`);
	quiet();
	assert.equal((await chat([via(`${other.url}/cat.png`)])).status, 200);
	for (const url of [`${site.url}/cat.png`, `http://localhost:${other.port}/`,
		`http://u:p@${other.host}/cat.png`, `//${site.host}/cat.png`])
		assertRefused(await chat([via(url)]), URL_PATH);
	assert.equal(site.connections, 0);
	await kw.set({ URL_ALLOW_LIST: JSON.stringify([other.host, site.host]) });
	assert.equal((await chat([via(`${site.url}/cat.png`)])).status, 200);
});

test("what is no picture is refused, and none of it is told", async () => {
	await kw.set({ ALLOW_PRIVATE_URLS: true });
	for (const [path, why] of [["/page", /text\/html/], ["/empty", /nothing/],
		["/gone", /status 200/], ["/broken", /status 200/],
		["/zip", /application\/zip/], ["/nothing", /status 200/],
		["/cut", /broke the connection/]]) {
		const answer = await chat([image(site.url + path)]);
		assertRefused(answer, URL_PATH, why);
		assert.doesNotMatch(answer.text, /secret-page/);
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.outcome, row.status, row.attempts],
		    ["client_error", 400, 0]);
	}
	assertRefused(await chat([image("http://127.0.0.1:9/x.png")]), URL_PATH,
	    /address or port/);
	assert.deepEqual(await kw.fake.requests(), []);
});

test("a body that does not end is cut at FETCH_MAX_MB", async () => {
	await kw.set({ ALLOW_PRIVATE_URLS: true, FETCH_MAX_MB: 1 });
	quiet();
	assertRefused(await chat([image(`${site.url}/endless`)]), URL_PATH,
	    /larger/);
	await until(() => site.closed === 1);
	/* What the sockets hold comes on top. */
	assert.ok(site.sent < 8 * 1024 * 1024, `${site.sent} bytes`);
	assertRefused(await chat([image(`${site.url}/huge`)]), URL_PATH, /larger/);
});

test("all together are cut at MAX_BODY_MB", async () => {
	await kw.set({ ALLOW_PRIVATE_URLS: true, MAX_BODY_MB: 1 });
	const large = image(`${site.url}/large`);
	assert.equal((await chat([large])).status, 200);
	assertRefused(await chat([large, image(`${site.url}/large?2`)]),
	    "messages[0].content[1].image_url.url", /larger/);
	assertRefused(await chat([large, large]),
	    "messages[0].content[1].image_url.url", /together/);
});

test("a host that hangs: FETCH_TIMEOUT, and others are served", async () => {
	await kw.set({ ALLOW_PRIVATE_URLS: true, FETCH_TIMEOUT: 2 });
	for (const path of ["/never", "/half"]) {
		const begun = Date.now();
		let ended = 0;
		const hanging = chat([image(site.url + path)]);
		hanging.then(() => { ended = Date.now(); });
		await until(() => site.asked.some((a) => a.path === path));
		for (let i = 0; i < 5; i++) {
			assert.equal((await kw.request({ path: "/health" })).status, 200);
			assert.equal((await kw.chat()).status, 200);
		}
		assert.equal(ended, 0, "it did not hang meanwhile");
		assertRefused(await hanging, URL_PATH, /in time/);
		assert.ok(Date.now() - begun < 10000);
	}
});

test("the client leaves: the fetch ends, and Gemini is not asked", async () => {
	await kw.set({ ALLOW_PRIVATE_URLS: true, FETCH_TIMEOUT: 30 });
	for (const path of ["/never", "/half"]) {
		quiet();
		const connection = kw.open(ask([image(site.url + path)]));
		await until(() => site.asked.length === 1);
		const { n } = await kw.sql.row(`select count(*)::int as n
		    from keywheel.report_requests where outcome = 'client_gone'`);
		connection.close();
		await until(() => site.closed === 1, { timeout: 4000 });
		await until(async () => (await kw.sql.row(`select count(*)::int as n
		    from keywheel.report_requests where outcome = 'client_gone'`))
		    .n === n + 1, { what: "the row" });
	}
	assert.deepEqual(await kw.fake.requests(), []);
});

test("nothing is fetched for a wrong token", async () => {
	await kw.set({ ALLOW_PRIVATE_URLS: true });
	quiet();
	const answer = await kw.request({ ...ask([image(`${site.url}/cat.png`)]),
		token: "sk-wrong-wrong-wrong-wrong" });
	assert.equal(answer.status, 401, answer.text);
	await sleep(100);
	assert.equal(site.connections, 0);
});

test("fetched once: for all attempts, and after new settings", async () => {
	await kw.useKeys(3);
	await kw.set({ ALLOW_PRIVATE_URLS: true });
	await kw.fake.script({ do: { error: "rate_minute" }, times: 2 });
	quiet();
	const answer = await chat([image(`${site.url}/cat.png`)]);
	assert.equal(answer.status, 200, answer.text);
	assert.equal(site.asked.length, 1);
	assert.equal((await kw.fake.requests()).length, 3);

	/* The settings change while the picture is fetched. */
	await kw.fake.reset();
	const safety = [{ category: "HARM_CATEGORY_HARASSMENT",
		threshold: "BLOCK_NONE" }];
	site.pages["/slow"] = async (request, response) => {
		await kw.set({ SAFETY_SETTINGS: JSON.stringify(safety) });
		response.writeHead(200, { "Content-Type": "image/png" });
		response.end(PNG);
	};
	quiet();
	assert.equal((await chat([image(`${site.url}/slow`)])).status, 200);
	assert.equal(site.asked.length, 1);
	const { body } = await kw.fake.only();
	assert.deepEqual(body.safetySettings, safety);
	assert.deepEqual(body.contents[0].parts, [inlineData("image/png", PNG)]);
});

// Pictures of chat answers on image hosts, and the built-in one.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after } from "node:test";
import OpenAI from "openai";

import { ACCOUNT, Hosts, failures } from "./lib/hosts.mjs";
import { events, request } from "./lib/raw.mjs";
import { kw, test as bare } from "./lib/shared.mjs";
import { KEYS, MODEL, chatRequest, freePort } from "./lib/stack.mjs";
import { until } from "./lib/until.mjs";

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUl" +
    "EQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const JPEG = Buffer.concat([Buffer.from("ffd8ffe000104a464946", "hex"),
	Buffer.alloc(700000, "jpeg")]);

const hosts = await new Hosts().start();
after(() => hosts.stop());

/** The settings of each host's account. */
const accounts = {
	smms: { UPLOAD_PROVIDER: "smms", SMMS_API_URL: `${hosts.url}/smms`,
		SMMS_SECRET_TOKEN: ACCOUNT.smms },
	picgo: { UPLOAD_PROVIDER: "picgo", PICGO_API_URL: `${hosts.url}/picgo`,
		PICGO_API_KEY: ACCOUNT.picgo },
	cloudflare: { UPLOAD_PROVIDER: "cloudflare_imgbed",
		CLOUDFLARE_IMGBED_URL: `${hosts.url}/cloudflare/upload`,
		CLOUDFLARE_IMGBED_AUTH_CODE: ACCOUNT.cloudflare,
		CLOUDFLARE_IMGBED_UPLOAD_FOLDER: ACCOUNT.folder },
	oss: { UPLOAD_PROVIDER: "aliyun_oss", OSS_ENDPOINT: hosts.url,
		OSS_ACCESS_KEY: ACCOUNT.ossId,
		OSS_ACCESS_KEY_SECRET: ACCOUNT.ossSecret,
		OSS_BUCKET_NAME: ACCOUNT.bucket, OSS_REGION: "cn-x" },
};
const BUILT_IN = { UPLOAD_PROVIDER: "builtin", CHAT_PICTURE_LINKS: "always" };

const part = (bytes, mimeType = "image/png") =>
    ({ inlineData: { mimeType, data: bytes.toString("base64") } });
const dataUrl = (bytes, mimeType = "image/png") =>
    `data:${mimeType};base64,${bytes.toString("base64")}`;

function test(name, fn) {
	bare(name, async (t) => {
		hosts.forget();
		await draw(part(PNG));
		await fn(t);
	});
}

/** Gemini answers with these parts. */
async function draw(...parts) {
	await kw.fake.script({ events: [{ candidates: [{ content: { role: "model",
		parts: [{ text: "Look:" }, ...parts] }, finishReason: "STOP" }] }] });
}

/** One whole chat: {content, images: their URLs}. */
async function whole(more) {
	const { status, json, text } = await kw.chat({}, more);
	assert.equal(status, 200, text);
	const { content, images } = json.choices[0].message;
	return { content, images: images.map((image) => image.image_url.url) };
}

/** … and a streamed one. */
async function streamed() {
	const answer = await kw.chat({ stream: true });
	assert.equal(answer.status, 200, answer.text);
	const all = events(answer.text);
	assert.equal(all.at(-1).data, "[DONE]");
	const deltas = all.map((event) => event.json?.choices?.[0]?.delta ?? {});
	return { content: deltas.map((delta) => delta.content ?? "").join(""),
		images: deltas.flatMap((delta) => delta.images ?? [])
		    .map((image) => image.image_url.url) };
}

const linked = (url) =>
    ({ content: `Look:\n\n![image](${url})\n\n`, images: [url] });
const inside = (bytes = PNG, mime) =>
    ({ content: "Look:", images: [dataUrl(bytes, mime)] });

async function assertNobodyBlamed() {
	for (const key of await kw.keyStates())
		assert.deepEqual([key.state, key.faults, key.rests_until],
		    ["active", 0, null]);
	assert.deepEqual(await kw.cooldowns(), []);
	const { outcome, attempts } = await kw.settledRow();
	assert.deepEqual([outcome, Number(attempts)], ["complete", 1]);
}

const log = () => readFile(path.join(kw.state, "log/responders.log"), "utf8");

// ---- hosts with an account -------------------------------------------------

for (const [host, account] of Object.entries(accounts)) {
	test(`${host}: whole and streamed, by what the bytes are`, async () => {
		await kw.set(account);
		for (const chat of [whole, streamed]) {
			hosts.forget();
			assert.deepEqual(await chat(), linked(hosts.taken[0]?.url),
			    hosts.refused.join());
			const [{ mime, bytes, name }] = hosts.taken;
			assert.deepEqual([mime, bytes.equals(PNG)], ["image/png", true]);
			assert.match(name, /\.png$/);
		}
		/* Said to be PNG, but it is none. */
		hosts.forget();
		await draw(part(JPEG));
		assert.deepEqual(await whole(), linked(hosts.taken[0]?.url));
		const [{ mime, bytes, name }] = hosts.taken;
		assert.deepEqual([mime, bytes.equals(JPEG)], ["image/jpeg", true]);
		assert.match(name, /\.jpg$/);
	});
}

test("answers in another form, and a picture that the host has already",
    async () => {
	for (const [host, fail] of [["picgo", "other"], ["cloudflare", "other"],
		["smms", "repeat"]]) {
		await kw.set(accounts[host]);
		hosts.forget();
		hosts.fail = fail;
		assert.deepEqual(await whole(), linked(hosts.taken[0]?.url), host);
	}
});

test("a host that fails: the picture stays, nobody is blamed", async () => {
	await kw.set({ ...accounts.smms, UPLOAD_TIMEOUT: 1 });
	for (const how of Object.keys(failures)) {
		hosts.forget();
		hosts.fail = how;
		assert.deepEqual(await whole(), inside(), how);
		assert.equal(hosts.asked, 1, how);
		await assertNobodyBlamed();
	}
	await kw.set({ SMMS_API_URL: `http://127.0.0.1:${await freePort()}/x` });
	assert.deepEqual(await streamed(), inside());
	await assertNobodyBlamed();
	const text = await log();
	assert.match(text, /a picture could not be put on smms: .*status 500/);
	for (const secret of [ACCOUNT.smms, ACCOUNT.picgo, ACCOUNT.cloudflare,
		ACCOUNT.ossSecret])
		assert.ok(!text.includes(secret) &&
		    !text.includes(encodeURIComponent(secret)));
});

test("wrong credentials of every kind", async () => {
	const wrong = { smms: "SMMS_SECRET_TOKEN", picgo: "PICGO_API_KEY",
		cloudflare: "CLOUDFLARE_IMGBED_AUTH_CODE",
		oss: "OSS_ACCESS_KEY_SECRET" };
	for (const [host, setting] of Object.entries(wrong)) {
		hosts.forget();
		await kw.set({ ...accounts[host], [setting]: "wr0ng-secret" });
		assert.deepEqual(await whole(), inside(), host);
		assert.equal(hosts.refused.length, 1, host);
	}
	assert.ok(!(await log()).includes("wr0ng-secret"));
	await assertNobodyBlamed();
});

test("OSS: the inner endpoint if it can be reached", async () => {
	const other = await new Hosts().start();
	try {
		await kw.set({ ...accounts.oss, OSS_ENDPOINT_INNER: other.url });
		const { images: [url] } = await whole();
		assert.equal(other.taken.length, 1);
		assert.equal(url, hosts.url + other.taken[0].name);
		assert.equal(hosts.asked, 0);
	} finally {
		await other.stop();
	}
	assert.deepEqual(await whole(), linked(hosts.taken[0]?.url));
});

test("who leaves while the host hangs is noticed", async () => {
	await kw.set(accounts.smms);
	hosts.fail = "hang";
	const connection = kw.openChat({ stream: true });
	await until(() => hosts.asked === 1, { what: "the upload" });
	connection.reset();
	await until(() => hosts.left === 1, { what: "its end" });
});

test("never, and only where there is an account", async () => {
	await kw.set({ ...accounts.smms, CHAT_PICTURE_LINKS: "never" });
	assert.deepEqual(await whole(), inside());
	await kw.set({ CHAT_PICTURE_LINKS: "account", SMMS_SECRET_TOKEN: "" });
	assert.deepEqual(await whole(), inside());
	assert.equal(hosts.asked, 0);
	/* Without one the built-in host stands in. */
	await kw.set({ CHAT_PICTURE_LINKS: "always" });
	const { images: [url] } = await whole();
	assert.ok(url.startsWith("http://127.0.0.1/pictures/"), url);
});

test("a JSON answer keeps its text; two pictures have two addresses",
    async () => {
	await kw.set(accounts.smms);
	await draw(part(PNG), part(JPEG));
	const answer = await kw.chat({ response_format: { type: "json_object" } });
	const { content, images } = answer.json.choices[0].message;
	assert.equal(content, "Look:");
	assert.deepEqual(images.map((image) => image.image_url.url),
	    hosts.taken.map((file) => file.url));
	assert.deepEqual(images.map((image) => image.index), [0, 1]);
});

// ---- the built-in one ------------------------------------------------------

/** Its answer to GET without a token. */
const fetchPicture = (url, more = {}) => request(kw.port,
    { path: new URL(url).pathname, ...more });

test("builtin: a picture, whoever asks, until its time is over", async () => {
	await kw.set({ ...BUILT_IN, PICTURE_HOURS: 2 });
	const client = new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0 });
	await draw(part(JPEG));
	const { choices: [{ message }] } = await client.chat.completions.create({
		model: MODEL, messages: [{ role: "user", content: "Draw" }] });
	const url = message.images[0].image_url.url;
	assert.match(url, new RegExp(
	    `^${kw.base}/pictures/[0-9A-Za-z]{24}\\.jpg$`));
	assert.equal(message.content, linked(url).content);

	const got = await fetchPicture(url);
	assert.equal(got.status, 200);
	assert.ok(got.body.equals(JPEG));
	const { etag } = got.headers;
	assert.match(etag, /^"[0-9a-f]{16}"$/);
	assert.deepEqual([got.headers["content-type"],
		got.headers["content-length"], got.headers["x-content-type-options"],
		got.headers["cross-origin-resource-policy"]],
	    ["image/jpeg", String(JPEG.length), "nosniff", "cross-origin"]);
	assert.match(got.headers["content-security-policy"],
	    /^default-src 'none'.*sandbox/);
	const age = Number(/^private, max-age=(\d+), immutable$/.exec(
	    got.headers["cache-control"])[1]);
	assert.ok(age > 7000 && age <= 7200, String(age));

	const head = await fetchPicture(url, { method: "HEAD" });
	assert.deepEqual([head.status, head.body.length,
		head.headers["content-length"]], [200, 0, String(JPEG.length)]);
	for (const known of [etag, `W/${etag}, "x"`, "*"]) {
		const answer = await fetchPicture(url,
		    { headers: { "If-None-Match": known } });
		assert.deepEqual([answer.status, answer.body.length,
			answer.headers.etag], [304, 0, etag]);
	}
	const other = await fetchPicture(url,
	    { headers: { "If-None-Match": '"0123456789abcdef"' } });
	assert.equal(other.status, 200);
	assert.equal((await fetchPicture(url,
	    { method: "POST", body: "" })).status, 405);

	/* The database does not know the name. */
	const name = url.split("/").at(-1);
	assert.equal(await kw.sql.exec(`select count(*) from keywheel.pictures
	    where pictures::text like '%${name.slice(0, 24)}%'`), "0");
	await kw.sql.exec("update keywheel.pictures set expires_at = now()");
	for (const [path, why] of [[url, "over"], [url.replace("jpg", "png"),
		"another ending"], [`${kw.base}/pictures/x.png`, "no name"],
		[`${kw.base}/pictures/${"a".repeat(24)}.jpg`, "a guess"],
		[`${kw.base}/pictures/${"a".repeat(24)}.svg`, "no picture"],
		[`${kw.base}/pictures/${"a".repeat(24)}.png%20`, "a blank"],
		[`${kw.base}/pictures/..%2f..%2fetc.png`, "a path"]]) {
		const answer = await fetchPicture(path);
		assert.deepEqual([answer.status, answer.json.error.code],
		    [404, "unknown_url"], why);
	}
	const { out } = await kw.cli("jobs", "run", "pictures");
	assert.match(out, /pictures removed/);
	assert.equal(await kw.sql.exec(
	    "select count(*) from keywheel.picture_pieces"), "0");
});

test("builtin: a picture comes back in the history, and one that is over",
    async () => {
	await kw.set(BUILT_IN);
	const model = "gemini-2.5-flash-image";
	const { content, images: [url] } = await whole();
	const asked = async (message) => {
		await kw.fake.reset();
		await draw(part(PNG));
		const answer = await kw.chat({ model, messages: [
			{ role: "user", content: "Draw" },
			{ role: "assistant", ...message },
			{ role: "user", content: "Again" }] });
		assert.equal(answer.status, 200, answer.text);
		const { body } = await kw.fake.only();
		return body.contents[1].parts;
	};
	const image = { type: "image_url", image_url: { url } };
	const picture = { inlineData: { mimeType: "image/png",
		data: PNG.toString("base64") } };
	assert.deepEqual(await asked({ content }), [{ text: "Look:\n\n" }, picture]);
	assert.deepEqual(await asked({ content: "Look:", images: [image] }),
	    [{ text: "Look:" }, picture]);
	/* Both are one. */
	assert.deepEqual(await asked({ content, images: [image] }),
	    [{ text: "Look:\n\n" }, { text: `![image](${url})` }, picture]);
	await kw.sql.exec("update keywheel.pictures set expires_at = now()");
	assert.deepEqual(await asked({ content }),
	    [{ text: "Look:\n\n" }, { text: `![image](${url})` }]);
	assert.deepEqual(await asked({ content: "Look:", images: [image] }),
	    [{ text: "Look:" }, { text: "[image]" }]);
});

test("builtin: its addresses, and hosts that are none", async () => {
	await kw.set(BUILT_IN);
	for (const host of ["gw.example", "gw.example:8080", "[::1]:9"]) {
		const { images: [url] } = await whole({ headers: { Host: host } });
		assert.ok(url.startsWith(`http://${host}/pictures/`), url);
	}
	/* None at all, as HTTP/1.0 allows. */
	const bare = await kw.request({ ...chatRequest(), version: "1.0",
		headers: { Host: null } });
	assert.equal(bare.json.choices[0].message.images[0].image_url.url,
	    dataUrl(PNG));
	await kw.set({ PUBLIC_URL: "https://pics.example/keywheel" });
	const { images: [url] } = await whole({ headers: { Host: "other" } });
	assert.match(url, /^https:\/\/pics\.example\/keywheel\/pictures\/\w+\.png$/);
	await assertNobodyBlamed();
});

test("builtin: no room", async () => {
	await kw.set({ ...BUILT_IN, PICTURE_STORE_MB: 0 });
	assert.deepEqual(await whole(), inside());
	await kw.set({ PICTURE_STORE_MB: 1 });
	await draw(part(JPEG));
	const first = (await whole()).images[0];
	const second = (await whole()).images[0];
	assert.equal((await fetchPicture(first)).status, 404);
	assert.equal((await fetchPicture(second)).status, 200);
	await draw(part(Buffer.concat([JPEG, JPEG])));
	assert.deepEqual(await whole(), inside(Buffer.concat([JPEG, JPEG])));
	await assertNobodyBlamed();
});

test("what is no picture stays where it is", async () => {
	await kw.set(BUILT_IN);
	const svg = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>");
	await draw(part(svg, "image/svg+xml"));
	assert.deepEqual(await whole(), inside(svg, "image/svg+xml"));
	await assertNobodyBlamed();
});

// What a large request costs: a responder's memory at its peak.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import nodeTest, { after } from "node:test";

import { Site } from "./lib/site.mjs";
import { chatRequest, startStack } from "./lib/stack.mjs";
import { until } from "./lib/until.mjs";

const MB = 1024 * 1024;

/* One responder, so that it is known who serves. */
const kw = await startStack({ options: ["--responders", "1"] });
after(() => kw.stop());
const parent = await kw.pid("responders");
const [child] = (await readFile(
    `/proc/${parent}/task/${parent}/children`, "utf8")).trim().split(" ");

async function memory(field) {
	const status = await readFile(`/proc/${child}/status`, "utf8");
	return Number(status.match(RegExp(`${field}:\\s+(\\d+) kB`))[1]) * 1024;
}

const image = (url) => ({ type: "image_url", image_url: { url } });
const png = (bytes) => Buffer.concat([
	Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(bytes, 0xfb)]);

/** Peak memory of one request; all of it is given back afterwards. */
async function peak(t, request, size) {
	const small = await kw.chat();
	assert.equal(small.status, 200, small.text);
	const idle = await memory("VmRSS");
	await writeFile(`/proc/${child}/clear_refs`, "5");
	const answer = await kw.request(request);
	assert.equal(answer.status, 200, answer.text);
	const most = await memory("VmHWM");
	t.diagnostic(`${(size / MB).toFixed(1)} MB: idle ` +
	    `${(idle / MB).toFixed(1)} MB, peak ${(most / MB).toFixed(1)} MB`);
	await until(async () => await memory("VmRSS") <= idle + 4 * MB,
	    { what: "the memory to be given back" });
	return most;
}

nodeTest("a picture of 20 MB: at most three times the body", async (t) => {
	const data = png(15 * MB).toString("base64");
	for (const [name, text, more] of [
		["as it should be", data, 0],
		["in lines", data.replace(/.{76}/g, "$&\n"), 20 * MB],
		["URL-safe", data.replaceAll("+", "-").replaceAll("/", "_"), 20 * MB],
	]) {
		const request = chatRequest({ messages: [{ role: "user",
			content: [image(`data:image/png;base64,${text}`)] }] });
		request.body = JSON.stringify(request.body);
		const size = request.body.length;
		t.diagnostic(name);
		const most = await peak(t, request, size);
		assert.ok(most <= 3 * size + more, `${most} for ${size}`);
	}
	const { how, body_bytes: bytes } = (await kw.fake.requests()).at(-1);
	assert.equal(how, "complete");
	assert.ok(bytes > 20 * MB);
});

nodeTest("a picture of 15 MB by URL: at most four times its size", async (t) => {
	const site = await new Site({
		"/a.png": { type: "image/png", body: png(15 * MB) },
	}).start();
	await kw.set({ ALLOW_PRIVATE_URLS: true });
	const request = chatRequest({ messages: [{ role: "user",
		content: [image(`${site.url}/a.png`)] }] });
	const most = await peak(t, request, 15 * MB);
	assert.ok(most <= 4 * 15 * MB, `${most}`);
	await site.stop();
});

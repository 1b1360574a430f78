// Runs last: what all those requests have left behind holds no secret.
import assert from "node:assert/strict";
import { lstat, readFile, readdir } from "node:fs/promises";
import path from "node:path";

import { KEYS } from "./lib/stack.mjs";
import { PAID, VERTEX } from "./lib/pools.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

/** Files that are there to hold a secret, and PostgreSQL's own. */
const KEEPERS = ["token", "admin-token", "master.key", "postgres"];

async function files(folder) {
	const list = [];
	for (const name of await readdir(folder)) {
		const full = path.join(folder, name);
		const info = await lstat(full);
		if (info.isDirectory())
			list.push(...await files(full));
		else if (info.isFile())
			list.push(full);
	}
	return list;
}

async function searched() {
	const names = (await readdir(kw.state))
	    .filter((name) => !KEEPERS.includes(name));
	const list = [];
	for (const name of names) {
		const full = path.join(kw.state, name);
		const info = await lstat(full);
		if (info.isDirectory())
			list.push(...await files(full));
		else if (info.isFile())
			list.push(full);
	}
	return list;
}

test("no key and no token in any log or other file of the state folder",
    async () => {
	/* The worst that clients do: tokens in queries, of requests that fail. */
	await kw.fake.script({ error: "suspended" });
	await kw.request({ path: `/v1/models?key=${kw.token}`, token: null });
	await kw.request({ path: `/nothing?key=${kw.token}&x=1`, token: null });
	const connection = kw.connect();
	connection.write(`GET /v1/models?key=${kw.token} HTTP/9.9\r\n\r\n`);
	connection.send({ path: `/v1beta/models?key=${kw.token}` });
	connection.close();
	await kw.native("generateContent", {}, { token: null,
		query: `?key=${kw.token}` });
	await until(() => kw.isIdle());

	const list = await searched();
	assert.ok(list.some((file) => file.endsWith("log/responders.log")));
	assert.ok(list.some((file) => file.endsWith("log/lighttpd.log")));
	const master = (await readFile(path.join(kw.state, "master.key"), "utf8"))
	    .trim();
	for (const file of list) {
		const text = await readFile(file, "latin1");
		for (const secret of [...KEYS, ...PAID, ...VERTEX, kw.token,
			kw.adminToken, master])
			assert.ok(!text.includes(secret), `${file} holds ${secret}`);
		assert.doesNotMatch(text, /api_key:[A-Z]/, file);
	}
});

test("PostgreSQL's log holds no statement with a secret", async () => {
	const text = await readFile(path.join(kw.state, "log/postgres.log"),
	    "latin1");
	for (const secret of [...KEYS, kw.token, kw.adminToken])
		assert.ok(!text.includes(secret));
});

test("one line a request, with its id and outcome", async () => {
	const answer = await kw.chat();
	const id = answer.headers["x-request-id"];
	const lines = await until(async () => {
		const text = await readFile(path.join(kw.state, "log/responders.log"),
		    "utf8");
		const hits = text.split("\n").filter((line) => line.includes(id));
		return hits.length > 0 && hits;
	});
	assert.equal(lines.length, 1);
	assert.match(lines[0], /outcome=complete/);
	assert.match(lines[0], /model=gemini-2\.5-flash/);
	assert.doesNotMatch(lines[0], /Hello/, "the prompt is in the log");
});

test("no responder died, and none said what it should not", async () => {
	const text = await readFile(path.join(kw.state, "log/responders.log"), "utf8");
	for (const line of text.split("\n"))
		assert.doesNotMatch(line,
		    /AddressSanitizer|runtime error|LeakSanitizer|signal (6|7|8|11)\b/);
});

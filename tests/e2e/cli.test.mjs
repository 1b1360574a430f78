// The command line against the stack that runs.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { KEYS } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { crowd } from "./lib/until.mjs";

const NEW = ["AIzaSyE2E-fffffffffffffffffffffffffffF6",
	"AQ.Ab8RN6e2e-gggggggggggggggggggggggG7"];

/** Run it; it must be done. */
async function done(...args) {
	const result = await kw.cli(...args);
	assert.equal(result.status, 0, `${args.join(" ")}: ${result.err}`);
	return result;
}

/** Run it; it must be refused in words and leave standard output alone. */
async function refused(status, ...args) {
	const result = await kw.cli(...args);
	assert.equal(result.status, status,
	    `${args.join(" ")}: ${result.out}${result.err}`);
	assert.match(result.err, /^keywheel: |^usage:/m);
	assert.equal(result.out, "");
	return result.err;
}

async function folder(t) {
	const dir = await mkdtemp(path.join(os.tmpdir(), "kw-cli-"));
	t.after(() => rm(dir, { recursive: true, force: true }));
	return dir;
}

const idOf = async (secret) => (await kw.cliJson("keys", "list"))
    .find(({ hint }) => hint.endsWith(secret.slice(-2)))?.key_id;

test("keys list: a table, and JSON; no secrets", async () => {
	await kw.chat();
	const { out } = await done("keys", "list");
	assert.match(out, /^ID +POOL +KEY +STATE/);
	assert.equal(out.trim().split("\n").length, 6);
	const list = await kw.cliJson("keys", "list");
	assert.equal(list.length, 5);
	for (const name of ["key_id", "pool", "hint", "state", "state_reason",
		"faults", "uses", "last_used_at", "resting", "origin"])
		assert.ok(name in list[0], name);
	for (const key of KEYS)
		assert.ok(!out.includes(key) && !JSON.stringify(list).includes(key));
});

test("keys add: by word and by standard input; used at once", async () => {
	const word = await done("keys", "add", NEW[0]);
	const input = await done("keys", "add", { input: `${NEW[1]}\n` });
	for (const { out, err } of [word, input])
		assert.ok(NEW.every((key) => !(out + err).includes(key)), out + err);
	await crowd(14, 2, () => kw.chat());
	const counts = await kw.fake.counts();
	assert.equal(Object.keys(counts).length, 7);
	assert.ok(counts[NEW[0]] >= 1 && counts[NEW[1]] >= 1);
	const [again] = await kw.cliJson("keys", "add", NEW[0]);
	assert.deepEqual([again.added, again.restored, again.known], [0, 0, 1]);
});

test("keys import: keys out of any text, twice is once", async (t) => {
	const file = path.join(await folder(t), "keys.txt");
	await writeFile(file, `Our keys:\n- ${NEW[0]} (Anna)\n` +
	    `{"keys": ["${NEW[1]}", "${NEW[0]}"]}\nThe end.\n`, { mode: 0o644 });
	await done("keys", "import", "-", { input: await readFile(file, "utf8") });
	assert.equal((await kw.cliJson("keys", "list")).length, 7);
	await done("keys", "import", "-", { input: await readFile(file, "utf8") });
	assert.equal((await kw.cliJson("keys", "list")).length, 7);
});

test("keys add: what is no key is refused, and not repeated", async () => {
	for (const text of ["hello", "", "AIzaSyxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]) {
		const err = await refused(1, "keys", "add", "-", { input: text });
		assert.ok(text === "" || !err.includes(text), err);
	}
	assert.equal((await kw.cliJson("keys", "list")).length, 5);
});

test("keys disable and enable: in force for the next request", async () => {
	await done("keys", "disable", "1", "2");
	await crowd(12, 4, () => kw.chat());
	let counts = await kw.fake.counts();
	assert.deepEqual(Object.keys(counts).sort(), KEYS.slice(2).sort());
	const [first] = await kw.cliJson("keys", "list");
	assert.equal(first.state, "disabled");
	await done("keys", "enable", "1", "2");
	await crowd(10, 4, () => kw.chat());
	counts = await kw.fake.counts();
	assert.equal(Object.keys(counts).length, 5);
});

test("keys enable ends a rest and forgives faults", async () => {
	await kw.useKeys(1);
	await kw.fake.script({ times: 1,
		do: { error: "rate_minute", retry_delay: "50s" } });
	assert.equal((await kw.chat()).status, 429);
	const [{ resting }] = await kw.cliJson("keys", "list");
	assert.match(resting, /gemini-2\.5-flash until .*rate_minute/);
	await done("keys", "enable", "1");
	assert.equal((await kw.chat()).status, 200);
});

test("keys remove: gone from list and rotation; adding brings it back",
    async () => {
	await done("keys", "add", NEW[0]);
	const id = await idOf(NEW[0]);
	await done("keys", "remove", String(id));
	assert.equal(await idOf(NEW[0]), undefined);
	await crowd(12, 4, () => kw.chat());
	assert.equal((await kw.fake.counts())[NEW[0]], undefined);
	const [{ restored }] = await kw.cliJson("keys", "add", NEW[0]);
	assert.equal(restored, 1);
	assert.equal(await idOf(NEW[0]), id);
});

test("keys: an id that is not there, or is none", async () => {
	const err = await refused(1, "keys", "disable", "1", "999999");
	assert.match(err, /999999/);
	for (const id of ["x", "-1", "1;drop", ""])
		assert.notEqual((await kw.cli("keys", "disable", "--", id)).status, 0, id);
});

test("tokens add, list, revoke", async (t) => {
	const name = `guest-${Date.now()}`;
	const { out } = await done("tokens", "add", name);
	const token = out.trim();
	assert.match(token, /^sk-\S{40,}$/);
	const answer = await kw.chat({}, { token });
	assert.equal(answer.status, 200);
	assert.equal((await kw.rowOf(answer)).token, name);
	const list = await done("tokens", "list");
	assert.match(list.out, new RegExp(name));
	assert.ok(!list.out.includes(token));
	const shown = (await kw.cliJson("tokens", "list"))
	    .find((row) => row.name === name);
	assert.deepEqual([shown.admin, shown.revoked_at], [false, null]);

	assert.match(await refused(1, "tokens", "add", name), /already/);
	await done("tokens", "revoke", name);
	assert.equal((await kw.chat({}, { token })).status, 401);
	await refused(1, "tokens", "revoke", name);

	const file = path.join(await folder(t), "token");
	const made = await kw.cli("tokens", "add", `${name}-2`, "--admin",
	    "--token-file", file);
	assert.equal(made.status, 0, made.err);
	assert.equal(statSync(file).mode & 0o777, 0o600);
	const second = (await readFile(file, "utf8")).trim();
	assert.ok(!made.out.includes(second));
	assert.equal((await kw.chat({}, { token: second })).status, 200);
	await done("tokens", "revoke", `${name}-2`);
});

test("tokens add, set, rotate, disable, enable: what they may", async () => {
	const name = `limited-${Date.now()}`;
	const { out } = await done("tokens", "add", name, "--expires", "2199-02-28",
	    "--models", "gemini-2.5-*,other", "--addresses", "127.0.0.1/8 ::1",
	    "--limits", "rpm=2,tpd=1000000", "--note", "a note");
	const token = out.trim();
	const shown = async () => (await kw.cliJson("tokens", "list"))
	    .find((row) => row.name === name);
	const { state, models, addresses, limits, note, expires_at: ends } =
	    await shown();
	assert.deepEqual([state, models, addresses, limits, note],
	    ["active", "gemini-2.5-*,other", "127.0.0.0/8,::1/128",
		"rpm=2 tpd=1000000", "a note"]);
	assert.match(ends, /^2199-02-28 23:59:59/);
	assert.equal((await kw.chat({}, { token })).status, 200);
	assert.equal((await kw.chat({}, { token })).status, 200);
	assert.equal((await kw.chat({}, { token })).status, 429);
	await done("tokens", "set", name, "--limits", "rpm=none", "--models", "x");
	assert.equal((await kw.chat({}, { token })).status, 403);
	await done("tokens", "set", name, "--limits", "none", "--models", "",
	    "--expires", "never", "--addresses", "all");
	assert.deepEqual([(await shown()).limits, (await shown()).expires_at],
	    [null, null]);

	await done("tokens", "set", name, "--shadow", "on", "--limits",
	    "concurrent=5,budget=0.50usd");
	assert.equal((await shown()).limits, "concurrent=5 budget=0.5USD shadow");
	await done("tokens", "set", name, "--shadow", "off", "--limits", "none");
	assert.equal((await shown()).limits, null);

	await done("tokens", "disable", name);
	assert.equal((await kw.chat({}, { token })).status, 401);
	await done("tokens", "enable", name);
	const [kept, last] = [(await done("tokens", "rotate", name,
	    "--keep", "1h")).out.trim(),
	(await kw.cliJson("tokens", "rotate", name)).token];
	for (const [secret, status] of [[token, 200], [kept, 401], [last, 200]])
		assert.equal((await kw.chat({}, { token: secret })).status, status);

	for (const words of [["--limits", "rpm=0"], ["--limits", "x=1"],
		["--limits", "budget=20"], ["--shadow", "x"],
		["--expires", "2199-02-30"], ["--expires", "later"],
		["--models", "a b/c"], ["--addresses", "localhost"],
		["--note", "a\nb"], ["--admin", "--client"], []])
		await refused(2, "tokens", "set", name, ...words);
	for (const word of ["disable", "revoke"])
		assert.match(await refused(1, "tokens", word, "env-admin"),
		    /last admin token/);
	assert.match(await refused(1, "tokens", "rotate", "env-1"), /\.env/);
	await refused(2, "tokens", "rotate", name, "--keep", "99d");
	await done("tokens", "revoke", name);
	await refused(1, "tokens", "enable", name);
});

test("set, get and unset", async () => {
	await done("set", "MAX_RETRIES", "5", "TIME_OUT", "99");
	assert.equal((await done("get", "MAX_RETRIES")).out, "5\n");
	assert.match((await done("get")).out, /^\* MAX_RETRIES = 5 +\(default: 3\)/m);
	const [one] = await kw.cliJson("get", "TIME_OUT");
	assert.deepEqual([one.name, one.value, one.default, one.changed],
	    ["TIME_OUT", "99", "300", true]);
	await done("unset", "MAX_RETRIES");
	assert.equal((await done("get", "MAX_RETRIES")).out, "3\n");
});

test("set: all or nothing, and why", async () => {
	const bad = [
		["MAX_RETRIES", "many"], ["MAX_RETRIES", "11"], ["MAX_RETRIES", "-1"],
		["BASE_URL", "ftp://x"], ["BASE_URL", "nonsense"],
		["LOG_LEVEL", "LOUD"], ["SAFETY_SETTINGS", "{"],
		["CORS_ORIGINS", "[1]"], ["NO_SUCH", "1"], ["API_KEYS", "[]"],
		["CUSTOM_HEADERS", '{"a b":"c"}'], ["CUSTOM_HEADERS", '{"a":"b\\r\\nc"}'],
	];
	for (const [name, value] of bad) {
		const err = await refused(1, "set", "--", "TIME_OUT", "77", name, value);
		assert.match(err, new RegExp(name), err);
	}
	assert.equal((await done("get", "TIME_OUT")).out, "300\n");
	await refused(2, "set", "TIME_OUT");
	await refused(2, "set", "TIME_OUT", "5", "MAX_RETRIES");
});

test("secrets among the settings are masked", async () => {
	const secret = "Bearer-e2e-0123456789abcdef";
	await kw.set({ CUSTOM_HEADERS: `{"X-Secret":"${secret}"}` });
	for (const args of [["get"], ["get", "CUSTOM_HEADERS"],
		["--json", "get", "CUSTOM_HEADERS"]]) {
		const { out } = await done(...args);
		assert.match(out, /X-Secret/);
		assert.ok(!out.includes(secret), args.join(" "));
	}
});

test("check: all is well, and one probe per key", async () => {
	const { out } = await done("check");
	assert.match(out, /configuration: ok/);
	assert.match(out, /database: ok/);
	assert.match(out, /5 of 5 work/);
	const counts = await kw.fake.counts();
	assert.deepEqual(Object.values(counts), [1, 1, 1, 1, 1]);
	for (const key of KEYS)
		assert.ok(!out.includes(key));
});

test("check: a bad key is named, and nothing is changed", async () => {
	await kw.fake.script({ key: KEYS[1], do: { error: "api_key_invalid" } },
	    { key: KEYS[2], do: { error: "suspended" } });
	const { status, out } = await kw.cli("check");
	assert.equal(status, 1);
	assert.match(out, /key 2 .*invalid_key/);
	assert.match(out, /3 of 5 work/);
	assert.doesNotMatch(out, /AIza|AQ\.|api_key:A/);
	const json = await kw.cli("--json", "check");
	assert.equal(json.status, 1);
	const report = JSON.parse(json.out);
	assert.equal(report.ok, false);
	assert.equal(report.keys.length, 5);
	assert.ok((await kw.keyStates()).every(({ state }) => state === "active"));
});

test("check: upstream out of reach", async () => {
	await kw.set({ BASE_URL: "http://127.0.0.1:1/v1beta" });
	const { status, out } = await kw.cli("check");
	assert.equal(status, 1);
	assert.match(out, /unreachable/);
});

test("migrate again changes nothing", async () => {
	const { out } = await done("migrate");
	assert.ok(out.length > 0);
	assert.equal((await kw.chat()).status, 200);
});

test("help and wrong usage: exit codes and streams", async () => {
	const help = await done("--help");
	for (const word of ["keys", "tokens", "set", "get", "migrate", "check",
		"load-env"])
		assert.match(help.out, new RegExp(word));
	assert.match((await done("keys", "--help")).out, /import/);
	assert.match((await done("keys", "add", "--help")).out, /standard input/);
	assert.match((await done("--version")).out, /^keywheel \d/);
	for (const args of [[], ["fly"], ["keys"], ["keys", "fly"], ["get", "--fast"],
		["keys", "disable"], ["keys", "list", "extra"], ["--conf"],
		["tokens", "add"], ["tokens", "add", ""]]) {
		const { status, out, err } = await kw.cli(...args);
		assert.equal(status, 2, args.join(" "));
		assert.equal(out, "");
		assert.match(err, /usage/);
	}
	const lost = await kw.cli("--conf", "/no/such/conf", "keys", "list");
	assert.equal(lost.status, 1);
	assert.match(lost.err, /\/no\/such\/conf/);
});

test("load-env --check: says what it would bring, changes nothing", async () => {
	const input = `API_KEYS=["${NEW[0]}"]\nMAX_RETRIES=9\n`;
	const { out } = await done("load-env", "--check", "-", { input });
	assert.match(out, /keys: 1/);
	assert.equal((await done("get", "MAX_RETRIES")).out, "3\n");
	assert.equal((await kw.cliJson("keys", "list")).length, 5);
	await refused(1, "load-env", "--check", "-", { input: "WHAT=1\n" });
});

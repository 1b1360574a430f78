// Egress proxies: each key goes out by its own, and a proxy's failure is
// nobody else's.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after } from "node:test";

import { HttpProxy, SocksProxy } from "./lib/proxy.mjs";
import { events } from "./lib/raw.mjs";
import { kw, test as bare } from "./lib/shared.mjs";
import { KEYS, MODEL, freePort } from "./lib/stack.mjs";
import { until } from "./lib/until.mjs";

const SECRET = "s3cret:p@ss/word%";
const users = { alice: SECRET, bob: "b0b-passw0rd" };

const plain = await Promise.all([1, 2, 3]
    .map(() => new HttpProxy().start()));
const guarded = await new HttpProxy({ users }).start();
const socks = await new SocksProxy().start();
const guardedSocks = await new SocksProxy({ users }).start();
const all = [...plain, guarded, socks, guardedSocks];
after(() => Promise.all(all.map((proxy) => proxy.stop())));

/* All proxies as they were, none of them known to be down. */
function test(name, fn) {
	bare(name, async (t) => {
		await kw.sql.exec("delete from keywheel.proxies");
		for (const proxy of all) {
			if (!proxy.server)
				await proxy.start();
			proxy.forget();
			proxy.status = proxy.reply = 0;
			proxy.silent = false;
		}
		await fn(t);
	});
}

/** These proxies and no others. */
async function use(urls, more = {}) {
	await kw.set({ PROXIES: JSON.stringify(urls), ...more });
}

const known = () => kw.sql.rows(
    `select * from keywheel.report_proxies order by name, id`);
const asked = (proxy) => proxy.asked.length;
const total = (list) => list.reduce((sum, proxy) => sum + asked(proxy), 0);

/** {key: the proxies that carried its calls} by what the proxies saw. */
function carriers(list) {
	const found = {};
	for (const [i, proxy] of list.entries())
		for (const { headers } of proxy.asked)
			(found[headers["x-goog-api-key"]] ??= new Set()).add(i);
	return found;
}

async function assertNobodyBlamed() {
	for (const key of await kw.keyStates()) {
		assert.ok(key.state === "active" || key.state_reason === "e2e");
		assert.deepEqual([key.faults, key.rests_until], [0, null]);
	}
	assert.deepEqual(await kw.cooldowns(), []);
}

// ---- every kind ------------------------------------------------------------

const kinds = {
	"http": () => plain[0].url(),
	"http with user and password": () => guarded.url("alice"),
	"socks5": () => socks.url(),
	"socks5h": () => socks.url(undefined, { scheme: "socks5h" }),
	"socks5 with user and password": () => guardedSocks.url("alice"),
	"socks5h with user and password": () =>
	    guardedSocks.url("alice", { scheme: "socks5h" }),
};
for (const [kind, url] of Object.entries(kinds)) {
	test(`${kind}: whole, streamed and native answers`, async () => {
		await use([url()]);
		const whole = await kw.chat({ text: "whole" });
		assert.equal(whole.status, 200, whole.text);
		assert.equal(whole.json.choices[0].message.content,
		    "You said: whole");
		const stream = await kw.chat({ text: "streamed", stream: true });
		assert.equal(events(stream.text)
		    .map(({ json }) => json?.choices[0]?.delta.content ?? "")
		    .join(""), "You said: streamed");
		const native = await kw.native("generateContent", { text: "native" });
		assert.equal(native.status, 200, native.text);
		assert.equal((await kw.fake.requests()).length, 3);
		/* SOCKS is asked for a connection, HTTP for each request. */
		assert.ok(total(all) >= 1 && total(all) <= 3, `${total(all)}`);
		if (kind.includes("user"))
			for (const proxy of all)
				for (const { user } of proxy.asked)
					assert.equal(user, "alice");
		if (kind.startsWith("socks"))
			assert.ok([socks, guardedSocks].every((proxy) =>
			    proxy.asked.every(({ named }) => !named)));
	});
}

test("socks5h leaves names to the proxy, socks5 resolves them here",
    async () => {
	const url = `http://localhost:${kw.fake.port}/v1beta`;
	for (const scheme of ["socks5", "socks5h"]) {
		socks.forget();
		await use([socks.url(undefined, { scheme })], { BASE_URL: url });
		assert.equal((await kw.chat()).status, 200);
		assert.deepEqual(socks.asked.map(({ named }) => named),
		    [scheme === "socks5h"]);
	}
});

test("a stream comes piece by piece", async () => {
	await use([guarded.url("alice")]);
	await kw.fake.script({ text_events: 3, event_delay_ms: 600,
		text: "one two three" });
	const answer = await (await kw.openChat({ stream: true })).whole();
	const times = answer.pieces.map(({ at }) => at);
	assert.ok(times.at(-1) - times[0] > 900, "it came at once");
});

test("credentials are for the proxy alone, the key is for Gemini", async () => {
	await use([guarded.url("alice")],
	    { CUSTOM_HEADERS: '{"x-mine":"custom-value"}' });
	assert.equal((await kw.chat()).status, 200);
	const { headers } = await kw.fake.only();
	assert.equal(headers["x-mine"], "custom-value");
	assert.equal(headers["proxy-authorization"], undefined);
	assert.ok(KEYS.includes(headers["x-goog-api-key"]));
});

// ---- whose proxy is whose --------------------------------------------------

test("each key keeps its proxy, over 50 requests", async () => {
	await use(plain.map((proxy) => proxy.url()));
	for (let i = 0; i < 50; i++)
		assert.equal((await kw.chat()).status, 200);
	assert.equal(total(plain), 50);
	const found = carriers(plain);
	assert.equal(Object.keys(found).length, KEYS.length);
	for (const [key, set] of Object.entries(found))
		assert.equal(set.size, 1, `${key} went by ${[...set]}`);

	/* In another order it is the same. */
	for (const proxy of plain)
		proxy.forget();
	await use(plain.map((proxy) => proxy.url()).reverse());
	for (let i = 0; i < 10; i++)
		await kw.chat();
	assert.deepEqual(carriers(plain), found);
});

test("one user of a proxy never goes out by another one's connection",
    async () => {
	await use(["alice", "bob"].map((user) => guarded.url(user)));
	await kw.fake.script({ text: "x" });
	for (let i = 0; i < 30; i++)
		assert.equal((await kw.chat()).status, 200);
	const of = {};
	for (const { user, headers } of guarded.asked)
		(of[headers["x-goog-api-key"]] ??= new Set()).add(user);
	assert.deepEqual(Object.keys(of).sort(), [...KEYS].sort());
	for (const set of Object.values(of))
		assert.equal(set.size, 1);
});

test("keys of one project have one proxy", async () => {
	await kw.sql.exec(`update keywheel.keys set project = '123456789012'
	    where key_id <= 5;
	    update keywheel.key_rotation set scope = 'project/123456789012'
	    where key_id <= 5`);
	try {
		await use(plain.map((proxy) => proxy.url()));
		for (let i = 0; i < 20; i++)
			await kw.chat();
		const used = plain.filter((proxy) => asked(proxy) > 0);
		assert.equal(used.length, 1);
	} finally {
		await kw.sql.exec(`update keywheel.keys set project = null
		    where key_id <= 5;
		    update keywheel.key_rotation set scope = 'key/' || key_id
		    where key_id <= 5`);
	}
});

test("any proxy per call, if that is wanted", async () => {
	await kw.useKeys(1);
	await use(plain.map((proxy) => proxy.url()),
	    { PROXIES_USE_CONSISTENCY_HASH_BY_API_KEY: "false" });
	for (let i = 0; i < 40; i++)
		assert.equal((await kw.chat()).status, 200);
	for (const proxy of plain)
		assert.ok(asked(proxy) > 0, "a proxy was never taken");
});

// ---- failures --------------------------------------------------------------

test("a proxy dies: another one serves, no key is blamed, others stay",
    async () => {
	await use(plain.map((proxy) => proxy.url()));
	for (let i = 0; i < 10; i++)
		await kw.chat();
	const before = carriers(plain);
	const victim = [...before[KEYS[0]]][0];
	await plain[victim].stop();
	for (const proxy of plain)
		proxy.forget();

	const answers = [];
	for (let i = 0; i < 20; i++)
		answers.push(await kw.chat());
	assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
	const now = carriers(plain);
	for (const key of KEYS) {
		if (before[key].has(victim))
			assert.ok(!now[key].has(victim));
		else
			assert.deepEqual(now[key], before[key]);
	}
	await assertNobodyBlamed();

	/* It was tried once, by one request; that is on record. */
	const failures = await kw.sql.rows(`select verdict, key_id
	    from keywheel.report_errors where request_id in (${answers
	    .map(({ headers }) => `'${headers["x-request-id"]}'`).join(",")})`);
	assert.ok(failures.length >= 1);
	for (const { verdict } of failures)
		assert.equal(verdict, "proxy_down");
	const [down] = (await known()).filter((row) => row.down);
	assert.equal(down.name, plain[victim].url());
	assert.equal(down.strikes, 1);

	/* It comes back, its time is up: its keys go home. */
	await plain[victim].start();
	await kw.sql.exec("update keywheel.proxies set down_until = now()");
	await until(async () => {
		for (const proxy of plain)
			proxy.forget();
		for (let i = 0; i < 10; i++)
			assert.equal((await kw.chat()).status, 200);
		try {
			assert.deepEqual(carriers(plain), before);
			return true;
		} catch {
			return false;
		}
	}, { what: "the keys at home", timeout: 20000 });
	assert.equal((await known()).filter((row) => row.down).length, 0);
});

test("choices side by side: each by its key's proxy, one of which is dead",
    async () => {
	await use(plain.map((proxy) => proxy.url()));
	for (let i = 0; i < 10; i++)
		await kw.chat();
	const before = carriers(plain);
	const victim = [...before[KEYS[0]]][0];
	await plain[victim].stop();
	for (const stream of [false, true]) {
		const answer = await kw.chat({ n: 5, stream,
			model: "gemini-3-pro-preview" });
		assert.equal(answer.status, 200, answer.text);
		if (!stream)
			assert.equal(answer.json.choices.length, 5);
	}
	await assertNobodyBlamed();
	assert.equal((await known()).filter((row) => row.down).length, 1);
});

test("a stream begins on another proxy", async () => {
	await kw.useKeys(1);
	await use([plain[0].url(), plain[1].url()]);
	await kw.chat();
	const home = plain.find((proxy) => asked(proxy) > 0);
	await home.stop();
	const answer = await kw.chat({ stream: true, text: "again" });
	assert.equal(answer.status, 200);
	assert.match(answer.text, /\[DONE\]/);
	const [failure] = await kw.failures(answer);
	assert.equal(failure.verdict, "proxy_down");
});

test("all are down: 502, and nothing goes past them", async () => {
	const dead = [await freePort(), await freePort()];
	await use(dead.map((port) => `http://alice:hush-hush@127.0.0.1:${port}`));
	for (const body of [{}, { stream: true }]) {
		const answer = await kw.chat(body);
		assert.equal(answer.status, 502, answer.text);
		assert.doesNotMatch(answer.text, /hush-hush|alice/);
	}
	const native = await kw.native("generateContent");
	assert.equal(native.status, 500, "Google's word for it: INTERNAL");
	assert.deepEqual(await kw.fake.requests(), []);
	await assertNobodyBlamed();
});

const ways = {
	"a wrong password (407)": { proxy: guarded,
		url: () => guarded.url("alice", { password: "wrong-password" }),
		why: /407/ },
	"SOCKS: a wrong password": { proxy: guardedSocks,
		url: () => guardedSocks.url("bob", { password: "wrong-password" }),
		why: /SOCKS/ },
	"SOCKS: no password where one is wanted": { proxy: guardedSocks,
		url: () => guardedSocks.url(), why: /authentication/ },
	"SOCKS: the host cannot be reached": { proxy: socks,
		url: () => socks.url(), why: /SOCKS/, reply: 4 },
	"a name that nobody knows": { url: () => "http://nobody.invalid:3128",
		why: /[Rr]esolv/ },
	"not a SOCKS proxy": { proxy: plain[0], url: () => plain[0].url(undefined,
	    { scheme: "socks5" }), why: /SOCKS/ },
};
for (const [what, { proxy, url, why, reply = 0 }] of Object.entries(ways)) {
	test(`${what}: the proxy's fault`, async () => {
		if (proxy)
			proxy.reply = reply;
		await use([url()]);
		const answer = await kw.chat();
		assert.equal(answer.status, 502, answer.text);
		const failures = await kw.failures(answer);
		assert.ok(failures.length > 1);
		for (const { verdict, evidence } of failures) {
			assert.equal(verdict, "proxy_down");
			assert.match(evidence, why);
			assert.doesNotMatch(evidence, /wrong-password/);
		}
		await assertNobodyBlamed();
		const [down] = await known();
		assert.equal(down.down, true);
		assert.match(down.error, why);
	});
}

test("a proxy that never answers: given up after CONNECT_TIMEOUT", async () => {
	socks.silent = true;
	let failures = [];
	/* By chance all keys may go by the other one: then it gets a new port,
	 * and so another share of them. */
	for (let times = 0; failures.length === 0; times++) {
		assert.ok(times < 10, "nobody ever asked it");
		await socks.stop();
		await socks.start();
		await use([socks.url(), plain[0].url()], { CONNECT_TIMEOUT: 1 });
		const answers = await Promise.all(
		    Array.from({ length: 10 }, () => kw.chat()));
		for (const answer of answers)
			assert.equal(answer.status, 200, answer.text);
		failures = (await Promise.all(answers
		    .map((answer) => kw.failures(answer)))).flat();
	}
	for (const { verdict } of failures)
		assert.equal(verdict, "proxy_down");
	const { error } = (await known())
	    .find(({ name }) => name === socks.url());
	assert.match(error, /time/i);
	await assertNobodyBlamed();
});

test("what the target says through a proxy is the target's", async () => {
	await use([guarded.url("alice")]);
	await kw.fake.script({ key: KEYS[0], do: { error: "suspended" } });
	for (let i = 0; i < KEYS.length; i++)
		assert.equal((await kw.chat()).status, 200);
	assert.equal((await kw.key(KEYS[0])).state, "disabled");
	assert.deepEqual((await known()).filter((row) => row.down), []);
});

test("Google does not serve a proxy's address: another one, no key blamed",
    async () => {
	for (const stream of [false, true]) {
		await kw.sql.exec(`delete from keywheel.proxies;
		    update keywheel.revision set settings = settings + 1`);
		await use([guarded.url("alice"), plain[0].url()]);
		await kw.useKeys(1);
		for (const proxy of all)
			proxy.forget();
		await kw.chat();
		const [home] = [guarded, plain[0]].filter((proxy) =>
		    asked(proxy) > 0);
		await kw.fake.script({ times: 1, do: { error: "location" } });
		const answer = await kw.chat({ stream });
		assert.equal(answer.status, 200, answer.text);
		const [failure, ...more] = await kw.failures(answer);
		assert.equal(more.length, 0);
		assert.equal(failure.verdict, "proxy_down");
		assert.match(failure.evidence,
		    /does not serve its address: User location/);
		await assertNobodyBlamed();

		const [down, ...others] = (await known()).filter((row) => row.down);
		assert.equal(others.length, 0);
		assert.equal(down.name, home.url(undefined));
		const alarms = await kw.sql.rows(`select kind, subject, text
		    from keywheel.report_alarms where ended_at is null`);
		assert.deepEqual(alarms.map(({ kind, subject }) => [kind, subject]),
		    [["proxy_down", `${down.name} ${down.id}`]]);
		assert.match(alarms[0].text, /^Google does not serve its address/);
		const words = JSON.stringify([alarms, await known()]);
		assert.ok(!words.includes("alice") && !words.includes("s3cret"));

		/* A check cannot tell that; a key's call can. */
		await kw.cli("proxies", "check");
		assert.equal((await known()).filter((row) => row.down).length, 1);
		await kw.sql.exec(`update keywheel.proxies set down_until = now()
		    where down_until is not null;
		    update keywheel.revision set settings = settings + 1`);
		await until(async () => (await kw.chat()).status === 200 &&
		    (await known()).every((row) => !row.down),
		    { what: "the proxy's return" });
	}
});

test("no proxy's address is served: 502, nobody rests", async () => {
	await use(plain.map((proxy) => proxy.url()));
	await kw.fake.script({ error: "location" });
	for (let i = 0; i < 4; i++)
		assert.equal((await kw.chat()).status, 502);
	await assertNobodyBlamed();
	assert.deepEqual((await kw.sql.rows(`select distinct kind
	    from keywheel.report_alarms where ended_at is null`)),
	    [{ kind: "proxy_down" }]);
});

test("a dead proxy is tried by one request when its time is up", async () => {
	await kw.useKeys(1);
	await use([plain[0].url(), plain[1].url()]);
	await kw.chat();
	const home = plain.find((proxy) => asked(proxy) > 0);
	await home.stop();
	await kw.chat();
	for (const strikes of [2, 3]) {
		/* Until every responder has waited long enough by its own clock. */
		await kw.sql.exec(`update keywheel.proxies set down_until = now();
		    update keywheel.revision set settings = settings + 1`);
		const answers = await Promise.all(
		    Array.from({ length: 8 }, () => kw.chat()));
		for (const { status } of answers)
			assert.equal(status, 200);
		const [down] = (await known()).filter((row) => row.down);
		assert.equal(down.strikes, strikes);
		const failed = (await Promise.all(answers.map((answer) =>
		    kw.failures(answer)))).flat();
		assert.equal(failed.length, 1, "more than one request tried it");
	}
});

// ---- the command line ------------------------------------------------------

test("keywheel proxies: the list, and a check", async () => {
	const dead = `http://127.0.0.1:${await freePort()}`;
	await use([plain[0].url(), guarded.url("alice"), socks.url(), dead]);
	const fresh = await kw.cliJson("proxies");
	assert.deepEqual(fresh.map(({ proxy, state }) => [proxy, state]),
	    [plain[0], guarded, socks].map((proxy) => [proxy.url(undefined),
		"not checked"]).concat([[dead, "not checked"]]));
	assert.equal(fresh.reduce((sum, { homes }) => sum + homes, 0),
	    KEYS.length);

	const { status, out } = await kw.cli("proxies", "check");
	assert.equal(status, 1);
	assert.ok(!out.includes(SECRET) && !out.includes("alice"), out);
	const rows = await kw.cliJson("proxies");
	assert.deepEqual(rows.map(({ state }) => state),
	    ["up", "up", "up", "down"]);
	assert.ok(rows.slice(0, 3).every(({ latency_ms }) => latency_ms >= 0));
	assert.match(rows[3].error, /connect/i);
	/* No key was shown to anybody. */
	const requests = await kw.fake.requests();
	assert.equal(requests.length, 3);
	for (const { headers } of requests)
		assert.equal(headers["x-goog-api-key"], undefined);
});

test("keywheel proxies check brings a proxy back", async () => {
	await kw.useKeys(1);
	await use([plain[0].url()]);
	await plain[0].stop();
	assert.equal((await kw.chat()).status, 502);
	assert.equal((await known())[0].down, true);
	await plain[0].start();
	assert.equal((await kw.cli("proxies", "check")).status, 0);
	assert.equal((await known())[0].down, false);
	assert.equal((await kw.chat()).status, 200);
});

test("keywheel check goes by the proxies", async () => {
	await use(plain.map((proxy) => proxy.url()));
	for (let i = 0; i < 10; i++)
		await kw.chat();
	const found = carriers(plain);
	for (const proxy of plain)
		proxy.forget();
	assert.equal((await kw.cli("check")).status, 0);
	assert.deepEqual(carriers(plain), found);
});

test("keywheel set: what is no proxy is refused, and not quoted", async () => {
	const { status, err } = await kw.cli("set", "PROXIES",
	    '["http://127.0.0.1:1","socks4://alice:hush-hush@127.0.0.1"]');
	assert.equal(status, 1);
	assert.match(err, /PROXIES element 2 does not begin with http:/);
	assert.doesNotMatch(err, /hush-hush|alice/);
	await use([guarded.url("alice")]);
	const { out } = await kw.cli("get", "PROXIES");
	assert.ok(!out.includes("s3cret") && !out.includes("alice"), out);
});

test("a stored list that is not legal closes the way out", async () => {
	await kw.sql.exec(`select keywheel.put_settings(
	    '{"PROXIES": "[\\"gopher://127.0.0.1\\"]"}')`);
	const answer = await kw.chat();
	assert.equal(answer.status, 502, answer.text);
	assert.deepEqual(await kw.fake.requests(), []);
});

test("no password in logs, tables and pages", async () => {
	await use([guarded.url("alice"),
		guarded.url("bob", { password: "wrong-password" })]);
	for (let i = 0; i < 10; i++)
		await kw.chat();
	await kw.cli("proxies", "check");
	const log = await readFile(path.join(kw.state, "log/responders.log"),
	    "utf8");
	assert.match(log, /egress proxy http:\/\/127\.0\.0\.1:\d+ [0-9a-f]{8} is down/);
	const rows = JSON.stringify(await kw.sql.rows(`select * from
	    keywheel.proxies`)) + JSON.stringify(await kw.sql.rows(`select *
	    from keywheel.report_errors`));
	const page = (await kw.request({ path: "/", token: kw.adminToken })).text;
	for (const secret of [SECRET, "s3cret", users.bob, "wrong-password",
		encodeURIComponent(SECRET)])
		for (const text of [log, rows, page])
			assert.ok(!text.includes(secret), `${secret} is there`);
});

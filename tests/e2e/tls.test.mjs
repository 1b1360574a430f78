// HTTPS to Gemini: direct, and through every kind of proxy.
import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import nodeTest, { after } from "node:test";

import { HttpProxy, SocksProxy } from "./lib/proxy.mjs";
import { events } from "./lib/raw.mjs";
import { Site } from "./lib/site.mjs";
import { KEYS, MODEL, folder, freePort, startStack } from "./lib/stack.mjs";
import { Authority, Front } from "./lib/tls.mjs";

const HERE = "DNS:localhost,IP:127.0.0.1";
const users = { alice: "al1ce-passw0rd", bob: "b0b-passw0rd" };
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUl" +
    "EQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

const dir = await folder({ open: true });
const trusted = await new Authority(dir, "trusted").make();
const stranger = await new Authority(dir, "stranger").make();
await chmod(trusted.file, 0o644);

/* A host that has proxies in its environment: they are not for us. */
const nowhere = `http://127.0.0.1:${await freePort()}`;
Object.assign(process.env, { CA_FILE: trusted.file, http_proxy: nowhere,
	https_proxy: nowhere, all_proxy: nowhere, no_proxy: "*" });
const kw = await startStack();
const good = await trusted.issue(HERE);
const front = await new Front(good, kw.fake.port).start();
const plain = await new HttpProxy({ users }).start();
const secured = await new HttpProxy({ users, cert: good }).start();
const socks = await new SocksProxy({ users }).start();
const all = [plain, secured, socks];
after(async () => {
	for (const proxy of all)
		await proxy.stop();
	await front.stop();
	await kw.stop();
});

function test(name, fn) {
	nodeTest(name, { timeout: 60000 }, async (t) => {
		await kw.reset();
		await kw.sql.exec("delete from keywheel.proxies");
		front.asked = [];
		for (const proxy of all) {
			proxy.forget();
			proxy.status = 0;
		}
		await kw.set({ BASE_URL: `${front.url}/v1beta` });
		await fn(t);
	});
}

const use = (...urls) => kw.set({ PROXIES: JSON.stringify(urls) });
const down = () => kw.sql.rows(`select name, error
    from keywheel.report_proxies where down`);

async function assertNobodyBlamed() {
	for (const key of await kw.keyStates())
		assert.deepEqual([key.state, key.faults, key.rests_until],
		    ["active", 0, null]);
}

async function assertAnswers() {
	const whole = await kw.chat({ text: "whole" });
	assert.equal(whole.status, 200, whole.text);
	assert.equal(whole.json.choices[0].message.content, "You said: whole");
	const stream = await kw.chat({ text: "streamed", stream: true });
	assert.equal(events(stream.text)
	    .map(({ json }) => json?.choices[0]?.delta.content ?? "").join(""),
	    "You said: streamed");
}

test("direct, whatever proxies the environment names", async () => {
	await assertAnswers();
	assert.equal(front.asked.length, 2);
	assert.equal((await kw.cli("check")).status, 0);
});

const kinds = {
	"CONNECT": () => plain.url("alice"),
	"CONNECT over TLS": () => secured.url("alice"),
	"socks5": () => socks.url("alice"),
	"socks5h": () => socks.url("alice", { scheme: "socks5h" }),
};
for (const [kind, url] of Object.entries(kinds)) {
	test(`through ${kind}: verified end to end, the key unseen`, async () => {
		await use(url());
		await kw.set({ CUSTOM_HEADERS: '{"x-mine":"custom-value"}' });
		await assertAnswers();
		const proxy = all.find(({ asked }) => asked.length > 0);
		assert.equal(proxy.url("alice").split(":")[0],
		    url().split(":")[0].replace("5h", "5"));
		for (const { target, user, method, headers, named } of proxy.asked) {
			assert.equal(user, "alice");
			if (proxy === socks) {
				assert.equal(named, kind === "socks5h");
				continue;
			}
			assert.equal(method, "CONNECT");
			assert.equal(target, `localhost:${front.port}`);
			assert.equal(headers["x-goog-api-key"], undefined);
			assert.equal(headers["x-mine"], undefined);
		}
		for (const { headers } of await kw.fake.requests()) {
			assert.equal(headers["x-mine"], "custom-value");
			assert.equal(headers["proxy-authorization"], undefined);
		}
	});
}

test("connections are used again", async () => {
	await kw.useKeys(1);
	await use(plain.url("alice"));
	for (let i = 0; i < 40; i++)
		assert.equal((await kw.chat()).status, 200);
	assert.equal(front.asked.length, 40);
	assert.ok(plain.asked.length < 30, `${plain.asked.length} tunnels`);
});

test("a tunnel of one user carries no other one's key", async () => {
	await use(plain.url("alice"), plain.url("bob"));
	for (let i = 0; i < 60; i++)
		assert.equal((await kw.chat()).status, 200);
	const userOf = Object.fromEntries(
	    plain.asked.map(({ port, user }) => [port, user]));
	const usersOf = {};
	for (const { port, key } of front.asked)
		(usersOf[key] ??= new Set()).add(userOf[port]);
	assert.deepEqual(Object.keys(usersOf).sort(), [...KEYS].sort());
	for (const [key, set] of Object.entries(usersOf))
		assert.equal(set.size, 1, `${key}: ${[...set]}`);
});

for (const status of [403, 407, 502]) {
	test(`CONNECT answered with ${status}: the proxy's fault`, async () => {
		plain.status = status;
		await use(plain.url("alice"));
		const answer = await kw.chat();
		assert.equal(answer.status, 502, answer.text);
		for (const { verdict, evidence } of await kw.failures(answer)) {
			assert.equal(verdict, "proxy_down");
			assert.match(evidence, new RegExp(String(status)));
		}
		const [{ name }] = await down();
		assert.equal(name, plain.url());
		assert.equal(front.asked.length, 0);
		await assertNobodyBlamed();
	});
}

test("a proxy whose certificate is a stranger's: the proxy's fault",
    async () => {
	const false_ = await new HttpProxy({ cert: await stranger.issue(HERE) })
	    .start();
	try {
		await use(false_.url());
		const answer = await kw.chat();
		assert.equal(answer.status, 502, answer.text);
		const [{ verdict, evidence }] = await kw.failures(answer);
		assert.equal(verdict, "proxy_down");
		assert.match(evidence, /certificate/);
		assert.equal(false_.asked.length, 0);
		await assertNobodyBlamed();
	} finally {
		await false_.stop();
	}
});

for (const [who, hosts] of [["stranger", HERE], ["trusted", "DNS:elsewhere"]]) {
	test(`a wrong certificate of Gemini's (${who}, ${hosts}): nobody's fault`,
	    async () => {
		const cert = await (who === "trusted" ? trusted : stranger)
		    .issue(hosts);
		const wrong = await new Front(cert, kw.fake.port).start();
		try {
			for (const urls of [[], [plain.url("alice")],
				[secured.url("alice")], [socks.url("alice")]]) {
				await use(...urls);
				await kw.set({ BASE_URL: `${wrong.url}/v1beta` });
				const answer = await kw.chat();
				assert.equal(answer.status, 502, answer.text);
				for (const { verdict } of await kw.failures(answer))
					assert.equal(verdict, "unreachable", urls[0]);
			}
			assert.equal(wrong.asked.length, 0, "the key was shown");
			assert.deepEqual(await down(), []);
			await assertNobodyBlamed();
		} finally {
			await wrong.stop();
		}
	});
}

test("keywheel proxies check: who brings no answer where others do",
    async () => {
	const wrong = await new Front(await stranger.issue(HERE), kw.fake.port)
	    .start();
	const crooked = await new SocksProxy().start();
	/* It leads everything astray. */
	crooked.connect = (host, port) => SocksProxy.prototype.connect
	    .call(crooked, host, wrong.port);
	try {
		await use(crooked.url());
		assert.equal((await kw.cli("proxies", "check")).status, 1);
		assert.deepEqual(await down(), [], "it may be Gemini's fault");
		await use(crooked.url(), plain.url("alice"), secured.url("bob"));
		assert.equal((await kw.cli("proxies", "check")).status, 1);
		const [{ name, error }, ...more] = await down();
		assert.equal(name, crooked.url());
		assert.match(error, /certificate/);
		assert.deepEqual(more, []);
		assert.equal((await kw.chat()).status, 200);
	} finally {
		await crooked.stop();
		await wrong.stop();
	}
});

test("a picture is fetched over https, past the proxies", async () => {
	const site = await new Site(
	    { "/cat.png": { type: "image/png", body: PNG } }).start();
	const shop = await new Front(good, site.port).start();
	try {
		await use(plain.url("alice"));
		await kw.set({
			URL_ALLOW_LIST: JSON.stringify([`localhost:${shop.port}`]) });
		const answer = await kw.chat({ messages: [{ role: "user", content: [
			{ type: "text", text: "What is it?" },
			{ type: "image_url",
				image_url: { url: `${shop.url}/cat.png` } }] }] });
		assert.equal(answer.status, 200, answer.text);
		const { body } = await kw.fake.only();
		assert.deepEqual(body.contents[0].parts[1], { inlineData: {
			mimeType: "image/png", data: PNG.toString("base64") } });
		assert.equal(site.asked.length, 1);
		for (const { target } of plain.asked)
			assert.equal(target, `localhost:${front.port}`);
	} finally {
		await shop.stop();
		await site.stop();
	}
});

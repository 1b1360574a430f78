// The install page of shared hosts, and plain CGI below a folder: everything
// that can be wrong on purpose, then an installation by a browser without
// script, an upgrade, a secret that comes back.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before } from "node:test";

import { BASE, CgiHost } from "./lib/cgi_host.mjs";
import { fits, noBrowser, openPage, PHONE, shoot, textOf } from "./lib/pages.mjs";
import { Connection, events } from "./lib/raw.mjs";
import { kw, test } from "./lib/shared.mjs";
import { chatRequest } from "./lib/stack.mjs";
import { until } from "./lib/until.mjs";

const SECRET = "quartz-Lantern-47-drizzle";
const KEYS = ["AIzaSyInstall-aaaaaaaaaaaaaaaaaaaaaaaa1",
	"AIzaSyInstall-bbbbbbbbbbbbbbbbbbbbbbbbbb2"];

const host = new CgiHost(kw);
before(() => host.start());
after(() => host.stop());

async function ask(path, { html = true, ...options } = {}) {
	const answer = await fetch(host.origin + BASE + path, { redirect: "manual",
		...options, headers: { ...(html ? { Accept: "text/html" } : {}),
			...options.headers } });
	const text = await answer.text();
	return { status: answer.status, headers: answer.headers, html: text,
		text: textOf(text) };
}

const post = (fields, headers = {}) => ask("/install", { method: "POST",
	body: new URLSearchParams(fields), headers });

const proofOf = (answer) => /name="proof" value="([^"]+)"/.exec(answer.html)?.[1];

test("before the installation nothing is served but the page, which tells how",
async () => {
	const page = await ask("/keys");
	assert.deepEqual([page.status, page.headers.get("location")],
	    [303, `${BASE}/install`]);
	const api = await ask("/v1/models", { html: false });
	assert.equal(api.status, 503);
	assert.match(JSON.parse(api.html).error.message, /not installed/);

	const [one, two] = [await ask("/install"), await ask("/install")];
	const suggested = /id="suggestion"[^>]*value="(\w{32})"/;
	assert.notEqual(suggested.exec(one.html)[1], suggested.exec(two.html)[1]);
	/* What is here is nobody's business yet. */
	assert.doesNotMatch(one.text, /database|PostgreSQL|postgres/);
	const css = /href="([^"]+\.css)"/.exec(one.html)[1];
	assert.equal((await fetch(host.origin + css)).status, 200);
	assert.equal(proofOf(await post({ secret: "" })), undefined);
});

test("no secret but that of the file, and no weak one", async () => {
	for (const weak of ["short", "aaaaaaaaaaaaaaaaaaaaaaaa", "  \n"]) {
		await host.put("install-secret.txt", weak);
		const page = await post({ secret: weak });
		assert.match(page.html, /id="suggestion"/);
	}
	await host.put("install-secret.txt", `\ufeff  ${SECRET}\r\n`);
	for (const fields of [{ secret: `${SECRET}x` },
		{ proof: "0".repeat(80), install: "1" }, {}]) {
		const page = await post(fields);
		assert.equal(page.status, 403);
		assert.match(page.text, /not the secret/);
		assert.equal(proofOf(page), undefined);
	}
	const foreign = await post({ secret: SECRET },
	    { Origin: "http://evil.example" });
	assert.equal(foreign.status, 403);
	assert.equal(proofOf(foreign), undefined);
});

test("each fault is told in plain words, without secrets", async () => {
	const faults = [
		[() => host.configure(host.url(), "WHAT=1\n"),
			/keywheel\.conf cannot be used.*line 2: WHAT is not known/],
		[() => host.put("keywheel.conf", "# nothing\n"),
			/keywheel\.conf cannot be used.*DATABASE_URL is set neither/],
		[() => host.configure("postgresql://a:hush-hush@/%zz"),
			/database cannot be used.*malformed/],
		[() => host.configure(host.url("nobody")),
			/database cannot be used.*"nobody" does not exist/],
		[() => host.configure("postgresql://a:hush-hush@127.0.0.1:1/a"),
			/database cannot be used.*refused/],
		[() => host.configure(host.url("poor")),
			/may not make a schema.*CREATE/],
		[() => host.put("master.key", "no key"), /master key cannot be used/],
	];
	for (const [make, says] of faults) {
		await host.configure(host.url());
		await make();
		const page = await post({ secret: SECRET, install: "1" });
		assert.equal(page.status, 409, page.text);
		assert.match(page.text, says);
		assert.doesNotMatch(page.html, /hush/);
		assert.doesNotMatch(page.html, /name="install"/);
	}
	await host.configure(host.url());
	await host.put("master.key", "").then(() => host.remove("master.key"));
	host.exposed = true;
	const open = await post({ secret: SECRET, install: "1" });
	host.exposed = false;
	assert.match(open.text, /Anybody can read keywheel\.conf/);
	assert.doesNotMatch(open.html, /hush/);
	assert.throws(() => host.get("installed"));
});

let token;

test("a browser without script installs", { skip: noBrowser }, async () => {
	const page = await openPage({ signedIn: false, javaScriptEnabled: false,
		baseURL: host.origin, viewport: PHONE });
	await page.goto(`${BASE}/`);
	await page.fill("#secret", SECRET);
	await page.click("button.primary");
	await shoot(page, "install-checks");
	assert.ok(await fits(page));
	assert.equal(await page.locator(".state.good").count(), 8);
	await page.fill("#keys", [...KEYS, "<script>"].join("\n"));
	await page.click("button[name=install]");
	await shoot(page, "install-done");
	assert.ok(await fits(page));
	token = await page.inputValue("#token");
	assert.match(token, /^sk-\w{48}$/);
	assert.match(await page.innerText("main"), /2 keys were added\. 1 line/);

	await page.click("text=I have it");
	await page.fill("#token", token);
	await page.click("button.primary");
	await page.click("details.menu > summary");
	await page.click("details.menu a[href$='/keys']");
	assert.equal(new URL(page.url()).pathname, `${BASE}/keys`);
	assert.match(await page.innerText("main"), /aaa1/);
	assert.deepEqual(page.faults, []);
	await page.context().close();
});

async function chat(more) {
	const { path, body } = chatRequest(more);
	const answer = await fetch(`${host.origin}${BASE}${path}`, { method: "POST",
		body: JSON.stringify(body), headers: { "Content-Type":
			"application/json", Authorization: `Bearer ${token}` } });
	assert.equal(answer.status, 200);
	return answer;
}

test("the API is there, streams event by event, and knows its folder",
    { skip: noBrowser }, async () => {
	await host.cli("set", "BASE_URL", `${kw.fake.url}/v1beta`,
	    "JOBS_AFTER_REQUESTS", "false");
	await kw.fake.script({ text_events: 4, event_delay_ms: 150 });
	const answer = await chat({ stream: true });
	const pieces = [];
	for await (const piece of answer.body)
		pieces.push(Buffer.from(piece).toString());
	assert.ok(pieces.length >= 3, `${pieces.length} pieces`);
	assert.equal(events(pieces.join("")).at(-1).data, "[DONE]");
	const { out } = await host.cli("--json", "tokens", "list");
	assert.ok(!out.includes(token));
});

test("a process that is told to end while it streams leaves an account",
    { skip: noBrowser }, async () => {
	await kw.fake.script({ text_events: 40, event_delay_ms: 150 });
	const answer = await chat({ stream: true });
	const reader = answer.body.getReader();
	await reader.read();
	const { child } = host;
	const ended = once(child, "exit");
	const told = Date.now();
	child.kill("SIGTERM");
	const [status, signal] = await ended;
	assert.deepEqual([status, signal], [0, null]);
	/* Apache's SIGKILL comes after three seconds. */
	assert.ok(Date.now() - told < 3000, `${Date.now() - told} ms`);
	await reader.cancel();
	assert.deepEqual(await host.sql.row(`
	    select outcome, detail from keywheel.requests
	    order by started_at desc limit 1`),
	{ outcome: "truncated",
		detail: "The gateway was stopped or restarted. Please retry." });
});

/* It takes five seconds: the others go on meanwhile. */
let silent;

test("who announces a body that nobody wants, and is silent, is let go",
    { skip: noBrowser }, async () => {
	const { path } = chatRequest({});
	const one = new Connection(host.port);
	const { child } = host;
	one.write(`POST ${BASE}${path} HTTP/1.1\r\nHost: a\r\n` +
	    `Authorization: Bearer ${token}\r\nContent-Length: 999999999\r\n` +
	    "\r\n{");
	await until(() => host.child !== child);
	silent = { since: Date.now(), ended: once(host.child, "exit") };
});

test("a secret is good for one time, whatever is uploaded again",
    { skip: noBrowser }, async () => {
	assert.equal((await ask("/install")).status, 404);
	assert.throws(() => host.get("install-secret.txt"));
	await host.put("install-secret.txt", SECRET);
	assert.equal((await ask("/install")).status, 404);
	assert.equal((await post({ secret: SECRET })).status, 404);

	/* Another one opens it: for who has lost his token. */
	await host.put("install-secret.txt", `${SECRET}-2`);
	const look = await post({ secret: `${SECRET}-2` });
	const done = await post({ proof: proofOf(look), install: "1", token: "1" });
	assert.match(done.text, /its name is\s+admin 2/);
	assert.equal((await ask("/install")).status, 404);
});

test("another version waits for the page, which keeps all there is",
    { skip: noBrowser }, async () => {
	/* Another master key seals, which every process tells that it has. */
	for (const step of ["add", "rotate"]) {
		const { status, err } = await host.cli("master-key", step);
		assert.equal(status, 0, err);
		await ask("/health");
	}
	await host.put("installed", host.get("installed")
	    .replace(/^version .*/, "version 0.0.1"));
	assert.equal((await ask("/v1/models", { html: false })).status, 503);
	assert.match((await ask("/install")).html, /has been used|id="suggestion"/);
	await host.put("install-secret.txt", `${SECRET}-3`);
	const look = await post({ secret: `${SECRET}-3` });
	const key = host.get("master.key");
	const done = await post({ proof: proofOf(look), install: "1",
		keys: "AIzaSyInstall-cccccccccccccccccccccccccc3" });
	const { out } = await host.cli("--json", "master-key");
	assert.deepEqual(JSON.parse(out).sealed.keys,
	    { right: 3, other: 0, lost: 0 });
	assert.match(done.text, /of this version now/);
	assert.doesNotMatch(done.html, /sk-\w{48}/);
	assert.equal(host.get("master.key"), key);
	const models = await ask("/v1/models", { html: false,
		headers: { Authorization: `Bearer ${token}` } });
	assert.equal(models.status, 200, models.text);

	await silent.ended;
	assert.ok(Date.now() - silent.since < 60000);

	/* Without its master key the database is not taken for a new one. */
	await host.remove("master.key");
	await host.put("install-secret.txt", `${SECRET}-4`);
	assert.match((await post({ secret: `${SECRET}-4`, install: "1" })).text,
	    /master key that opens them is missing/);
});

// Signing in to the pages: sessions, their cookies, forms, and what becomes of
// those who guess.
import assert from "node:assert/strict";

import { fcgi } from "./lib/fcgi.mjs";
import { fits, formToken, noBrowser, openPage, PHONE, shoot, signIn, textOf,
	Visitor, visitor } from "./lib/pages.mjs";
import { kw, test } from "./lib/shared.mjs";

const get = (path, headers = {}, more = {}) =>
    kw.request({ path, token: null, headers, ...more });
const FORM = "application/x-www-form-urlencoded";

/** As if so many minutes had gone by for all sessions. */
const pass = (minutes) => kw.sql.exec(`update keywheel.sessions
    set seen_at = seen_at - interval '${minutes} minutes'`);

function assertHtml(answer, status) {
	assert.equal(answer.status, status, answer.text);
	assert.match(answer.headers["content-type"], /^text\/html/);
	assert.match(answer.headers["content-security-policy"],
	    /default-src 'none'.*frame-ancestors 'none'/);
	assert.equal(answer.headers["x-content-type-options"], "nosniff");
	assert.equal(answer.headers["cache-control"], "no-store");
	assert.equal(answer.headers["access-control-allow-origin"], undefined);
	assert.equal(answer.headers["www-authenticate"], undefined);
}

test("nobody without a session", async () => {
	const cookie = await visitor.cookie();
	const [name, id] = cookie.split("=");
	for (const headers of [{}, { Authorization: `Bearer ${kw.adminToken}` },
		{ "x-goog-api-key": kw.adminToken },
		{ Authorization: `Basic ${btoa(`x:${kw.adminToken}`)}` },
		{ Cookie: "" }, { Cookie: ';;=;"é%00' }, { Cookie: name },
		{ Cookie: `${name}=` }, { Cookie: `${name}=${id.slice(1)}` },
		{ Cookie: `${name}=${id}0` }, { Cookie: `${name}=${"0".repeat(64)}` },
		{ Cookie: `${name}=${"x".repeat(6000)}` },
		{ Cookie: `${name}=${"0".repeat(64)}; ${cookie}` },
		{ Cookie: `__Host-${cookie}` },
		{ Cookie: `${name}=${kw.adminToken}` }]) {
		const answer = await get("/", { Origin: "http://evil", ...headers });
		assertHtml(answer, 200);
		assert.match(answer.text, /name="token"/);
		assert.doesNotMatch(answer.text, /AIza|sign-out/);
	}
	assert.match((await get(`/?key=${kw.adminToken}`)).text, /name="token"/);
	const there = await get("/storage?what=logs&days=0");
	assert.equal(there.status, 303);
	assert.equal(there.headers.location,
	    "/?next=%2Fstorage%3Fwhat%3Dlogs%26days%3D0");
	assert.equal((await get("/storage", {}, { method: "HEAD" })).status, 303);
	/* One that is broken beside a good one, before or after it. */
	for (const both of [`${name}=x; ${cookie}`, `${cookie}; ${name}=y`])
		assert.equal((await get("/storage", { Cookie: both })).status, 200);
});

test("signing in: where it leads, and what the cookie is", async () => {
	const answer = await signIn(kw.adminToken, { fields: { next: "/storage" } });
	assert.equal(answer.status, 303);
	assert.equal(answer.headers.location, "/storage");
	assert.match(answer.headers["set-cookie"], new RegExp("^keywheel=" +
	    "[0-9a-f]{64}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict$"));
	assert.equal(answer.headers["cache-control"], "no-store");
	for (const next of ["//evil.example", "https://evil.example", "/\\evil",
		"\\/evil", "/a\\b", "/a b", "/\tb", "evil", "", "/" + "a".repeat(3000),
		"/é", "javascript:alert(1)"]) {
		const { status, headers } = await signIn(kw.adminToken,
		    { fields: { next } });
		assert.deepEqual([status, headers.location], [303, "/"], next);
	}
	/* A proxy that ends TLS can make the cookie stricter only. */
	for (const [headers, strict] of [[{ "X-Forwarded-Proto": "https" }, true],
		[{ "X-Forwarded-Proto": "http" }, false]]) {
		const secure = (await signIn(kw.adminToken, { headers }))
		    .headers["set-cookie"];
		assert.equal(/^__Host-keywheel=.*; Secure$/.test(secure), strict);
		const [cookie] = secure.split(";");
		assert.equal((await get("/storage", { Cookie: cookie, ...headers }))
		    .status, 200);
		assert.equal((await get("/storage", { Cookie: cookie })).status,
		    strict ? 303 : 200);
	}
	assert.equal((await get("/sign-in")).headers.location, "/");
});

/** The same by variables of another web server. */
async function signInBy(variables, token) {
	const page = await fcgi(kw, { REQUEST_URI: "/", ...variables });
	return fcgi(kw, { REQUEST_METHOD: "POST", REQUEST_URI: "/sign-in",
		CONTENT_TYPE: FORM, ...variables }, new URLSearchParams(
	    { token, form_token: formToken(page.text) }).toString());
}

test("the cookie behind TLS, and two of one network", async (t) => {
	/* A token has twenty sessions at most: the visitor's shall stay. */
	const { token } = await kw.cliJson("tokens", "add", "tls", "--admin");
	t.after(() => Promise.all([kw.cli("tokens", "revoke", "tls"),
		kw.sql.exec("delete from keywheel.sign_in_faults")]));
	for (const [variables, secure] of [[{}, false], [{ HTTPS: "on" }, true],
		[{ REQUEST_SCHEME: "https" }, true], [{ HTTPS: "off" }, false],
		[{ REQUEST_SCHEME: "http", HTTP_X_FORWARDED_PROTO: "https" }, true],
		[{ HTTPS: "on", HTTP_X_FORWARDED_PROTO: "http" }, true]]) {
		const cookie = (await signInBy(variables, token)).headers["set-cookie"];
		assert.equal(/^__Host-keywheel=\w{64}; Path=\/; .*; Secure$/.test(
		    cookie), secure, cookie);
		assert.equal(/^keywheel=/.test(cookie), !secure, cookie);
	}
	for (let i = 0; i < 3; i++)
		await signInBy({ REMOTE_ADDR: `2001:db8:1:2::${i + 1}`,
			HTTP_X_FORWARDED_FOR: `192.0.2.${i}` }, "wrong");
	await kw.sql.exec("update keywheel.sign_in_faults " +
	    "set refused_until = now() + interval '1 minute'");
	for (const [address, status] of [["2001:db8:1:2:ffff::9", 429],
		["2001:db8:1:3::1", 303], ["192.0.2.1", 303], ["", 303]])
		assert.equal((await signInBy({ REMOTE_ADDR: address }, token))
		    .status,
		    status, address);
});

test("signing in: tokens that are none", async () => {
	const empty = await signIn("");
	assertHtml(empty, 422);
	assert.match(empty.text, /aria-describedby="token-error"/);
	const client = await signIn(kw.token);
	assertHtml(client, 403);
	assert.match(textOf(client.text), /may not see these pages/);
	for (const [token, more] of [["wrong"], ["x".repeat(9000)], [kw.adminToken,
		{ headers: { "Sec-Fetch-Site": "cross-site" } }], [kw.adminToken,
		{ headers: { Origin: "http://evil.example" } }], [kw.adminToken,
		{ headers: { Origin: "null" } }], [kw.adminToken,
		{ fields: { form_token: "" } }]]) {
		const answer = await signIn(token, more);
		assertHtml(answer, more ? 403 : 401);
		assert.equal(answer.headers["set-cookie"], undefined);
		assert.ok(!answer.text.includes(kw.adminToken));
	}
	assert.equal((await signIn(kw.adminToken, { headers: { Origin:
		"http://127.0.0.1", "Sec-Fetch-Site": "same-origin" } })).status, 303);
	assert.equal((await kw.request({ method: "POST", path: "/sign-in",
		token: null, body: "{}" })).status, 400);
});

test("guessing: longer and longer, then not at all, whichever responder",
    async (t) => {
	t.after(() => kw.sql.exec("delete from keywheel.sign_in_faults"));
	const over = () => kw.sql.exec("update keywheel.sign_in_faults " +
	    "set refused_until = '-infinity'");
	const waits = [];
	for (let i = 0; i < 10; i++) {
		const answer = await signIn(`wrong${i}`, {
			headers: { "X-Forwarded-For": `192.0.2.${i}` } });
		assertHtml(answer, 401);
		waits.push(Number(answer.headers["retry-after"] ?? 0));
		await over();
	}
	assert.deepEqual(waits, [0, 0, 1, 2, 4, 8, 16, 32, 64, 900]);
	await signIn("wrong");
	/* Each on a connection of its own, several responders at once. */
	const answers = await Promise.all(Array.from({ length: 6 },
	    () => signIn(kw.adminToken)));
	for (const answer of answers) {
		assertHtml(answer, 429);
		assert.ok(Number(answer.headers["retry-after"]) > 800);
	}
	assert.equal((await visitor.get("/storage")).status, 200);
	await over();
	assert.equal((await signIn(kw.adminToken)).status, 303);
	assert.equal(await kw.sql.exec(
	    "select count(*) from keywheel.sign_in_faults"), "0");
});

test("sessions: a second one, the list, the end of one and of all",
    async () => {
	const { token } = await kw.cliJson("tokens", "add", "boss", "--admin");
	const [one, two, three] = [1, 2, 3].map(() => new Visitor(token));
	const open = async (who) => (await who.get("/storage")).status === 200;
	for (const who of [one, two, three])
		assert.ok(await open(who));
	const list = await one.get("/sessions",
	    { "User-Agent": "<script>alert(1)</script>" });
	assertHtml(list, 200);
	const ids = [...list.text.matchAll(/name="session" value="(\d+)"/g)]
	    .map((match) => match[1]);
	assert.equal(ids.length, 3);
	const away = await one.post("/sessions", { session: ids[0] });
	assert.equal(away.headers.location, "/sessions");
	/* Told once, by the next page that somebody looks at. */
	await one.get("/storage", { "X-Refresh": "1" });
	assert.match((await one.get("/storage")).text, /has been ended/);
	assert.doesNotMatch((await one.get("/storage")).text, /has been ended/);
	assert.deepEqual([await open(one), await open(two), await open(three)],
	    [true, true, false]);
	assert.equal((await one.post("/sessions", { session: "x" })).status, 400);
	const others = await visitor.post("/sessions", { session: ids[1] });
	assert.equal(others.status, 303);
	assert.ok(await open(two));

	const form = formToken((await two.get("/storage")).text);
	const out = await two.post("/sign-out", {}, { from: "/storage" });
	assert.equal(out.headers.location, "/");
	assert.match(out.headers["set-cookie"], /^keywheel=; Path=\/; Max-Age=0;/);
	assert.deepEqual([await open(one), await open(two)], [true, false]);
	/* The form of a session is of no use to another. */
	const again = new Visitor(token);
	assertHtml(await again.post("/sign-out", { form_token: form }), 403);
	assert.ok(await open(again));
	assert.equal((await one.post("/sessions", { session: "all" })).status, 303);
	assert.deepEqual([await open(one), await open(again), await open(visitor)],
	    [false, false, true]);

	const last = new Visitor(token);
	assert.ok(await open(last));
	await kw.cli("tokens", "revoke", "boss");
	assert.ok(!await open(last));
});

test("sessions: their end by time, by the setting at once", async () => {
	const who = new Visitor();
	const status = async () => (await who.get("/storage")).status;
	assert.equal(await status(), 200);
	await pass(59);
	assert.equal(await status(), 200);
	await pass(30);
	await kw.set({ ADMIN_SESSION_EXPIRE: 300 });
	assert.equal(await status(), 303);
	await kw.set({ ADMIN_SESSION_EXPIRE: 3600 });
	assert.equal(await status(), 200);
	await kw.sql.exec("update keywheel.sessions set ends_at = now()");
	assert.equal(await status(), 303);
	/* Whoever was signed in until then is to sign in anew. */
	await kw.sql.exec(`update keywheel.sessions
	    set ends_at = now() + interval '1 day', seen_at = now()`);
});

test("forms: nothing is lost", async (t) => {
	t.after(() => kw.sql.exec("delete from keywheel.clears"));
	const who = new Visitor();
	const fields = { what: "cache", days: "7", more: `<b>"&'\n é` };
	const ours = { "Sec-Fetch-Site": "same-origin" };
	const page = (await who.get("/storage")).text;
	const cleared = () => kw.sql.exec("select count(*) from keywheel.clears");
	const before = await cleared();

	/* Old: an hour is not waited for; a form of before is as good a test. */
	const early = await who.post("/storage", { ...fields,
		form_token: formToken((await visitor.get("/storage")).text) },
	    { headers: ours });
	assertHtml(early, 403);
	assert.match(early.text, /name="what" value="cache"/);
	assert.match(early.text, /value="&lt;b&gt;&quot;&amp;&#39;\r?\n é"/);
	assert.match(early.text, /method="post" action="\/storage"/);
	assert.equal(await cleared(), before);
	/* From elsewhere nothing is taken up. */
	for (const headers of [{ "Sec-Fetch-Site": "cross-site" },
		{ Origin: "http://evil.example" }, {}]) {
		const forged = await who.post("/storage",
		    { ...fields, form_token: "0".repeat(80) }, { headers });
		assertHtml(forged, 403);
		assert.ok(!forged.text.includes("cache"));
		assert.match(forged.text, /Nothing was changed/);
	}

	/* The session is over: the form waits until somebody has signed in. */
	await kw.sql.exec(`update keywheel.sessions set ends_at = now()
	    where session_id = (select max(session_id) from keywheel.sessions)`);
	const body = new URLSearchParams({ ...fields,
		form_token: formToken(page) }).toString();
	const ask = await who.send("/storage?a=b", body, ours);
	assertHtml(ask, 401);
	const hidden = (name) => new RegExp(`name="${name}" value="([^"]*)"`)
	    .exec(ask.text)[1].replaceAll("&amp;", "&");
	/* Another site's form is not kept, whoever signs in after it. */
	const foreign = await kw.request({ method: "POST", path: "/sign-in",
		token: null, headers: { "Content-Type": FORM,
			"Sec-Fetch-Site": "cross-site" },
		body: new URLSearchParams({ next: "/storage",
			kept: "what=logs&days=0" }).toString() });
	assertHtml(foreign, 403);
	assert.doesNotMatch(foreign.text, /name="kept"/);
	const kept = await signIn(kw.adminToken, { fields: {
		kept: hidden("kept"), next: hidden("next") } });
	assertHtml(kept, 200);
	assert.match(kept.headers["set-cookie"], /^keywheel=[0-9a-f]{64};/);
	assert.match(kept.text, /action="\/storage\?a=b"/);
	assert.match(kept.text, /name="days" value="7"/);
	assert.equal(await cleared(), before);
	const done = await kw.request({ method: "POST", path: "/storage?a=b",
		token: null, headers: { "Content-Type": FORM,
			Cookie: kept.headers["set-cookie"].split(";")[0] },
		body: new URLSearchParams({ ...fields,
			form_token: formToken(kept.text) }).toString() });
	assert.equal(done.status, 303, done.text);
	assert.notEqual(await cleared(), before);
	/* Without a browser's word for it nothing is kept. */
	const lost = await who.send("/storage", body);
	assertHtml(lost, 401);
	assert.ok(!lost.text.includes('name="kept"'));
});

test("in a browser: in and out, without scripts", { skip: noBrowser },
    async () => {
	const page = await openPage({ signedIn: false, javaScriptEnabled: false,
		viewport: PHONE });
	await page.goto("/storage?what=cache&days=3");
	await shoot(page, "sign-in");
	await page.getByLabel("Admin token").fill("no such token");
	await page.keyboard.press("Enter");
	await page.getByText("This is no token of this gateway.").waitFor();
	await shoot(page, "sign-in-wrong");
	assert.ok(await fits(page));
	await page.getByLabel("Admin token").fill(kw.adminToken);
	await page.getByRole("button", { name: "Sign in" }).click();
	await page.getByText("older than 3 days").waitFor();
	await page.goto("/sessions");
	await shoot(page, "sessions");
	assert.ok(await fits(page));
	await page.getByRole("row", { name: /this one/ })
	    .getByRole("button", { name: "Sign out" }).click();
	await page.getByLabel("Admin token").waitFor();
	await page.goBack();
	await page.goto("/sessions");
	await page.getByLabel("Admin token").waitFor();
	/* What Chromium says of a page with status 401. */
	assert.equal(page.faults.length, 1, page.faults.join());
	assert.match(page.faults[0], /401/);
});

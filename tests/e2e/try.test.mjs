// The page that tries requests: with and without script, through the same
// door as any client's.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

import { fits, noBrowser, openPage, PHONE, shoot, textOf, visitor }
    from "./lib/pages.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const MODEL = "gemini-2.5-flash";
const HOSTILE = `<script>alert(1)</script>"'&\u202eevil😀`;

const send = (fields) => visitor.post("/try",
    { do: "send", model: MODEL, prompt: "hello", ...fields });
const between = (html, from, to) => html.split(from)[1]?.split(to)[0];
const said = (html) => between(html, 'id="text" dir="auto">', "</pre>");
const pageId = (html) => /href="\/requests\/([0-9a-f-]{36})"/.exec(html)?.[1];

/** The row of the account that a page links to. */
async function account(html) {
	return kw.sql.row(`select * from keywheel.requests
	    where request_id = '${pageId(html)}'`);
}

for (const [route, stream, name] of [["chat", "", "openai.chat"],
	["chat", "1", "openai.chat"], ["responses", "", "openai.responses"],
	["responses", "1", "openai.responses"], ["gemini", "", "gemini."],
	["gemini", "1", "gemini."]])
	test(`${route}${stream && ", streamed"}: text, key, account`, async () => {
		const { status, text } = await send({ route, stream });
		assert.equal(status, 200, text);
		assert.equal(said(text), "You said: hello");
		const row = await account(text);
		assert.ok(row.route.startsWith(name), row.route);
		assert.equal(row.outcome, "complete");
		assert.equal(row.streamed, stream === "1");
		assert.match(text, new RegExp(`href="/keys/${row.key_id}"`));
		assert.match(textOf(text), /First byte \d+ ms In all [\d,]+ ms/);
	});

test("embeddings have no text, and are shown as they came", async () => {
	const { status, text } = await send(
	    { route: "embeddings", model: "gemini-embedding-001" });
	assert.equal(status, 200, text);
	assert.equal(said(text), undefined);
	assert.match(between(text, 'id="raw">', "</code>"), /embedding/);
	assert.equal((await account(text)).route, "openai.embeddings");
});

test("an answer is harmless, however it looks, and cut where it is long",
    async () => {
	await kw.fake.script({ text: HOSTILE });
	const hostile = (await send({ prompt: HOSTILE, system: HOSTILE,
		route: "chat" })).text;
	assert.ok(!hostile.includes("<script>alert"), "markup of a model's");
	assert.ok(textOf(hostile).includes(HOSTILE));
	const tidy = spawnSync("tidy", ["-quiet", "-errors",
		"--drop-empty-elements", "no",
		"--warn-proprietary-attributes", "no"], { input: hostile });
	assert.equal(tidy.error ? "" : String(tidy.stderr), "");
	await kw.fake.script({ filler_bytes: 10e6 });
	for (const stream of ["", "1"]) {
		const { status, text } = await send({ route: "chat", stream });
		assert.equal(status, 200);
		assert.ok(text.length < 2e6, String(text.length));
		assert.match(textOf(text), /only its beginning is shown/);
	}
});

test("an error is what a client gets, with the way to its page", async () => {
	await kw.fake.script({ error: "bad_request" });
	const { status, text } = await send({ route: "gemini" });
	assert.equal(status, 200);
	assert.match(text, /HTTP 400/);
	assert.match(between(text, 'id="raw">', "</code>"), /INVALID_ARGUMENT/);
	const row = await account(text);
	assert.equal(row.status, 400);
	assert.equal((await visitor.get(`/requests/${pageId(text)}`)).status, 200);
});

test("a body by hand goes as it is, right or wrong", async () => {
	const made = await send({ route: "chat", do: "body", stream: "",
		temperature: "0.5", max_tokens: "50", effort: "low" });
	const body = JSON.parse(made.text.match(
	    /<textarea id="body"[^>]*>([^]*?)<\/textarea>/)[1]
	    .replaceAll("&quot;", '"'));
	assert.deepEqual(body, { model: MODEL, temperature: 0.5, max_tokens: 50,
		messages: [{ role: "user", content: "hello" }],
		reasoning_effort: "low" });
	assert.deepEqual(await kw.fake.requests(), [], "nothing is sent yet");
	body.messages[0].content = "by hand";
	const { text } = await send({ prompt: "", route: "chat",
		body: JSON.stringify(body) });
	assert.equal(said(text), "You said: by hand");
	const wrong = await send({ body: "{not json" });
	assert.match(wrong.text, /HTTP 400/);
});

test("nothing is sent of a form that is not right, and it is kept",
    async () => {
	for (const [field, value] of [["prompt", ""], ["model", ""],
		["temperature", "warm"], ["max_tokens", "0"], ["effort", "most"],
		["prompt", "x".repeat(100001)]]) {
		const { status, text } = await send({ system: "stay",
			[field]: value });
		assert.equal(status, 422, field);
		assert.match(text, new RegExp(`id="${field}-error"`));
		assert.match(text, /\nstay<\/textarea>/);
	}
	assert.deepEqual(await kw.fake.requests(), []);
});

test("the token's limits hold, and no secret is in the page", async () => {
	const { token_id } = await account((await send({ route: "chat" })).text);
	const limit = (models) => kw.sql.exec(`update keywheel.tokens
	    set models = ${models} where token_id = ${token_id}`);
	await limit("'{other-*}'");
	const { text } = await send({}).finally(() => limit("null"));
	assert.match(text, /HTTP 40[34]/);
	assert.equal((await kw.fake.requests()).length, 1, "no other is sent");
	const [{ hash }] = await kw.sql.rows(
	    "select encode(hash, 'hex') as hash from keywheel.tokens limit 1");
	for (const secret of [kw.adminToken, hash])
		assert.ok(!text.includes(secret));
	assert.match(textOf(text), /-H "Authorization: Bearer \$TOKEN"/);
});

test("a model of any name stays in its place of the path", async () => {
	const { text } = await send({ route: "gemini",
		model: "../../v1/models?x=1#'\n" });
	assert.match(text, /HTTP 4\d\d/);
	assert.deepEqual(await kw.fake.requests(), []);
});

// ---- with a script ----------------------------------------------------------

const SLOW = { text: "one two three four", text_events: 4 };

/** What a script gets: events, one by one. */
async function stream(fields) {
	const answer = await visitor.post("/try", { do: "send", model: MODEL,
		prompt: "hello", stream: "1", ...fields },
	    { headers: { Accept: "text/event-stream" } });
	const events = answer.text.split("\n\n")
	    .filter((event) => event.startsWith("data: "))
	    .map((event) => JSON.parse(event.slice(6)));
	return { answer, texts: events.filter((e) => e.text).map((e) => e.text),
		page: events.at(-1).page };
}

test("for a script: pieces of the text, then the page", async () => {
	await kw.fake.script(SLOW);
	for (const route of ["chat", "responses", "gemini"]) {
		const { answer, texts, page } = await stream({ route });
		assert.match(answer.headers["content-type"], /^text\/event-stream/);
		assert.equal(answer.headers["access-control-allow-origin"],
		    undefined);
		assert.ok(texts.length > 1, `${route}: ${texts.length} pieces`);
		assert.equal(texts.join(""), SLOW.text);
		assert.equal(said(page), SLOW.text);
	}
});

test("a form that is not right, or forged, is a page for a script, too",
    async () => {
	const headers = { Accept: "text/event-stream" };
	for (const [fields, status] of [[{ prompt: "" }, 422],
		[{ prompt: "x", form_token: "forged" }, 403]]) {
		const answer = await visitor.post("/try",
		    { model: MODEL, ...fields }, { headers });
		assert.equal(answer.status, status, answer.text);
		assert.match(answer.headers["content-type"], /^text\/html/);
	}
	assert.deepEqual(await kw.fake.requests(), []);
});

test("in a browser: the text grows, Stop ends the call, errors are told",
    { skip: noBrowser }, async () => {
	const page = await openPage();
	await page.goto(`/try?model=${MODEL}`);
	assert.equal(await page.inputValue("#model"), MODEL);
	await page.fill("#prompt", "hello");

	await kw.fake.script({ ...SLOW, silence_after_events: 2 });
	await page.click("text=Send");
	await page.waitForFunction(() =>
		document.querySelector("#coming").textContent.startsWith("one"));
	assert.equal((await kw.fake.books()).open, 1, "it is not over");
	await page.click("text=Stop");
	await until(async () => (await kw.fake.books()).aborted === 1,
	    { what: "the end of the call upstream" });

	await kw.fake.script({ text: HOSTILE });
	await page.click("text=Send");
	await page.waitForSelector("#answer #text");
	assert.equal(await page.textContent("#text"), HOSTILE);
	assert.ok(await page.isHidden("#coming"));
	await shoot(page, "try");

	await kw.fake.script({ error: "bad_request" });
	await page.click("text=Send");
	await page.waitForSelector("#answer .notice.bad");
	await page.fill("#prompt", "");
	await page.click("text=Send");
	await page.waitForSelector("#prompt-error");
	assert.deepEqual(page.faults.filter((fault) => !/422/.test(fault)), []);
});

test("in a browser without script, on a phone", { skip: noBrowser },
    async () => {
	const page = await openPage({ javaScriptEnabled: false, viewport: PHONE });
	await page.goto(`/try?model=${MODEL}`);
	await page.fill("#prompt", "hello");
	await page.click("text=Send");
	assert.equal(await page.textContent("#text"), "You said: hello");
	assert.ok(await fits(page));
	await shoot(page, "try-phone");
});

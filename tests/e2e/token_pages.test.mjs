// The pages of tokens: made once, changed, rotated, ended.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { randomUUID } from "node:crypto";

import { DESK, PHONE, Visitor, fits, noBrowser, openPage, shoot, textOf,
	visitor } from "./lib/pages.mjs";
import { kw, test } from "./lib/shared.mjs";
import { quote } from "./lib/sql.mjs";
import { MODEL } from "./lib/stack.mjs";

const HOSTILE = "<script>alert(1)</script> \"'&\u202e 😀";

let n = 0;
const newName = () => `page-${process.pid}-${n++}`;

/** The value of a field, or the text of an area. */
const field = (html, name) => {
	const tag = new RegExp(`<[^>]* name="${name}"[^>]*>`).exec(html);
	return / value="([^"]*)"/.exec(tag?.[0])?.[1] ??
	    html.slice(tag.index + tag[0].length).split("</textarea>")[0].trim();
};

/** Make one by its form: {secret, id, answer}. */
async function make(fields = {}) {
	const answer = await visitor.post("/tokens/add",
	    { name: newName(), form_id: randomUUID(), ...fields });
	assert.equal(answer.status, 200, answer.text);
	const [, secret] = />(sk-\w+)</.exec(answer.text) ?? [];
	const [, id] = /href="\/tokens\/(\d+)"/.exec(answer.text) ?? [];
	return { secret, id, answer };
}

const page = async (id) => (await visitor.get(`/tokens/${id}`)).text;

/** Post to a token's page what its form holds, and these. */
async function edit(id, fields, where = "") {
	const html = await page(id);
	const all = {};
	for (const name of ["name", "note", "expires_at", "models", "addresses",
		"requests_per_minute", "requests_per_day", "tokens_per_minute",
		"tokens_per_day", "concurrent", "budget"])
		all[name] = field(html, name);
	return visitor.post(`/tokens/${id}${where}`,
	    { ...all, version: field(html, "version"), ...fields },
	    { from: `/tokens/${id}` });
}

const row = (id) => kw.sql.row(`select name, admin, note, models,
    addresses::text[], expires_at::text, requests_per_minute, requests_per_day,
    tokens_per_minute, tokens_per_day, concurrent, budget::text,
    budget_currency, shadow, disabled_at is not null as disabled,
    revoked_at is not null as revoked
    from keywheel.tokens where token_id = ${id}`);

const chat = (token) => kw.chat({}, { token });

test("a new token: shown once, good at once, and nowhere else", async () => {
	const form = randomUUID();
	const fields = { form_id: form, name: newName(), admin: "0",
		note: "for tests", expires_at: "2199-12-31T18:00",
		models: "gemini-2.5-*\r\nmodels/gemini-3-pro", addresses:
		"127.0.0.0/8\n::1 192.0.2.77/24", requests_per_minute: "60",
		requests_per_day: "", tokens_per_minute: "", tokens_per_day: "70000",
		concurrent: "5", budget: "20.5 usd", shadow: "0" };
	const { secret, id, answer } = await make(fields);
	assert.match(answer.headers["cache-control"], /no-store/);
	assert.match(textOf(answer.text), /shown this once only/);
	assert.deepEqual(await row(id), { name: fields.name, admin: false,
		note: "for tests", models: ["gemini-2.5-*", "gemini-3-pro"],
		addresses: ["127.0.0.0/8", "::1/128", "192.0.2.0/24"],
		expires_at: "2199-12-31 18:00:00+00", requests_per_minute: 60,
		requests_per_day: null, tokens_per_minute: null, tokens_per_day: 70000,
		concurrent: 5, budget: "20.5", budget_currency: "USD",
		shadow: false, disabled: false, revoked: false });
	assert.equal((await chat(secret)).status, 200);

	/* Loaded again, the answer makes no other one. */
	const again = await visitor.post("/tokens/add", fields);
	assert.equal(again.status, 200);
	assert.match(textOf(again.text), /has had its token/);
	assert.ok(!/sk-/.test(again.text));
	assert.ok(again.text.includes(`/tokens/${id}"`));
	assert.equal(await kw.sql.exec(`select count(*) from keywheel.tokens
	    where form = '${form}'`), "1");

	assert.ok(!(await page(id)).includes(secret));
	assert.equal(await kw.sql.exec(`select count(*) from keywheel.tokens t
	    where t::text like ${quote(`%${secret.slice(3, 30)}%`)}`), "0");
	for (const file of await readdir(kw.state, { recursive: true }))
		if (file.endsWith(".log"))
			assert.ok(!(await readFile(path.join(kw.state, file), "utf8"))
			    .includes(secret), file);
});

test("what is wrong is said beside its field, and nothing is lost",
    async () => {
	const fields = { name: "", note: HOSTILE, expires_at: "soon",
		models: "gemini 2\n<b>", addresses: "300.1.1.1",
		requests_per_minute: "0", requests_per_day: "-1",
		tokens_per_minute: "1.5", tokens_per_day: "many", admin: "1",
		concurrent: "9999999", budget: "<b>", shadow: "perhaps" };
	const answer = await visitor.post("/tokens/add",
	    { ...fields, form_id: randomUUID() });
	assert.equal(answer.status, 422);
	assert.equal(answer.text.match(/class="error"/g).length, 10);
	assert.ok(!answer.text.includes("<script>alert"));
	for (const name of ["expires_at", "requests_per_minute",
		"requests_per_day", "tokens_per_minute", "tokens_per_day",
		"concurrent"])
		assert.equal(field(answer.text, name), fields[name]);
	assert.equal(textOf(field(answer.text, "models")), "gemini 2 <b>");
	assert.equal(textOf(field(answer.text, "note")), HOSTILE);
	assert.match(answer.text, /value="1" selected/);

	const { id } = await make();
	const taken = await visitor.post("/tokens/add",
	    { name: (await row(id)).name, note: "kept", form_id: randomUUID() });
	assert.equal(taken.status, 422);
	assert.match(taken.text, /Another token has this name/);
	assert.equal(field(taken.text, "note"), "kept");
	const noForm = await visitor.post("/tokens/add", { name: newName() });
	assert.equal(noForm.status, 422);
});

test("a token is changed, if nobody else has changed it", async () => {
	const { id, secret } = await make({ models: "gemini-9*" });
	assert.equal((await chat(secret)).status, 403);
	const version = field(await page(id), "version");
	const saved = await edit(id, { models: "", requests_per_day: "1" });
	assert.equal(saved.status, 303, saved.text);
	assert.match(textOf(await page(id)), /The token has been changed/);
	assert.equal((await chat(secret)).status, 200);
	assert.equal((await chat(secret)).status, 429);
	assert.match(textOf(await page(id)), /Requests a day 1 full 1/);

	const stale = await edit(id, { note: "mine", version });
	assert.equal(stale.status, 409);
	assert.match(textOf(stale.text), /Somebody else has changed/);
	assert.equal(field(stale.text, "note"), "mine");
	assert.equal((await row(id)).note, "");
	const bad = await edit(id, { addresses: "x", note: "mine" });
	assert.equal(bad.status, 422);
	assert.equal(field(bad.text, "note"), "mine");
});

test("disabled, enabled, revoked", async () => {
	const { id, secret } = await make();
	assert.equal((await edit(id, {}, "/disable")).status, 303);
	assert.match((await chat(secret)).json.error.message, /disabled/);
	assert.equal((await edit(id, {}, "/enable")).status, 303);
	assert.equal((await chat(secret)).status, 200);

	const question = await visitor.get(`/tokens/${id}?ask=revoke`);
	assert.match(textOf(question.text), /Revoke this token\?/);
	assert.equal((await edit(id, {}, "/revoke")).status, 303);
	assert.match((await chat(secret)).json.error.message, /revoked/);
	assert.ok(!/<button[^>]*>Save/.test(await page(id)));
	const late = await visitor.post(`/tokens/${id}/enable`, { version: 4 },
	    { from: "/tokens/add" });
	assert.equal(late.status, 409);
	assert.equal((await visitor.get("/tokens/999999999")).status, 404);
	assert.equal((await visitor.get("/tokens/x")).status, 404);
});

test("a new secret; the old one stays good for as long as is chosen",
    async () => {
	const { id, secret } = await make();
	const rotate = async (fields) => visitor.post(`/tokens/${id}/rotate`,
	    { version: field(await page(id), "version"), ...fields },
	    { from: `/tokens/${id}` });
	const form = randomUUID();
	const first = await rotate({ keep: 3600, form_id: form });
	const [, second] = />(sk-\w+)</.exec(first.text);
	assert.equal((await chat(secret)).status, 200);
	assert.equal((await chat(second)).status, 200);
	assert.match(textOf(await page(id)), /Old secrets that are still good/);
	assert.ok(!/sk-/.test((await rotate({ keep: 0, form_id: form })).text));

	const last = await rotate({ keep: 0, form_id: randomUUID() });
	const [, third] = />(sk-\w+)</.exec(last.text);
	assert.equal((await chat(third)).status, 200);
	assert.equal((await chat(secret)).status, 200);
	const old = await chat(second);
	assert.deepEqual([old.status, old.json.error.code],
	    [401, "invalid_api_key"]);
	assert.match(old.json.error.message, /new secret/);
	await kw.sql.exec(`update keywheel.token_secrets set ends_at = now()
	    where token_id = ${id}`);
	assert.equal((await chat(secret)).status, 401);
	const names = new Set((await kw.sql.rows(`select distinct token
	    from keywheel.report_requests r join keywheel.tokens t
	    on t.name = r.token where t.token_id = ${id}`)).map((r) => r.token));
	assert.equal(names.size, 1);
});

test("what is used of limits, and what they would have refused", async () => {
	await kw.sql.exec(`insert into keywheel.prices (model, valid_from,
	    currency, prompt, answer)
	    values (${quote(MODEL)}, '2020-01-01', 'USD', 1, 2)
	    on conflict do nothing`);
	const { id, secret } = await make({ concurrent: "3", budget: "2.50 USD",
		requests_per_day: "1", shadow: "1" });
	for (const model of [MODEL, "gemini-2.5-pro"])
		await kw.rowOf(await kw.chat({ model }, { token: secret }));
	const text = textOf(await page(id));
	assert.match(text, /in shadow They refuse nothing/);
	assert.match(text, /Requests a day 2 full 1/);
	assert.match(text, /Requests at once 0 3/);
	assert.match(text, /Budget a month 0\.\d+ USD 2\.5 USD/);
	assert.match(text, /counted as nothing: gemini-2.5-pro/);
	assert.match(text, /last 24 hours .*Requests a day 1 /);
	assert.equal(field(await page(id), "budget"), "2.5 USD");
	assert.match(textOf((await visitor.get("/tokens")).text),
	    /Budget a month: 2\.5 USD in shadow/);
	const found = (await visitor.get(`/requests?token=${id}&shadow=yes`)).text;
	const links = [...found.matchAll(/"\/requests\/([0-9a-f-]{36})"/g)];
	assert.equal(new Set(links.map(([, one]) => one)).size, 1);
	assert.match(textOf((await visitor.get(`/requests/${links[0][1]}`)).text),
	    /would have refused it: Requests a day/);
	/* Out of the shadow. */
	assert.equal((await edit(id, { shadow: "0" })).status, 303);
	assert.equal((await chat(secret)).status, 429);
});

test("the last admin token stays", async (t) => {
	const { token_id: id } = await kw.sql.row(`select token_id
	    from keywheel.tokens where admin and revoked_at is null`);
	t.after(() => kw.sql.exec(`update keywheel.tokens set addresses = null
	    where token_id = ${id}`));
	for (const [fields, where] of [[{}, "/disable"], [{}, "/revoke"],
		[{ admin: "0" }, ""], [{ admin: "1", expires_at:
		    "2199-01-01T00:00" }, ""]]) {
		const answer = await edit(id, fields, where);
		assert.equal(answer.status, 422, where);
		assert.match(textOf(answer.text), /last admin token/);
	}
	const shut = await edit(id, { admin: "1", addresses: "192.0.2.1" });
	assert.equal(shut.status, 422);
	assert.match(shut.text, /Your own address/);
	assert.equal((await edit(id,
	    { admin: "1", addresses: "127.0.0.1" })).status, 303);
	assert.equal((await new Visitor().get("/tokens")).status, 200);
	assert.match(textOf((await edit(id, { keep: 0, form_id: randomUUID() },
	    "/rotate")).text), /comes from a \.env file/);

	/* With another one there it may go, and its sessions end with it. */
	const other = await make({ admin: "1" });
	const somebody = new Visitor(other.secret);
	assert.equal((await somebody.get("/tokens")).status, 200);
	assert.equal((await edit(other.id, {}, "/disable")).status, 303);
	assert.equal((await somebody.get("/tokens")).status, 303);
});

test("the list: states, search, pages, hostile names", async () => {
	const name = `${HOSTILE}${newName()}`;
	const { id, secret } = await make({ name, note: "find-me" });
	await chat(secret);
	const found = await visitor.get("/tokens?q=FIND-me");
	assert.ok(found.text.includes(`/tokens/${id}"`));
	assert.ok(!found.text.includes("<script>alert"));
	assert.ok(textOf(found.text).includes("page-"));
	assert.match(textOf(found.text), /1 token\./);
	const none = await visitor.get("/tokens?q=%25_nothing&state=active");
	assert.match(textOf(none.text), /No token matches/);
	await edit(id, {}, "/disable");
	assert.ok((await visitor.get("/tokens?state=disabled&q=find-me")).text
	    .includes(`/tokens/${id}"`));
	assert.ok(!(await visitor.get("/tokens?state=active&q=find-me")).text
	    .includes(`/tokens/${id}"`));
	await kw.sql.exec(`insert into keywheel.tokens (name, hash, hint, origin)
	    select 'many-' || i, sha256(('many-' || i)::bytea), '…', 'cli'
	    from generate_series(1, 120) i`);
	const second = await visitor.get("/tokens?q=many-&page=2");
	assert.equal(second.text.match(/many-\d+</g).length, 50);
	assert.match(second.text, /q=many-&amp;page=3/);
	await kw.sql.exec("delete from keywheel.tokens where name like 'many-%'");
});

test("in a browser: without a script on a phone, with one on a desk",
    { skip: noBrowser }, async () => {
	const name = newName();
	const phone = await openPage({ viewport: PHONE,
		javaScriptEnabled: false });
	await phone.goto("/tokens/add");
	await phone.getByLabel("Name").fill(name);
	await phone.getByLabel("Requests a minute").fill("5");
	await phone.getByLabel("Models").fill("gemini-2.5-*");
	assert.ok(await fits(phone));
	await shoot(phone, "token_add_phone");
	await phone.getByRole("button", { name: "Make the token" }).click();
	const secret = await phone.getByLabel("The token").inputValue();
	assert.match(secret, /^sk-\w{48}$/);
	await shoot(phone, "token_secret_phone");
	assert.ok(await fits(phone));
	for (let i = 0; i < 6; i++)
		await chat(secret);

	const desk = await openPage({ viewport: DESK });
	await desk.goto("/tokens");
	await shoot(desk, "tokens");
	await desk.getByRole("link", { name, exact: true }).click();
	assert.match(await desk.getByRole("main").innerText(), /full/);
	await desk.getByLabel("Note").fill("seen");
	await shoot(desk, "token");
	await desk.getByRole("button", { name: "Save" }).click();
	assert.match(await desk.getByRole("main").innerText(), /has been changed/);
	await phone.goto(desk.url());
	assert.ok(await fits(phone));
	await shoot(phone, "token_phone");
	await phone.goto("/tokens");
	assert.ok(await fits(phone));
	await shoot(phone, "tokens_phone");
	assert.deepEqual([...desk.faults, ...phone.faults], []);
	await desk.context().close();
	await phone.context().close();
});

// The pages of the settings: every type, what is wrong, two administrators,
// and the history.
import assert from "node:assert/strict";

import { kw, test } from "./lib/shared.mjs";
import { PHONE, fits, noBrowser, openPage, shoot, textOf, visitor }
	from "./lib/pages.mjs";

const stored = async (name) => kw.sql.exec(
    `select value from keywheel.settings where name = '${name}'`);
const put = (name, value) => kw.sql.exec(`select keywheel.put_settings(
    jsonb_build_object('${name}', '${value}'), 'the other', 'cli',
    '{${name}}')`);

/** The fields of a page's form as a browser would post them, in order. */
function fieldsOf(html) {
	const unescape = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g,
	    (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"',
		"#39": "'" })[name]);
	const form = /<form method="post" action="\/config"[^]*?<\/form>/
	    .exec(html)[0].replace(/<noscript>[^]*?<\/noscript>/g, "");
	const pairs = [];
	const pattern = new RegExp("<input([^>]*)>|" +
	    "<textarea([^>]*)>([^<]*)|<select([^>]*)>([^]*?)</select>", "g");
	for (const [, input, area, text, select, options] of
		form.matchAll(pattern)) {
		const attributes = input ?? area ?? select;
		const get = (name) =>
		    new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];
		if (/type="(checkbox|radio)"/.test(attributes) &&
		    !/ checked/.test(attributes))
			continue;
		const value = area !== undefined ? text :
			select === undefined ? get("value") ?? "" :
			/value="([^"]*)" selected/.exec(options)?.[1] ?? "";
		pairs.push([unescape(get("name")), unescape(value)]);
	}
	return pairs;
}

/** Open a page of settings, change fields of the form, post it. changes:
 * {name: value, or a list for fields of one name}. */
async function change(from, changes, more = []) {
	const page = await visitor.get(from);
	assert.equal(page.status, 200, page.text);
	return send(page, changes, more);
}

function send(page, changes, more = []) {
	const left = Object.fromEntries(Object.entries(changes)
	    .map(([name, value]) => [name, [value].flat()]));
	const pairs = fieldsOf(page.text);
	for (const [name, values] of Object.entries(left)) {
		const at = pairs.map(([n], i) => n === name ? i : -1)
		    .filter((i) => i >= 0);
		assert.ok(at.length > 0, `${name} is not on the form`);
		for (const i of at.slice(-values.length))
			pairs[i][1] = values.shift();
	}
	return visitor.post("/config", [...pairs, ...more], { from: "/config" });
}

function assertSaved(answer) {
	assert.equal(answer.status, 303, textOf(answer.text));
}


const hidden = (html, name) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1];

test("every type of setting is saved, and nothing else", async () => {
	assertSaved(await change("/config?group=streaming", {
		"v.STREAM_MIN_DELAY": "0.50", "v.STREAM_CHUNK_SIZE": " 9 ",
		"v.FAKE_STREAM_MODELS": "gemini-2.5-pro" },
	    [["v.STREAM_OPTIMIZER_ENABLED", "true"]]));
	for (const [name, value] of [["STREAM_MIN_DELAY", "0.50"],
		["STREAM_CHUNK_SIZE", "9"], ["STREAM_OPTIMIZER_ENABLED", "true"],
		["FAKE_STREAM_MODELS", '["gemini-2.5-pro"]'],
		["STREAM_MAX_DELAY", ""]])
		assert.equal(await stored(name), value, name);
	assertSaved(await change("/config?group=models", {
		"k.THINKING_BUDGET_MAP": "gemini-2.5-pro",
		"v.THINKING_BUDGET_MAP": "-1",
		"k.SAFETY_SETTINGS": "HARM_CATEGORY_HARASSMENT",
		"v.SAFETY_SETTINGS": "OFF", "v.TRAILING_ASSISTANT": "drop",
		"v.EMBEDDING_MODEL": "" }));
	assert.equal(await stored("THINKING_BUDGET_MAP"),
	    '{"gemini-2.5-pro":-1}');
	assert.equal(await stored("SAFETY_SETTINGS"),
	    '[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"OFF"}]');
	assert.equal(await stored("TRAILING_ASSISTANT"), "drop");
	assert.equal(await kw.sql.exec(`select count(*) from keywheel.settings
	    where name = 'EMBEDDING_MODEL' and value = ''`), "1");
	assert.match(await kw.sql.exec(`select concat_ws(' ', by, source,
	    coalesce(old_value, '-'), new_value)
	    from keywheel.setting_history where name = 'STREAM_CHUNK_SIZE'`),
	/ \(page\) page - 9$/);
	/* The same again is no change; the default is no value. */
	assertSaved(await change("/config?q=STREAM_CHUNK_SIZE", {}));
	assertSaved(await change("/config?q=STREAM_CHUNK_SIZE",
	    { "v.STREAM_CHUNK_SIZE": "5" }));
	assert.equal(await stored("STREAM_CHUNK_SIZE"), "");
	assert.equal(await kw.sql.exec(`select count(*) from
	    keywheel.setting_history where name = 'STREAM_CHUNK_SIZE'`), "2");
});

test("in force at the next request", async () => {
	const models = async () => (await kw.request({ path: "/v1/models" })).text;
	await models();
	assert.match(await models(), /gemini-2.5-flash-search/);
	assertSaved(await change("/config?q=SEARCH_MODELS",
	    { "v.SEARCH_MODELS": ["", "", ""] }));
	assert.equal(await stored("SEARCH_MODELS"), "[]");
	assert.doesNotMatch(await models(), /gemini-2.5-flash-search/);
	/* It is still empty when it is looked at, and saved again. */
	assertSaved(await change("/config?group=models", {}));
	assert.equal(await stored("SEARCH_MODELS"), "[]");
});

test("search, groups, what is changed", async () => {
	const names = (html) =>
	    [...html.matchAll(/id="s-([A-Z_]+)"/g)].map((m) => m[1]);
	let { text } = await visitor.get("/config");
	assert.ok(names(text).includes("PROXIES"));
	assert.ok(!names(text).includes("LOG_LEVEL"));
	({ text } = await visitor.get("/config?group=log"));
	assert.ok(names(text).includes("LOG_LEVEL"));
	({ text } = await visitor.get("/config?q=regular+EXPRESSION"));
	assert.deepEqual(names(text), ["KEY_PATTERN"]);
	({ text } = await visitor.get("/config?q=" +
	    encodeURIComponent("<script>\"'")));
	assert.match(textOf(text), /No setting has <script>"' in its name/);
	assert.ok(!text.includes("<script>\"'"));
	for (const query of ["name=%ff", "before=x", "before=-1"])
		assert.equal((await visitor.get(
		    `/config/history?${query}`)).status, 400, query);
	({ text } = await visitor.get("/config?q=API_KEYS"));
	assert.match(text, /href="\/keys\/add"/);
	({ text } = await visitor.get("/config?q=AUTH_TOKEN"));
	assert.match(text, /href="\/tokens"/);
	({ text } = await visitor.get("/config?changed=1"));
	assert.deepEqual(names(text), ["BASE_URL", "JOBS_AFTER_REQUESTS"]);
	assert.ok(!/MYSQL|ENABLE_TTS/.test(
	    (await visitor.get("/config?q=_")).text));
});

test("what is wrong stands beside the field, and nothing is lost", async () => {
	const answer = await change("/config?group=key-pool", {
		"v.MAX_RETRIES": "11", "v.MAX_FAILURES": "5",
		"v.KEY_PATTERN": "(", "v.TEST_MODEL": "<b>\"'\u202e😀" });
	assert.equal(answer.status, 422);
	const text = textOf(answer.text);
	assert.match(text,
	    /Nothing was saved.*MAX_RETRIES must be a whole number from 0 to 10/);
	assert.match(answer.text, /href="#f-MAX_RETRIES"/);
	assert.match(answer.text, /id="f-MAX_RETRIES"[^>]*aria-invalid="true"/);
	assert.match(answer.text, /id="f-MAX_FAILURES"[^>]*value="5"/);
	assert.match(answer.text, /id="f-KEY_PATTERN"[^>]*value="\("/);
	assert.ok(answer.text.includes(
	    'value="&lt;b&gt;&quot;&#39;\u202e😀"'), answer.text);
	assert.equal(await stored("MAX_FAILURES"), "");
	/* Mended on that page, all of it is saved. */
	assertSaved(await send(answer, { "v.MAX_RETRIES": "10",
		"v.KEY_PATTERN": "AIza.*" }));
	assert.equal(await stored("MAX_FAILURES"), "5");
	assert.equal(await stored("TEST_MODEL"), "<b>\"'\u202e😀");
	const page = await visitor.get("/config?group=key-pool");
	assert.ok(!page.text.includes("<b>\""));

	const zone = await change("/config?q=TIMEZONE",
	    { "v.TIMEZONE": "Mars/Phobos" });
	assert.equal(zone.status, 422);
	assert.match(textOf(zone.text), /TIMEZONE is not the name of a time zone/);
	const nul = await change("/config?q=TIMEZONE", { "v.TIMEZONE": "U\0TC" });
	assert.equal(nul.status, 422);
	assert.match(textOf(nul.text), /must not contain control characters/);
	const twice = await change("/config?q=DEADLINE_OVERRIDES", {}, [
		["k.DEADLINE_OVERRIDES", "m"], ["v.DEADLINE_OVERRIDES", "5"],
		["bulk.DEADLINE_OVERRIDES", "m = 6\nn=many"]]);
	assert.equal(twice.status, 422);
	assert.match(textOf(twice.text), /has two rows of the same name/);
	assert.match(twice.text, /value="many"/);
	const number = await change("/config?q=DEADLINE_OVERRIDES", {}, [
		["bulk.DEADLINE_OVERRIDES", "m: many"]]);
	assert.match(textOf(number.text), /each value must be a number/);
});

test("long lists, large values", async () => {
	const models = Array.from({ length: 50 }, (_, i) => `model-${i}`);
	assertSaved(await change("/config?q=FAKE_STREAM_MODELS", {},
	    [["bulk.FAKE_STREAM_MODELS", `\r\n ${models.join("\r\n")}\r\n\r\n`]]));
	assert.deepEqual(JSON.parse(await stored("FAKE_STREAM_MODELS")), models);
	let page = await visitor.get("/config?q=FAKE_STREAM_MODELS");
	assert.match(page.text, /<textarea[^>]*name="bulk.FAKE_STREAM_MODELS"/);
	const large = "x".repeat(10240);
	assertSaved(await send(page, { "bulk.FAKE_STREAM_MODELS": large }));
	assert.equal(await stored("FAKE_STREAM_MODELS"), `["${large}"]`);
	page = await visitor.get("/config?q=FAKE_STREAM_MODELS");
	assert.ok(page.text.includes(`value="${large}"`));
	/* Instead of what is there. */
	assertSaved(await change("/config?q=FAKE_STREAM_MODELS", {},
	    [["clear.FAKE_STREAM_MODELS", "1"],
		["bulk.FAKE_STREAM_MODELS", "a\nb"]]));
	assert.equal(await stored("FAKE_STREAM_MODELS"), '["a","b"]');
	/* More rows, without a script: all that was typed is there. */
	page = await change("/config?q=FAKE_STREAM_MODELS",
	    { "v.FAKE_STREAM_MODELS": "c" }, [["more", "FAKE_STREAM_MODELS"]]);
	assert.equal(page.status, 200);
	assert.deepEqual(fieldsOf(page.text)
	    .filter(([name]) => name === "v.FAKE_STREAM_MODELS")
	    .map(([, value]) => value), ["a", "b", "c", "", "", "", ""]);
	/* A row that is ticked goes. */
	const pairs = fieldsOf(page.text);
	const at = pairs.findIndex(([n, value]) =>
	    n === "v.FAKE_STREAM_MODELS" && value === "b");
	pairs.splice(at + 1, 0, ["drop.FAKE_STREAM_MODELS", "1"]);
	assertSaved(await visitor.post("/config", pairs));
	assert.equal(await stored("FAKE_STREAM_MODELS"), '["a","c"]');
});

test("secrets are never shown, and stay unless they are changed", async () => {
	const secret = "s3cr3t-of-some-length-abcd";
	assertSaved(await change("/config?group=images",
	    { "v.SMMS_SECRET_TOKEN": secret }));
	assert.equal(await stored("SMMS_SECRET_TOKEN"), secret);
	let page = await visitor.get("/config?group=images");
	assert.ok(!page.text.includes(secret));
	assert.match(textOf(page.text), /set It ends with …abcd/);
	assertSaved(await change("/config?group=images",
	    { "v.UPLOAD_TIMEOUT": "31" }));
	assert.equal(await stored("SMMS_SECRET_TOKEN"), secret);
	/* One that was typed beside an error is kept, and still not shown. */
	page = await change("/config?group=images",
	    { "v.UPLOAD_TIMEOUT": "0", "v.PICGO_API_KEY": `${secret}-too` });
	assert.equal(page.status, 422);
	assert.ok(!page.text.includes(secret));
	assertSaved(await send(page, { "v.UPLOAD_TIMEOUT": "32" }));
	assert.equal(await stored("PICGO_API_KEY"), `${secret}-too`);
	/* A seal is good for its own setting only. */
	const stolen = [["seal.OSS_ACCESS_KEY",
		hidden(page.text, "seal.PICGO_API_KEY")]];
	assert.equal((await change("/config?group=images", {}, stolen)).status, 422);
	assertSaved(await change("/config?group=images", {},
	    [["clear.SMMS_SECRET_TOKEN", "1"]]));
	assert.equal(await stored("SMMS_SECRET_TOKEN"), "");

	const proxies = ["http://user:hunter22@one:1", "socks5://two:2"];
	await put("PROXIES", JSON.stringify(proxies));
	await put("CUSTOM_HEADERS", '{"X-Key":"header-secret-1234","X-N":5}');
	page = await visitor.get("/config?group=gemini-api");
	assert.ok(!/hunter22|header-secret/.test(page.text));
	assert.match(page.text, /placeholder="http:\/\/one:1 \(kept\)"/);
	assert.match(page.text, /value="socks5:\/\/two:2"/);
	assertSaved(await send(page, { "v.PROXIES": "http://three:3" }));
	assert.deepEqual(JSON.parse(await stored("PROXIES")),
	    [...proxies, "http://three:3"]);
	assert.equal(await stored("CUSTOM_HEADERS"),
	    '{"X-Key":"header-secret-1234","X-N":5}');
	const { text } = await visitor.get("/config/history");
	assert.ok(!/hunter22|header-secret|s3cr3t/.test(text));
	assert.match(textOf(text), /PROXIES .* changed, not kept not possible/);
	const dump = await kw.sql.exec("select * from keywheel.setting_history");
	assert.ok(!/s3cr3t/.test(dump));
});

test("two administrators: other settings do not meet, the same one is asked for",
    async () => {
	const page = await visitor.get("/config?group=key-pool");
	await put("MAX_FAILURES", "9");
	assertSaved(await send(page, { "v.MAX_RETRIES": "4" }));
	assert.equal(await stored("MAX_FAILURES"), "9");
	assert.equal(await stored("MAX_RETRIES"), "4");

	await put("MAX_WAIT_SECONDS", "20");
	let answer = await send(page, { "v.MAX_WAIT_SECONDS": "10",
		"v.MAX_WAITING_REQUESTS": "1" });
	assert.equal(answer.status, 409);
	assert.match(textOf(answer.text),
	    /MAX_WAIT_SECONDS Yours 10 What is in force now 20 .* the other/);
	assert.equal(await stored("MAX_WAITING_REQUESTS"), "");
	const mine = [...fieldsOf(answer.text), ["take.MAX_WAIT_SECONDS", "mine"]];
	/* While we look at it, it changes once more. */
	await put("MAX_WAIT_SECONDS", "21");
	answer = await visitor.post("/config", mine);
	assert.equal(answer.status, 409);
	assertSaved(await visitor.post("/config", [...fieldsOf(answer.text),
		["take.MAX_WAIT_SECONDS", "mine"]]));
	assert.equal(await stored("MAX_WAIT_SECONDS"), "10");
	assert.equal(await stored("MAX_WAITING_REQUESTS"), "1");

	answer = await send(page, { "v.MAX_WAIT_SECONDS": "11" });
	assertSaved(await visitor.post("/config", [...fieldsOf(answer.text),
		["take.MAX_WAIT_SECONDS", "theirs"]]));
	assert.equal(await stored("MAX_WAIT_SECONDS"), "10");
	/* Both wanted the same. */
	assertSaved(await send(page, { "v.MAX_WAIT_SECONDS": "10" }));
});

test("reset, history, undo", async () => {
	await put("MAX_RETRIES", "5");
	await put("MAX_RETRIES", "6");
	let page = await visitor.get("/config/undo?id=" + await kw.sql.exec(
	    "select max(change_id) from keywheel.setting_history"));
	assert.match(textOf(page.text), /MAX_RETRIES 6 5/);
	assertSaved(await visitor.post("/config", fieldsOf(page.text)));
	assert.equal(await stored("MAX_RETRIES"), "5");
	page = await visitor.get("/config/history?name=retr");
	assert.match(textOf(page.text),
	    /MAX_RETRIES [^M]* by undoing a change 6 5 Undo.*MAX_RETRIES [^M]*the other by the command keywheel set 5 6/);
	/* One that something has been built upon. */
	page = await visitor.get("/config/undo?id=" + await kw.sql.exec(
	    "select max(change_id) - 1 from keywheel.setting_history"));
	assert.match(textOf(page.text), /It has been changed again since/);
	/* … and while somebody looks at the question. */
	page = await visitor.get("/config/reset?name=MAX_RETRIES");
	assert.match(textOf(page.text), /MAX_RETRIES 5 3/);
	await put("MAX_RETRIES", "8");
	assert.equal((await visitor.post("/config",
	    fieldsOf(page.text))).status, 409);
	page = await visitor.get("/config/reset");
	assert.match(textOf(page.text), /3 settings are to have their defaults/);
	assertSaved(await visitor.post("/config", fieldsOf(page.text)
	    .filter(([name]) => !/BASE_URL|JOBS/.test(name))));
	assert.equal(await stored("MAX_RETRIES"), "");

	for (const path of ["/config/undo", "/config/undo?id=0",
		"/config/undo?id=x", "/config/undo?id=9999999999",
		"/config/reset?name=NONE", "/config/reset?name=API_KEYS"])
		assert.equal((await visitor.get(path)).status, 404, path);
	await kw.cli("set", "LOG_LEVEL", "DEBUG");
	assert.match(textOf((await visitor.get("/config/history")).text),
	    /LOG_LEVEL [^ ]+ [^ ]+ [^ ]+ by the command keywheel set the default DEBUG/);
	await kw.sql.exec(`insert into keywheel.setting_history (version, by, source,
	    name, secret, old_value) select 1, '<b>"', 'page', 'GONE',
	    false, '<script>' || repeat('x', 30000)
	    from generate_series(1, 60)`);
	page = await visitor.get("/config/history");
	assert.ok(!/<script>x|<b>"/.test(page.text));
	const older = /\/config\/history\?([^"]*before=\d+)/.exec(page.text)[1];
	page = await visitor.get(`/config/history?${
		older.replaceAll("&amp;", "&")}`);
	assert.match(textOf(page.text), /GONE.*LOG_LEVEL/);
});

test("export, and import of what was exported", async () => {
	const text = "it's a \\ \"model\" #1";
	await put("TEST_MODEL", text.replaceAll("'", "''"));
	await put("SMMS_SECRET_TOKEN", "s3cr3t-of-some-length");
	let file = await visitor.post("/config/export", {});
	assert.equal(file.status, 200);
	assert.match(file.headers["content-disposition"],
	    /attachment; filename="keywheel.env"/);
	assert.match(file.text, /^#MAX_RETRIES=3$/m);
	assert.match(file.text, /^# SMMS_SECRET_TOKEN is a secret/m);
	assert.ok(!file.text.includes("s3cr3t"));
	for (const token of ["", "wrong", kw.token]) {
		const answer = await visitor.post("/config/export",
		    { secrets: "1", admin_token: token });
		assert.equal(answer.status, 422, answer.text);
		assert.ok(!answer.text.includes("s3cr3t"));
	}
	file = await visitor.post("/config/export",
	    { secrets: "1", admin_token: kw.adminToken });
	assert.match(file.text, /^SMMS_SECRET_TOKEN=s3cr3t-of-some-length$/m);

	/* It changes nothing where it comes from, and all where it is gone. */
	const both = textOf((await visitor.post("/config/import",
	    { text: file.text })).text);
	assert.match(both, /4 settings are so already. There is nothing to save/);
	await kw.sql.exec(`select keywheel.put_settings('{"TEST_MODEL": null,
	    "SMMS_SECRET_TOKEN": "another-secret-xyz"}')`);
	const page = await visitor.post("/config/import", { text: file.text });
	assert.equal(page.status, 200);
	assert.ok(!/s3cr3t|another-secret/.test(page.text));
	assert.match(textOf(page.text), /2 settings change/);
	assertSaved(await visitor.post("/config", fieldsOf(page.text)));
	assert.equal(await stored("TEST_MODEL"), text);
	assert.equal(await stored("SMMS_SECRET_TOKEN"), "s3cr3t-of-some-length");
	assert.equal(await kw.sql.exec(`select source from
	    keywheel.setting_history where name = 'TEST_MODEL'
	    order by change_id desc limit 1`), "import");
});

test("import: new, changed, unknown, bad", async () => {
	await put("MAX_RETRIES", "5");
	const file = `MAX_RETRIES=6\nMAX_FAILURES=3\nLOG_LEVEL=debug
API_KEYS=["AIzaSy-one","AIzaSy-two"]\nAUTH_TOKEN=sk-123456
MYSQL_HOST=db\nTIME_OUT=never\n<b>x</b>=1\nMAX_WAIT_SECONDS=`;
	/* As a browser posts a file. */
	const { text: form } = await visitor.get("/config/import");
	const parts = new FormData();
	parts.set("form_token", hidden(form, "form_token"));
	parts.set("file", new Blob([file]), "some.env");
	parts.set("text", "");
	const request = new Request("http://x/", { method: "POST", body: parts });
	const page = await visitor.send("/config/import",
	    await request.arrayBuffer(),
	    { "Content-Type": request.headers.get("content-type") });
	const text = textOf(page.text);
	assert.equal(page.status, 200, text);
	assert.match(text, /7 TIME_OUT must be a whole number from 1 to 3600/);
	assert.match(text, /8 <b>x<\/b> is not a known setting/);
	assert.match(text, /API_KEYS 2 keys are not taken here/);
	assert.match(text, /AUTH_TOKEN 1 token is not taken here/);
	assert.match(text, /Without meaning here: MYSQL_HOST/);
	assert.match(text, /2 settings are so already/);
	assert.match(text, /MAX_RETRIES changed 5 6/);
	assert.match(text, /LOG_LEVEL new INFO DEBUG/);
	assert.ok(!/AIzaSy|sk-123456|<b>x/.test(page.text));
	/* Somebody else comes between. */
	await put("MAX_RETRIES", "7");
	assert.equal((await visitor.post("/config",
	    fieldsOf(page.text))).status, 409);
	assert.equal(await stored("LOG_LEVEL"), "");

	for (const [bad, why] of [["", "There is nothing in it"],
		["A=1\nB='x", "line 2: a quote is not closed"],
		["A=\0", "NUL"], ["<b>", "it has no = behind a name"]]) {
		const answer = await visitor.post("/config/import", { text: bad });
		assert.equal(answer.status, 422, bad);
		assert.ok(textOf(answer.text).includes(why), textOf(answer.text));
		assert.ok(!answer.text.includes("<b>"));
	}
});

test("what is no form of ours is refused", async () => {
	const page = await visitor.get("/config?q=MAX_RETRIES");
	const fields = fieldsOf(page.text);
	for (const more of [["v.API_KEYS", "k"], ["was.API_KEYS", "k"],
		["was.NONE", "x"], ["v.LOG_LEVEL", "DEBUG"], ["x.MAX_RETRIES", "1"]])
		assert.equal((await visitor.post("/config",
		    [...fields, more])).status, 400, more.join("="));
	/* A mark that is none of ours is an old one. */
	assert.equal((await visitor.post("/config", [["was.MAX_RETRIES", "x"],
		["v.MAX_RETRIES", "9"]])).status, 409);
	assert.equal((await kw.request({ method: "POST", path: "/config",
		token: null, body: "v.MAX_RETRIES=1", headers: { "Content-Type":
		    "application/x-www-form-urlencoded" } })).status, 401);
	assert.equal(await stored("MAX_RETRIES"), "");
});

test("by hand, with the script", { skip: noBrowser }, async () => {
	const page = await openPage();
	await page.goto("/config?group=models");
	const rows = page.getByLabel(/^SEARCH_MODELS, row/);
	const list = page.locator("#s-SEARCH_MODELS");
	await list.getByRole("button", { name: "Remove" }).first().click();
	await list.getByRole("button", { name: "Add a row" }).click();
	await rows.last().fill("new-model");
	await page.getByLabel("THINKING_BUDGET_MAP, row 1: name").fill("m");
	await page.getByLabel("THINKING_BUDGET_MAP, row 1: value").fill("x");
	await page.getByRole("button", { name: "Save" }).last().click();
	await page.getByRole("alert").waitFor();
	await shoot(page, "settings-wrong");
	/* From the summary to the field. */
	await page.getByRole("link", { name: "THINKING_BUDGET_MAP" }).click();
	const value = page.getByLabel("THINKING_BUDGET_MAP, row 1: value");
	await page.keyboard.press("Tab");
	await page.keyboard.press("Tab");
	assert.ok(await value.evaluate((e) => e === document.activeElement));
	await value.fill("100");
	await value.press("Enter");
	await page.getByText("2 settings were changed; they are in force.")
	    .waitFor();
	assert.equal(await stored("SEARCH_MODELS"),
	    '["gemini-2.5-pro","new-model"]');
	assert.equal(await stored("THINKING_BUDGET_MAP"), '{"m":100}');
	await shoot(page, "settings");
	assert.ok(await fits(page));
	assert.deepEqual(page.faults.filter((f) => !/422/.test(f)), []);
});

test("by hand, without a script, on a phone", { skip: noBrowser }, async () => {
	const page = await openPage({ javaScriptEnabled: false,
		viewport: PHONE, colorScheme: "dark" });
	await put("PROXIES", '["http://user:hunter22@one:1","http://two:2"]');
	await page.goto("/config?group=gemini-api");
	const list = page.locator("#s-PROXIES");
	await list.getByRole("checkbox", { name: "Remove" }).nth(1).check();
	await list.getByRole("button", { name: "More rows" }).click();
	await page.getByLabel("PROXIES, row 5: value").fill("http://five:5");
	await shoot(page, "settings-phone");
	assert.ok(await fits(page));
	await put("PROXIES", '["http://user:hunter22@one:1","http://6:6"]');
	await page.getByRole("button", { name: "Save" }).last().click();
	await page.getByRole("heading", { name: "Changed meanwhile" }).waitFor();
	await shoot(page, "settings-conflict-phone");
	assert.ok(await fits(page));
	await page.getByRole("radio", { name: "Yours" }).check();
	await page.getByRole("button", { name: "Save" }).last().click();
	await page.getByRole("heading", { name: "Settings", exact: true }).waitFor();
	assert.equal(await stored("PROXIES"),
	    '["http://user:hunter22@one:1","http://five:5"]');
	await page.goto("/config/history");
	await shoot(page, "settings-history-phone");
	assert.ok(await fits(page));
	assert.deepEqual(page.faults.filter((f) => !/409/.test(f)), []);
	if (!process.env.KEYWHEEL_SHOTS)
		return;
	const desk = await openPage();
	await put("LOG_LEVEL", "DEBUG");
	for (const path of ["history", "reset", "export", "import",
		"undo?id=" + await kw.sql.exec(
		    "select max(change_id) from keywheel.setting_history")]) {
		await desk.goto(`/config/${path}`);
		await shoot(desk, `settings-${path.replace(/\W.*/, "")}`);
	}
	await desk.goto("/config/import");
	await desk.getByLabel("Or its text").fill("MAX_RETRIES=6\nTIME_OUT=x\n" +
	    "API_KEYS=[a,b]\nLOG_LEVEL=INFO\nMYSQL_HOST=x\nSEARCH_MODELS=a,b");
	await desk.getByRole("button", { name: "See what" }).click();
	await desk.getByRole("heading", { name: "Left out" }).waitFor();
	await shoot(desk, "settings-preview");
	await desk.goto("/config?q=time");
	await shoot(desk, "settings-search");
});

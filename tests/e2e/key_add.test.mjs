// Adding keys by a text or a file: seen first, then added.
import assert from "node:assert/strict";

import { PHONE, fits, formToken, noBrowser, openPage, shoot, textOf, visitor }
    from "./lib/pages.mjs";
import { kw, test } from "./lib/shared.mjs";
import { KEYS } from "./lib/stack.mjs";
import { until } from "./lib/until.mjs";

const key = (n, name = "Paste") =>
	`AIzaSy${name}-${String(n).padStart(32 - name.length, "0")}`;
const count = async () => Number((await kw.sql.row(`select count(*) as n
    from keywheel.keys where state <> 'removed'`)).n);

/** Post the form as a browser does, with a file if there is one. */
async function paste(text, { file, ...fields } = {}) {
	const mark = "----e2e";
	const parts = { form_token:
		formToken((await visitor.get("/keys/add")).text),
		text, pool: "gemini", project: "", note: "", ...fields };
	const head = Object.entries(parts).map(([name, value]) =>
		`--${mark}\r\nContent-Disposition: form-data; name="${name}"` +
		`\r\n\r\n${value}\r\n`).join("");
	const fileHead = `--${mark}\r\nContent-Disposition: form-data; ` +
	    `name="file"; filename="${file === undefined ? "" : "keys.txt"}"\r\n` +
	    "Content-Type: text/plain\r\n\r\n";
	return visitor.send("/keys/add", Buffer.concat([head, fileHead, file ?? "",
		`\r\n--${mark}--\r\n`].map((part) => Buffer.from(part))),
	    { "Content-Type": `multipart/form-data; boundary=${mark}` });
}

const draftOf = ({ text }) => /name="draft" value="([^"]+)"/.exec(text)[1];
const add = (draft, more = {}) => visitor.post("/keys/add",
    { draft, ...more });

test("a preview, and then they are added", async () => {
	const before = await count();
	await kw.sql.exec("select keywheel.set_key_state(5, 'removed', 'e2e')");
	const preview = await paste(`# my keys
${key(1)}\tproject=team-a\tnote=from Ada
"${key(2)}", "${key(3)}"
${key(2)}
${KEYS[0]}
${KEYS[4]}
not a key at all
${key(4)} weight=1000
AIzaSyxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
`, { pool: "paid", note: `<script>"'&` });
	assert.equal(preview.status, 200, preview.text);
	const words = textOf(preview.text);
	assert.match(words, /New 3 Deleted once, to come back 1 There already 1 Twice in the text 1 Not understood 3/);
	assert.match(words, /weight must be a whole number/);
	assert.match(words, /there is the placeholder of an example/);
	assert.match(words, /4 as in line 3/);
	for (const secret of [key(1), key(2), key(4), ...KEYS])
		assert.ok(!preview.text.includes(secret), "a whole key");
	assert.ok(!preview.text.includes("<script>\""));
	assert.equal(await count(), before - 1, "nothing is added yet");

	const draft = draftOf(preview);
	const done = await add(draft);
	assert.equal(done.headers.location, "/keys");
	assert.match(textOf((await visitor.get("/keys")).text),
	    /4 keys were added\./);
	assert.equal(await count(), before + 3);
	assert.deepEqual(await kw.sql.row(`select k.pool, k.project, k.note,
	    k.origin, e.event, e.cause like '% (page)' as by_name
	    from keywheel.keys k join keywheel.key_events e using (key_id)
	    where k.project = 'team-a' and k.state = 'active'`),
	    { pool: "paid", project: "team-a", note: "from Ada",
		origin: "page", event: "added", by_name: true });
	assert.equal((await add(draft)).status, 410, "once");
	assert.equal((await kw.sql.row(`select count(*) as n
	    from keywheel.key_drafts`)).n, 0);
	await kw.sql.exec(`update keywheel.keys set pool = 'gemini', note = ''
	    where key_id = 5; select keywheel.place_key(5)`);
});

test("a file; tried at once", async () => {
	const preview = await paste("", { file: JSON.stringify({ keys:
		[key(1, "File"), key(2, "File")] }) });
	const done = await add(draftOf(preview), { verify: "1" });
	assert.match(done.headers.location, /^\/tasks\/\d+$/);
	await until(async () => /Done .*2 of 2 done.*2 works/.test(
	    textOf((await visitor.get(done.headers.location)).text)));
});

test("what is wrong is told, and nothing is lost", async () => {
	for (const [text, fields, why] of [
		["", {}, /Paste some keys/],
		["nothing here\nat all, really", {}, /2 lines were not understood.*There is no key in it/],
		[key(9), { project: "<b> x" }, /must be a project's number or id/],
		[key(9), { pool: "lake" }, /must be gemini, paid or vertex/],
		[key(9), { note: "n".repeat(301) }, /at most 300 bytes/],
		["", { file: Buffer.from("\xff\xfeA\0", "latin1") }, /UTF-16/]]) {
		const answer = await paste(text, fields);
		assert.equal(answer.status, 422, why);
		assert.match(textOf(answer.text), why);
		assert.ok(textOf(answer.text).includes(text.split("\n")[0]));
		assert.ok(!answer.text.includes("<b> x"));
	}
	for (const draft of ["", "x", "0".repeat(36), "'; drop table keys; --",
		"00000000-0000-0000-0000-000000000000"])
		assert.ok([400, 410].includes((await add(draft)).status), draft);
	assert.equal((await visitor.send("/keys/add", "--x--", {
		"Content-Type": "multipart/form-data" })).status, 400);
});

test("thousands of keys in one text", async () => {
	const before = await count();
	const text = Array.from({ length: 6000 }, (_, i) =>
		key(i, "Many")).join("\n");
	const preview = await paste(text);
	assert.match(textOf(preview.text), /New 6,000 /);
	const done = await add(draftOf(preview));
	assert.equal(done.headers.location, "/keys", done.text);
	assert.equal(await count(), before + 6000);
	await kw.sql.exec(`select keywheel.rotation_remove_many(array(
	    select key_id from keywheel.keys where key_id > ${KEYS.length}));
	    delete from keywheel.keys where origin = 'page'
	    and key_id > ${KEYS.length}`);
});

for (const javaScriptEnabled of [true, false])
	test(`as a person does it, ${javaScriptEnabled ? "with" : "without"
	} script`, { skip: noBrowser }, async () => {
		const page = await openPage({ javaScriptEnabled,
			...(javaScriptEnabled ? {} : { viewport: PHONE }) });
		const name = javaScriptEnabled ? "desk" : "phone";
		await page.goto("/keys/add");
		await page.getByLabel("Keys", { exact: true }).fill(
		    `${key(1, name)} note=${"x".repeat(200)}\n${KEYS[0]}\nwhat?\n`);
		await page.getByLabel("Project").fill("my-project");
		await shoot(page, `add-form-${name}`);
		assert.ok(await fits(page), "the form fits");
		await page.getByRole("button", { name: "Look at them first" }).click();
		await page.getByRole("button", { name: "Add 1 key" }).waitFor();
		await shoot(page, `add-preview-${name}`);
		assert.ok(await fits(page), "the preview fits");
		await page.getByRole("button", { name: "Add 1 key" }).click();
		await page.waitForSelector("#task");
		assert.match(await page.textContent("main"), /A key was added\./);
		assert.deepEqual(page.faults, []);
	});

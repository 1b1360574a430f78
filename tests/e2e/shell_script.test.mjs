// What static/keywheel.js does, attribute by attribute, on a page that is made
// up here.
import assert from "node:assert/strict";

import { noBrowser, openPage } from "./lib/pages.mjs";
import { test } from "./lib/shared.mjs";

const PAGE = (n) => `<!DOCTYPE html><html lang="en"><head><title>x</title>
<script src="/static/keywheel.js" defer data-copied="Copied!" data-add="Add"
 data-not-copied="No!" data-remove="Remove" data-broken="Broken"></script>
</head><body>
<div id="live"${n < 30 ? ' data-refresh="0.1"' : ""}><b>${n}</b>
<details><summary>more</summary>text</details></div>
<div id="busy" data-refresh="0.1"><i>${n}</i><input name="at-work"></div>
<pre id="secret">s3cret</pre>
<button id="copy" data-copy="a &lt;b&gt;">copy</button>
<button id="copy-from" data-copy-from="#secret">copy</button>
<form id="list"><input type="checkbox" id="all" data-select-all="key">
<span id="count" data-selected-count="key">0 keys are ticked</span>
${[1, 2, 3, 4].map((i) =>
	`<input type="checkbox" name="key" value="${i}" id="k${i}">`).join("")}
</form>
<form id="choose" action="/chosen"><select name="a" data-autosubmit>
<option>1</option><option>2</option></select>
<button class="without-script">Go</button></form>
<form><input type="password" id="token" value="t" autocomplete="off">
<button id="reveal" data-reveal="#token">show</button></form>
<form id="rows" data-warn-unsaved action="/saved"><ul data-repeat="Another">
<li><label for="r1">Name</label><input id="r1" name="row" value="one"></li>
<li><label for="r2">Name</label><input id="r2" name="row"></li></ul>
<button>Save</button></form>
<div class="notice" id="notice"><button data-dismiss id="away">x</button></div>
<form id="try" method="post" action="/streamed" data-stream="#answer">
<input name="prompt" value="hi"><button id="send">Send</button></form>
<pre id="answer"></pre><span data-fact="key"></span>
</body></html>`;

const EVENTS = ['{"text":"<b>Hel"}', '{"text":"lo"}', '{"key":"…1234"}']
    .map((event) => `data: ${event}\n\n`).join("");

/** The page, with the answers that it gets; it counts how often it is asked
 * for. */
async function made() {
	const page = await openPage({
		permissions: ["clipboard-read", "clipboard-write"] });
	let asked = 0;
	await page.route("**/made-up", (route) => route.fulfill({
		contentType: "text/html", body: PAGE(++asked) }));
	await page.route(/chosen|saved/, (route) => route.fulfill({
		contentType: "text/html", body: "<title>there</title>" }));
	await page.route("**/streamed", (route) => route.fulfill({
		contentType: "text/event-stream", body: EVENTS }));
	await page.goto("/made-up");
	return page;
}

test("script: what refreshes, and what is left alone",
    { skip: noBrowser }, async () => {
	const page = await made();
	await page.locator("#busy input").fill("my words");
	await page.locator("#live summary").click();
	const [busy, live] = await page.evaluate(() => ["#busy i", "#live b"]
	    .map((name) => document.querySelector(name).textContent));
	await page.waitForFunction((old) => Number(old) + 2 <=
	    document.querySelector("#live b").textContent, live);
	/* Who works there is not disturbed; what was open stays open. */
	assert.equal(await page.locator("#busy input").inputValue(), "my words");
	assert.equal(await page.locator("#busy i").textContent(), busy);
	assert.ok(await page.locator("#live details").getAttribute("open") !== null);
	assert.deepEqual(page.faults, []);
});

test("script: copying, ticking, choosing, showing, sending away",
    { skip: noBrowser }, async () => {
	const page = await made();
	for (const [id, text] of [["#copy", "a <b>"], ["#copy-from", "s3cret"]]) {
		await page.click(id);
		await page.getByRole("status").filter({ hasText: "Copied!" }).waitFor();
		assert.equal(await page.evaluate(() =>
			navigator.clipboard.readText()), text);
	}
	await page.click("#k1");
	await page.click("#k3", { modifiers: ["Shift"] });
	const state = () => page.evaluate(() => [
		[...document.querySelectorAll("[name=key]:checked")]
		    .map((box) => box.value).join(""),
		document.querySelector("#all").checked,
		document.querySelector("#all").indeterminate,
		document.querySelector("#count").textContent]);
	assert.deepEqual(await state(), ["123", false, true, "3 keys are ticked"]);
	await page.click("#all");
	assert.deepEqual(await state(), ["1234", true, false, "4 keys are ticked"]);
	await page.click("#all");
	assert.deepEqual(await state(), ["", false, false, "0 keys are ticked"]);
	await page.click("#reveal");
	assert.equal(await page.getAttribute("#token", "type"), "text");
	assert.equal(await page.getAttribute("#reveal", "aria-pressed"), "true");
	await page.click("#away");
	assert.equal(await page.locator("#notice").count(), 0);
	await page.locator("#choose select").selectOption("2");
	await page.waitForURL("**/chosen?a=2");
	assert.deepEqual(page.faults, []);
});

test("script: rows, what is not saved, an answer in pieces",
    { skip: noBrowser }, async () => {
	const page = await made();
	await page.click("#send");
	await page.getByText("<b>Hello").waitFor();
	assert.equal(await page.locator("[data-fact=key]").textContent(), "…1234");
	await page.getByRole("button", { name: "Another" }).click();
	await page.keyboard.type("three");
	const values = () => page.evaluate(() => [...document
	    .querySelectorAll("[name=row]")].map((field) => field.value));
	assert.deepEqual(await values(), ["one", "", "three"]);
	await page.getByRole("button", { name: "Remove" }).nth(1).click();
	assert.deepEqual(await values(), ["one", "three"]);
	const ids = await page.evaluate(() => [...document
	    .querySelectorAll("[id]")].map((element) => element.id));
	assert.equal(new Set(ids).size, ids.length);

	const asked = new Promise((resolve) => page.on("dialog", (dialog) => {
		resolve(dialog.type());
		dialog.dismiss();
	}));
	page.goto("/about").catch(() => {});
	assert.equal(await asked, "beforeunload");
	await page.getByRole("button", { name: "Save" }).click();
	await page.waitForURL("**/saved?row=one&row=three");
});

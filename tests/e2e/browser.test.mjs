// The pages in a real browser, where there is one: without scripts, by keyboard
// and eye.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after } from "node:test";

import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser",
	"/usr/bin/google-chrome"].find((file) => existsSync(file));
const playwright = program && await import("playwright-core").catch(() => null);
const skip = playwright ? false : "there is no browser";

let browser;
after(() => browser?.close());

/** A page of somebody who has signed in. */
async function open(options = {}) {
	browser ??= await playwright.chromium.launch({
		executablePath: program, args: ["--no-sandbox"] });
	const context = await browser.newContext({ baseURL: kw.base,
		httpCredentials: { username: "x", password: kw.adminToken },
		...options });
	return context.newPage();
}

/** No wider than the window. */
const fits = (page) => page.evaluate(() =>
	document.documentElement.scrollWidth <= window.innerWidth);

test("clearing the logs, by the page", { skip }, async () => {
	await kw.cli("clear", "logs");
	assert.equal((await kw.chat()).status, 200);
	await until(() => kw.isIdle(), { what: "the account" });
	const page = await open();
	const bad = [];
	page.on("console", (message) => bad.push(message.text()));
	/* What a next page has cut off is no failure. */
	page.on("requestfailed", (request) =>
		request.failure().errorText !== "net::ERR_ABORTED" &&
		    bad.push(request.url()));

	await page.goto("/");
	await page.getByRole("link", { name: "Storage" }).click();
	await page.getByRole("heading", { name: "Storage" }).waitFor();
	const row = page.getByRole("row", { name: /^Logs/ });
	await row.getByLabel("older than").fill("0");
	await row.getByRole("button", { name: "Clear…" }).click();
	await page.getByText("This would remove 1 request,").waitFor();
	if (process.env.KEYWHEEL_SHOTS)
		await page.screenshot({ fullPage: true,
			path: `${process.env.KEYWHEEL_SHOTS}/storage.png` });
	await page.getByRole("link", { name: "Cancel" }).click();
	assert.equal(new URL(page.url()).search, "");
	await page.goBack();
	await page.getByRole("button", { name: "Remove 1 request" }).click();
	await page.getByRole("heading", { name: "The last clearings" }).waitFor();
	assert.match(await page.getByRole("table").nth(1)
	    .getByRole("row").nth(1).innerText(), /Logs\s+1 request\s+the page/);
	assert.equal(await kw.sql.exec(
	    "select count(*) from keywheel.requests"), "0");
	/* To load it again repeats nothing. */
	await page.reload();
	assert.deepEqual(bad, []);
	assert.ok(await fits(page));
});

test("the pages on a phone, in the dark", { skip }, async () => {
	const page = await open({ colorScheme: "dark",
		viewport: { width: 360, height: 740 } });
	await page.goto("/storage?what=cache&days=30");
	await page.getByText("This would remove nothing.").waitFor();
	if (process.env.KEYWHEEL_SHOTS)
		await page.screenshot({ fullPage: true,
			path: `${process.env.KEYWHEEL_SHOTS}/phone.png` });
	assert.ok(await fits(page));
	/* All columns have something in them, dates too. */
	assert.equal((await kw.chat()).status, 200);
	await page.goto("/");
	assert.ok(await fits(page));
});

// The pages in a real browser, where there is one: without scripts, by keyboard
// and eye.
import assert from "node:assert/strict";

import { fits, noBrowser, openPage, PHONE, shoot } from "./lib/pages.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

test("clearing the logs, by the page", { skip: noBrowser }, async () => {
	await kw.cli("clear", "logs");
	assert.equal((await kw.chat()).status, 200);
	await until(() => kw.isIdle(), { what: "the account" });
	const page = await openPage();
	await page.goto("/");
	await page.getByRole("navigation").first()
	    .getByRole("link", { name: "Storage" }).click();
	await page.getByRole("heading", { name: "Storage" }).waitFor();
	const row = page.getByRole("row", { name: /^Logs/ });
	await row.getByLabel("older than, in days").fill("0");
	await row.getByRole("button", { name: "Clear…" }).click();
	await page.getByText("This would remove 1 request,").waitFor();
	await shoot(page, "storage");
	await page.getByRole("link", { name: "Cancel" }).click();
	assert.equal(new URL(page.url()).search, "");
	await page.goBack();
	await page.getByRole("button", { name: "Remove 1 request" }).click();
	await page.getByRole("heading", { name: "The last clearings" }).waitFor();
	const rows = await page.getByRole("row").allInnerTexts();
	assert.ok(rows.some((row) =>
	    /^Logs\s+1 request\s+\S.* \(page\)/.test(row)), rows.join("\n"));
	assert.equal(await kw.sql.exec(
	    "select count(*) from keywheel.requests"), "0");
	/* To load it again repeats nothing. */
	await page.reload();
	assert.deepEqual(page.faults, []);
	assert.ok(await fits(page));
});

test("the pages on a phone, in the dark", { skip: noBrowser }, async () => {
	const page = await openPage({ colorScheme: "dark", viewport: PHONE });
	await page.goto("/storage?what=cache&days=30");
	await page.getByText("This would remove nothing.").waitFor();
	await shoot(page, "phone");
	assert.ok(await fits(page));
	/* All columns have something in them, dates too. */
	assert.equal((await kw.chat()).status, 200);
	await page.goto("/");
	assert.ok(await fits(page));
});

// A walk over every page: in both languages, on a desk and on a phone, light and
// dark, with a script and without one.
import assert from "node:assert/strict";

import "./lib/own.mjs";
import { furnish } from "./lib/demo.mjs";
import { axe, axeFaults, frameFaults, htmlFaults, keyboardFaults, noTidy }
	from "./lib/look.mjs";
import { DESK, PHONE, noBrowser, openPage } from "./lib/pages.mjs";
import { test } from "./lib/shared.mjs";
import { missed, tour } from "./lib/tour.mjs";

/* Statuses that the tour asks for. */
const MEANT = /status of 4(04|22)/;

/**
 * Go to all pages, and look at each of them with look(page, html), which gives
 * what is wrong; all that is, with the page's name before it.
 */
async function walk(page, entries, look) {
	const faults = [];
	for (const { name, go } of entries) {
		let html;
		const take = async (response) => {
			if (response.request().isNavigationRequest() &&
			    response.status() !== 303)
				html = response.text();
		};
		page.on("response", take);
		try {
			await go(page);
			faults.push(...(await look(page, await html))
			    .map((fault) => `${name}: ${fault}`));
		} catch (error) {
			faults.push(`${name}: ${error.message}`);
		}
		page.off("response", take);
		faults.push(...page.faults.splice(0)
		    .filter((fault) => !MEANT.test(fault))
		    .map((fault) => `${name}: ${fault}`));
	}
	return faults;
}

/* Between a phone and a desk. */
const TABLET = { width: 800, height: 1000 };

/* On a tablet; on a phone in the dark; and then as it was. */
async function turned(page, language, look = () => []) {
	await page.setViewportSize(TABLET);
	const between = await frameFaults(page, language);
	await page.setViewportSize(PHONE);
	await page.emulateMedia({ colorScheme: "dark" });
	const faults = [...await frameFaults(page, language), ...await look()];
	await page.setViewportSize(DESK);
	await page.emulateMedia({ colorScheme: "light" });
	return [...between.map((fault) => `tablet: ${fault}`),
		...faults.map((fault) => `phone, dark: ${fault}`)];
}

async function english(page, html) {
	return [
		...noTidy ? [] : await htmlFaults(html),
		...await frameFaults(page, "en"),
		...await axeFaults(page),
		...await turned(page, "en",
		    () => axeFaults(page, ["color-contrast"])),
		...await keyboardFaults(page),
	];
}

const chinese = async (page, html) => [
	...noTidy ? [] : await htmlFaults(html),
	...await frameFaults(page, "zh-CN"),
	...await turned(page, "zh-CN"),
];

async function signIn(page) {
	await page.context().clearCookies();
	return page.goto("/");
}

test("every page", { skip: noBrowser, timeout: 240000 }, async () => {
	const { paths, entries } = tour(await furnish());
	assert.deepEqual(missed(paths), [], "pages that are not looked at");
	entries.push({ name: "signing in", go: signIn });

	const page = await openPage({ locale: "en-GB", colorScheme: "light" });
	await page.context().addInitScript(axe);
	const still = await openPage({ locale: "zh-CN",
		javaScriptEnabled: false });
	const faults = await Promise.all([
		walk(page, entries, english),
		walk(still, entries, chinese),
	]);
	assert.equal(faults.flat().join("\n"), "");
});

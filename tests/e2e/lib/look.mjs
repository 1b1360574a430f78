// What is wrong with a page, in words: each look gives a list, empty when all is
// well.
import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

/** For an init script of a context: the rules of accessibility. */
export const axe = readFileSync(createRequire(import.meta.url)
    .resolve("axe-core/axe.min.js"), "utf8");

/** For test()'s options: false, or why HTML is not looked at. */
export const noTidy = spawnSync("tidy", ["-v"]).error
    ? "there is no tidy" : false;

/** What tidy says of HTML as the server sent it. */
export function htmlFaults(html) {
	return new Promise((resolve, reject) => {
		const tidy = spawn("tidy", ["-quiet", "-errors",
			"--drop-empty-elements", "no",
			"--warn-proprietary-attributes", "no"]);
		let said = "";
		tidy.stderr.on("data", (bytes) => { said += bytes; });
		tidy.on("error", reject);
		tidy.on("close", () => resolve(said.split("\n").filter(Boolean)));
		tidy.stdin.end(html);
	});
}

/** Of WCAG 2.1, A and AA, as far as a program can tell; or only of the rules
 * that are given. */
export const axeFaults = (page, rules) => page.evaluate(async (rules) => {
	const { violations } = await globalThis.axe.run(document, {
		resultTypes: ["violations"], runOnly: rules ?? ["wcag2a",
			"wcag2aa", "wcag21a", "wcag21aa", "best-practice"] });
	return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3)
	    .map((node) => `${id}: ${node.html.slice(0, 200)} ` +
		node.failureSummary.replace(/\s+/g, " ").slice(0, 300)));
});

/** Whatever the window's size, language or theme: its frame, and nothing that
 * is wider than the window. */
export const frameFaults = (page, language) => page.evaluate((language) => {
	const faults = [];
	const root = document.documentElement;
	if (root.lang !== language)
		faults.push(`lang is ${root.lang}`);
	if (!/\S – keywheel$/.test(document.title))
		faults.push(`the title is ${document.title}`);
	if (document.querySelectorAll("h1").length !== 1)
		faults.push("there is not one h1");
	if (root.scrollWidth > window.innerWidth) {
		const wide = [...document.querySelectorAll("main *")].filter((e) =>
		    e.getBoundingClientRect().right > window.innerWidth + 1)
		    .slice(0, 3).map((e) => e.outerHTML.slice(0, 150));
		faults.push(`${root.scrollWidth} px wide: ${wide.join(" … ")}`);
	}
	return faults;
}, language);

/** By keyboard: the first stop skips the frame, unless the page itself has put
 * the reader into a field, and each stop can be seen. */
export async function keyboardFaults(page) {
	const placed = await page.evaluate(
	    () => document.activeElement !== document.body);
	await page.keyboard.press("Tab");
	return page.evaluate((placed) => {
		const faults = [];
		const first = document.activeElement;
		if (!placed && (!first.matches("a.skip[href='#main']") ||
		    first.getBoundingClientRect().top < 0))
			faults.push(`the first stop: ${first.outerHTML}`);
		const marks = (e) => {
			const { outlineStyle, outlineWidth } = getComputedStyle(e);
			return outlineStyle !== "none" && outlineWidth !== "0px";
		};
		for (const e of document.querySelectorAll("a[href], button, input, " +
		    "select, textarea, summary, [tabindex='0']")) {
			if (e.disabled || e.type === "hidden" || e.tabIndex < 0 ||
			    !e.checkVisibility({ visibilityProperty: true }))
				continue;
			e.focus({ focusVisible: true, preventScroll: true });
			if (document.activeElement === e && !marks(e))
				faults.push(`focus is not seen: ` +
				    e.outerHTML.slice(0, 120));
		}
		document.activeElement.blur();
		return faults;
	}, placed);
}

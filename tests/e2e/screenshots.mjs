// Makes the pictures in doc/screenshots: `node tests/e2e/screenshots.mjs
// [NAME…]`, those that are named or all. Wants chromium and pngquant; srcdir and
// builddir as for `run`.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import test from "node:test";

import "./lib/own.mjs";
import { furnish } from "./lib/demo.mjs";
import { DESK, PHONE, openPage } from "./lib/pages.mjs";
import { kw } from "./lib/shared.mjs";
import { KEYS, root } from "./lib/stack.mjs";
import { BEHIND_FORMS } from "./lib/tour.mjs";

const DIR = path.join(root, "doc", "screenshots");
const preview = BEHIND_FORMS["the preview of new keys"];

/* Nothing is wrong any more. */
async function calm(page) {
	await kw.sql.exec("update keywheel.alarms set ended_at = now()");
	await page.goto("/?range=7d");
	await page.reload();
}

/* An answer on the page of trials. */
async function ask(page) {
	/* By the keys that the fake Gemini knows. */
	await kw.set({ PROXIES: "[]" });
	await kw.sql.exec(`select keywheel.set_key_state(key_id, 'disabled', 'demo')
	    from keywheel.keys where key_id > ${KEYS.length}
	    and state = 'active'`);
	await page.goto("/try?model=gemini-2.5-flash&" +
	    "prompt=Which%20river%20flows%20through%20Rome%3F");
	await page.locator("main form button.primary").first().click();
	await page.getByText("First byte").first().waitFor();
	await page.mouse.wheel(0, 520);
}

/* Name: where, and how the browser is. */
const pictures = (at) => ({
	"sign-in": ["/", { signedIn: false }],
	"dashboard-dark": ["/?range=30d", { colorScheme: "dark" }],
	"dashboard-phone": ["/?range=24h", { viewport: PHONE }],
	dashboard: [calm],
	keys: ["/keys?size=20"],
	"keys-chinese": ["/keys?size=20", { locale: "zh-CN" }],
	"keys-phone": ["/keys?state=resting", { viewport: PHONE }],
	key: ["/keys/11"],
	"keys-add": [preview],
	tokens: ["/tokens"],
	token: [`/tokens/${at.token}`],
	requests: ["/requests"],
	request: [`/requests/${at.request}`],
	errors: ["/logs"],
	attention: ["/keys/attention"],
	models: ["/models"],
	model: ["/models/show?name=gemini-2.5-flash"],
	compare: ["/models/compare?model=gemini-2.5-flash&model=gemini-2.5-pro"],
	proxies: ["/proxies"],
	storage: ["/storage"],
	sessions: ["/sessions"],
	tasks: ["/tasks"],
	about: ["/about"],
	settings: ["/config"],
	history: ["/config/history"],
	jobs: ["/jobs"],
	files: ["/files"],
	try: [ask],
});

async function take(name, [where, how = {}]) {
	const page = await openPage({ viewport: DESK, locale: "en-GB",
		colorScheme: "light", timezoneId: "Europe/Berlin", ...how });
	if (typeof where === "string")
		await page.goto(where);
	else
		await where(page);
	/* The second time the browser's zone is known. */
	if (typeof where === "string")
		await page.reload();
	const file = path.join(DIR, `${name}.png`);
	await page.screenshot({ path: file });
	await page.context().close();
	const { status, error } = spawnSync("pngquant", ["--force", "--strip",
		"--speed", "1", "--output", file, "128", file]);
	if (status !== 0)
		throw new Error(`pngquant: ${error ?? status}`);
}

test("pictures", { timeout: 600000 }, async () => {
	mkdirSync(DIR, { recursive: true });
	const all = Object.entries(pictures(await furnish()));
	await kw.set({ JOBS_AFTER_REQUESTS: true });
	const wanted = process.argv.slice(2);
	for (const [name, picture] of all)
		if (wanted.length === 0 || wanted.includes(name))
			await take(name, picture);
});

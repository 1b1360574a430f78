// The one stack that most files share, and `test`, which puts it back to its
// beginning before each test.
import nodeTest, { after } from "node:test";

import { Stack, startStack } from "./stack.mjs";

/* The runner has started one; a file that is run by hand starts its own. */
async function find() {
	if (process.env.KEYWHEEL_E2E)
		return new Stack(JSON.parse(process.env.KEYWHEEL_E2E));
	const stack = await startStack();
	after(() => stack.stop());
	return stack;
}

export const kw = await find();

export function test(name, options, fn) {
	const [settings, body] = fn ? [options, fn] : [{}, options];
	nodeTest(name, { timeout: 60000, ...settings }, async (t) => {
		await kw.reset();
		try {
			await body(t);
		} catch (error) {
			/* What it left open shall not fail the next one. */
			await kw.sql.exec("delete from keywheel.leases").catch(() => {});
			throw error;
		}
	});
}

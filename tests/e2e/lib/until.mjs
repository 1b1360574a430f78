// Waiting for a condition instead of for a time.
import { setTimeout as sleep } from "node:timers/promises";

export { sleep };

/**
 * Call fn until it gives something true, and return that. An assertion that
 * it throws counts as "not yet" and is thrown in the end.
 */
export async function until(fn, { timeout = 5000, every = 20, what } = {}) {
	const end = Date.now() + timeout;
	let last;
	for (;;) {
		last = undefined;
		try {
			const value = await fn();
			if (value)
				return value;
		} catch (error) {
			last = error;
		}
		if (Date.now() >= end)
			throw last ?? new Error(
			    `not within ${timeout} ms: ${what ?? fn}`);
		await sleep(every);
	}
}

/** Run n jobs, at most width at once; the results in order. */
export async function crowd(n, width, job) {
	const results = new Array(n);
	let next = 0;
	const worker = async () => {
		while (next < n) {
			const i = next++;
			results[i] = await job(i);
		}
	};
	await Promise.all(Array.from({ length: Math.min(n, width) }, worker));
	return results;
}

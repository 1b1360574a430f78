// Everything dies in the middle of a load above capacity, and comes back.
import { play, schedule } from "./load.mjs";
import { spent } from "./figures.mjs";

const SECONDS = { short: [3, 5], full: [20, 30] };

const text = (row) => JSON.stringify(row);

/** What is there before and not after, of rows that had to stay. */
const missing = (before, after) => {
	const there = new Set(after.map(text));
	return before.filter((row) => !there.has(text(row)));
};

/** The side, and what was forgotten, and what its quotas took. */
export async function restart(side, { world, seed, length, log }) {
	const [first, second] = SECONDS[length];
	const records = [];
	const load = (seconds, n) => play(side, schedule({ seconds, share: 1.5 },
	    world.capacity, seed + n), { name: "restart", seconds }, records);
	const open = await load(first, 100);
	const inFlight = open.size;
	const memory = await side.memory();
	await side.kill();
	const downAt = performance.now();
	await Promise.all(open);
	await side.revive();
	const downMs = performance.now() - downAt;
	const now = await side.memory();
	const stillRest = memory.rests.filter(({ until }) =>
	    Date.parse(until) > Date.now());
	const before = await side.fake.used();
	log(`${side.name}: restarted after ${Math.round(downMs)} ms`);
	const from = performance.now();
	await Promise.all(await load(second, 101));
	const books = spent(before, await side.fake.used());
	const after = records.filter((record) => record.from >= from);
	return {
		inFlight, downMs,
		forgotten: [...missing(memory.states, now.states),
			...missing(memory.limits, now.limits),
			...missing(stillRest, now.rests)],
		rests: stillRest.length, limits: memory.limits.length,
		refusedAfter: books.quota, deadAfter: books.dead,
		callsAfter: books.calls,
		askedAfter: after.length,
		successAfter: after.filter(({ status }) => status === 200).length,
	};
}

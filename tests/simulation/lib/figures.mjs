// What a phase was like for a side, in figures.

const count = (list, fn) => list.reduce((n, one) => n + (fn(one) ? 1 : 0), 0);
const share = (part, whole) => whole > 0 ? part / whole : null;

/** Jain's index: 1, all alike; 1/n, one has everything. */
export function jain(values) {
	const sum = values.reduce((a, b) => a + b, 0);
	const squares = values.reduce((a, b) => a + b * b, 0);
	return squares > 0 ? sum * sum / (values.length * squares) : null;
}

/** What the fake's books say more than before. */
export function spent(before, after) {
	const projects = {};
	for (const [name, models] of Object.entries(after.projects))
		for (const [model, use] of Object.entries(models))
			(projects[name] ??= {})[model] = use.ok -
			    (before.projects[name]?.[model]?.ok ?? 0);
	const quota = after.wasted.quota - before.wasted.quota;
	const dead = after.wasted.dead - before.wasted.dead;
	const ok = after.ok - before.ok;
	const overloaded = after.overloaded - before.overloaded;
	return { projects, ok, quota, dead, overloaded,
		calls: ok + quota + dead + overloaded };
}

/* How much of what each project has of a model was used, for those that
 * last. */
function shares(world, projects, seconds) {
	return world.projects.filter(({ runsOut }) => !runsOut)
	    .flatMap(({ name, limits }) =>
		Object.entries(limits).map(([model, { rpm }]) =>
		    (projects[name]?.[model] ?? 0) /
			(rpm * world.speed / 60 * seconds)));
}

/** Time from the end of the overload to the last failure after it, ms. */
export function recovery(records, end) {
	const failed = records.filter(({ from, status }) =>
	    from >= end && status !== 200).map(({ from }) => from);
	return failed.length === 0 ? 0 : Math.max(...failed) - end;
}

/** The told times beside the truth, in seconds; for those who were told one. */
function told(records) {
	const refused = records.filter(({ status }) => status === 429);
	const known = refused.filter(({ retryAfter, room }) =>
	    retryAfter !== undefined && typeof room === "number");
	const off = known.map(({ retryAfter, room }) => Number(retryAfter) - room)
	    .sort((a, b) => a - b);
	return {
		refused: refused.length,
		withTime: share(count(refused, (r) => r.retryAfter !== undefined),
		    refused.length),
		early: share(count(off, (s) => s < -0.05), off.length),
		medianOff: off.length > 0 ? off[off.length >> 1] : null,
		roomAtRefusal: share(count(known, ({ room }) => room === 0),
		    known.length),
	};
}

/** The whole phase. */
export function figures({ world, records, books, seconds, lost }) {
	const success = count(records, ({ status }) => status === 200);
	const times = records.filter(({ status }) => status === 200)
	    .map(({ from, to }) => to - from).sort((a, b) => a - b);
	const statuses = {};
	for (const { status, code } of records) {
		if (status === 200)
			continue;
		const name = code ? `${status} ${code}` : `${status}`;
		statuses[name] = (statuses[name] ?? 0) + 1;
	}
	return {
		asked: records.length, success,
		rate: share(success, records.length),
		calls: books.calls,
		callsPerSuccess: share(books.calls, books.ok),
		wasted: share(books.quota + books.dead, books.calls),
		wastedQuota: books.quota, wastedDead: books.dead,
		overloaded: books.overloaded,
		lost,
		jain: jain(shares(world, books.projects, seconds)),
		p50: times[times.length >> 1] ?? null,
		p99: times[Math.floor(times.length * 0.99)] ?? null,
		statuses, told: told(records),
	};
}

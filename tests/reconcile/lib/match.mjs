// Request by request: what the client saw, what the fake has told, what the
// account says.

const LOST = "the responder could not report its end";

const ZERO = [0, 0, 0, 0];
const add = (a, b) => a.map((n, i) => n + b[i]);
const same = (a, b) => a.every((n, i) => n === b[i]);
export const sum = (list) => list.reduce(add, ZERO);

/** Tokens of a row or a failed attempt, in the fake's order. */
export const tokensOf = (row) => ["prompt", "cached", "thought", "answer"]
    .map((name) => Number(row?.[`${name}_tokens`] ?? 0));

/* What the fake has told of a call at last. */
const told = (call) => call.told.at(-1) ?? ZERO;

export const isLost = (row) => row?.detail === LOST;

const group = (list, by) => {
	const groups = new Map();
	for (const one of list) {
		const name = by(one);
		if (!groups.has(name))
			groups.set(name, []);
		groups.get(name).push(one);
	}
	return groups;
};

/*
 * What one may end as. Whatever it is, it may find no database, or its client
 * may go before the answer is out.
 */
const ENDS = {
	limited: ["complete", "limited"], stranger: ["unauthorized"],
	bad: ["client_error"], blocked: ["blocked"], blockednative: ["blocked"],
	cut: ["truncated"], cutnative: ["truncated"], faulty: ["upstream_error"],
	hopeless: ["upstream_error"], never: ["upstream_error"],
	embedlost: ["upstream_error"], again429: ["complete", "limited"],
	leave: ["client_gone", "complete"],
	leavenative: ["client_gone", "complete"],
	leaveearly: ["client_gone", "complete"],
};

/* An attempt of these is several calls, of which the client is told the prompt
 * once; a list's call has no mark. */
const SEVERAL = new Set(["halves", "choices", "pictures", "picturesless",
	"list"]);

export class Match {
	constructor({ requests, calls, rows, attempts, trouble }) {
		this.faults = [];
		this.counts = {};
		this.ends = {};
		this.sums = { "told by Google": ZERO, "lost with a responder": ZERO,
			"after the client had gone": ZERO };
		this.trouble = trouble;
		this.open = new Set(trouble.kills.flatMap(({ open }) => open));
		this.rows = group(rows, ({ client_id }) => client_id);
		this.attempts = group(attempts, ({ request_id }) => request_id);
		const asked = group(requests, ({ mark }) => mark);
		const byMark = group(calls, ({ mark }) => mark);
		for (const mark of byMark.keys())
			if (!asked.has(mark))
				this.#fault("a call nobody asked for", { mark });
		for (const [mark, members] of asked)
			this.#group(members, byMark.get(mark) ?? []);
	}

	#fault(what, about) {
		this.faults.push({ what, about });
	}

	#count(what) {
		this.counts[what] = (this.counts[what] ?? 0) + 1;
	}

	#add(what, tokens) {
		this.sums[what] = add(this.sums[what], tokens);
	}

	/* Requests with the same mark: one, or several with the same question. */
	#group(members, calls) {
		const all = sum(calls.map(told));
		this.#add("told by Google", all);
		let row = ZERO;
		let lost = false;
		let gone = false;
		let attempts = 0;
		for (const one of members) {
			const rows = this.rows.get(one.id) ?? [];
			const [mine] = rows;
			if (rows.length > 1)
				this.#fault("several rows", { one, rows });
			if (mine === undefined) {
				this.#missing(one, calls);
				continue;
			}
			this.#ended(one, mine);
			lost ||= isLost(mine);
			gone ||= mine.outcome === "client_gone";
			const failed = this.attempts.get(mine.request_id) ?? [];
			row = sum([row, tokensOf(mine), ...failed.map(tokensOf)]);
			attempts += mine.attempts;
			this.#seen(one, mine);
		}
		const about = { members, calls, row, all };
		if (lost) {
			this.#add("lost with a responder",
			    all.map((n, i) => n - row[i]));
		} else if (gone) {
			this.#leftBehind(about);
		} else if (!same(row, all)) {
			this.#fault("other tokens than Google told", about);
		}
		/* Who goes before a call is made has had none. */
		if (!lost && !SEVERAL.has(members[0].kind) &&
		    attempts !== calls.length &&
		    !(gone && attempts === calls.length + 1))
			this.#fault("other attempts than Google's calls",
			    { ...about, attempts });
	}

	/* A client that went: what had arrived by then is something the fake had
	 * told by then. */
	#leftBehind({ members, calls, row, all }) {
		const before = sum(calls.slice(0, -1).map(told));
		const possible = [ZERO, ...(calls.at(-1)?.told ?? [])]
		    .map((tokens) => add(before, tokens));
		if (!possible.some((tokens) => same(tokens, row)))
			this.#fault("a client that went: tokens Google never told",
			    { members, calls, row });
		this.#add("after the client had gone", all.map((n, i) => n - row[i]));
	}

	/* The row is there: as what did it end? */
	#ended(one, row) {
		const ends = this.ends[one.kind] ??= {};
		ends[row.outcome] = (ends[row.outcome] ?? 0) + 1;
		if (isLost(row)) {
			this.#count("lost with a responder, and marked");
			if (!same(tokensOf(row), ZERO))
				this.#fault("a guess", { one, row });
			if (!this.open.has(row.request_id) && !this.#whileAway(one))
				this.#fault("marked, but no responder was killed",
				    { one, row });
			return;
		}
		const may = ENDS[one.kind] ?? ["complete"];
		if (may.includes(row.outcome))
			return;
		if (row.status === 503 && this.#whileAway(one))
			this.#count("refused without a database, with a row");
		else if (row.outcome === "client_gone" && this.#isBroken(one))
			this.#count("a responder was lost, the client too");
		else
			this.#fault("another outcome", { one, row });
	}

	/* What the client was told is what the account says. */
	#seen(one, row) {
		const { saw } = one;
		if (row.request_id !== (saw.headers["x-request-id"] ??
		    row.request_id))
			this.#fault("another id", { one, row });
		if (!saw.whole || isLost(row))
			return;
		if (!["complete", "length", "blocked"].includes(row.outcome) &&
		    !saw.error)
			this.#fault("an answer that the account does not know",
			    { one, row });
		if (saw.usage && !row.from_cache && !SEVERAL.has(one.kind) &&
		    !same(saw.usage, tokensOf(row)))
			this.#fault("the client was told other tokens",
			    { one, row });
	}

	/* There is no row. */
	#missing(one, calls) {
		const { saw } = one;
		if (calls.length > 0 && one.kind !== "cached")
			this.#fault("Google was asked, and there is no row",
			    { one, calls });
		else if (saw.whole && saw.status === 200)
			this.#fault("answered, and there is no row", { one });
		else if (this.#isBroken(one))
			this.#count("lost before its lease");
		else if (saw.status === 503 && this.#whileAway(one))
			this.#count("refused without a database, no row");
		else if (saw.left)
			this.#count("left before we saw it");
		else
			this.#fault("refused, and there is no row", { one });
	}

	/* The web server lost the responder: it answers in its own words, or not
	 * to the end. */
	#isBroken({ saw }) {
		return !saw.left && (saw.status === 0 || !saw.ended ||
		    (saw.status >= 500 && saw.headers["x-request-id"] === undefined));
	}

	/* Was it under way while there was no database? */
	#whileAway({ saw }) {
		const { from, to } = this.trouble.away ?? {};
		return saw.until >= from && saw.at <= to + 2000;
	}
}

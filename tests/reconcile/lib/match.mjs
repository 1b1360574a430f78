// Request by request: what the client saw, what the fake has told, what the
// account says.
import { ANSWERED } from "./sums.mjs";

const LOST = "the responder could not report its end";

/* What is committed is on the disk after so long, whatever happens. */
const FLUSHED_MS = 1000;
/* Who begins so shortly after the database is there again may not know yet. */
const KNOWN_MS = 2000;

/*
 * What one may end as; else it is complete. Whatever it is, it may find no
 * database, or its responder may be killed.
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

/* An answer of these is several calls, of which the client may be told the
 * prompt once; a list's call has no mark. */
const SEVERAL = new Set(["halves", "choices", "pictures", "picturesless",
	"embedmany", "embedhalf", "list"]);

// ---- Tokens: [prompt, cached, thought, answer] ------------------------------

const KINDS = ["prompt", "cached", "thought", "answer"];
const ZERO = [0, 0, 0, 0];
const plus = (a, b) => a.map((n, i) => n + b[i]);
const minus = (a, b) => a.map((n, i) => n - b[i]);
const same = (a, b) => a.every((n, i) => n === b[i]);
const sum = (list) => list.reduce(plus, ZERO);
const tokensOf = (row) => KINDS.map((name) => row[`${name}_tokens`]);
const named = (tokens) => Object.fromEntries(KINDS.map((name, i) =>
    [name, tokens[i]]));

/* What the fake has told of a call at last. */
const told = (call) => call.told.at(-1) ?? ZERO;

const group = (list, by) => {
	const groups = new Map();
	for (const one of list)
		groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
	return groups;
};

const isLost = (row) => row.detail === LOST;

export class Match {
	faults = [];
	counts = {};
	lost = []; /* rows that are marked */
	unbegun = 0; /* of a killed responder that had no lease yet */
	answered = 0;
	tokens = { told: ZERO, failed: ZERO, killed: ZERO, crashed: ZERO,
		gone: ZERO };

	constructor({ requests, calls, rows, attempts, trouble }) {
		this.away = trouble.away;
		this.rows = group(rows, ({ client_id }) => client_id);
		this.attempts = group(attempts, ({ request_id }) => request_id);
		const byMark = group(calls, ({ mark }) => mark);
		const asked = group(requests, ({ mark }) => mark);
		for (const mark of byMark.keys())
			if (!asked.has(mark))
				this.#fault("a call that nobody asked for", { mark });
		for (const [mark, members] of asked)
			this.#group(members, byMark.get(mark) ?? []);
		this.requests = rows.length;
		const known = new Set(requests.map(({ id }) => id));
		for (const id of this.rows.keys())
			if (!known.has(id))
				this.#fault("a row that nobody asked for",
				    { rows: this.rows.get(id) });
	}

	/** What the account is to have, by Google's books. */
	get expected() {
		const { told, failed, killed, crashed, gone } = this.tokens;
		return { requests: this.requests, answered: this.answered,
			...named([failed, killed, crashed, gone]
			    .reduce(minus, told)) };
	}

	/** One of the parts of what Google told. */
	part(name) {
		return named(this.tokens[name]);
	}

	#fault(what, about) {
		this.faults.push({ what, about });
	}

	#count(what) {
		this.counts[what] = (this.counts[what] ?? 0) + 1;
	}

	#add(part, tokens) {
		this.tokens[part] = plus(this.tokens[part], tokens);
	}

	/* Requests with the same mark: one, or several with the same question. */
	#group(members, calls) {
		const g = { members, calls, all: sum(calls.map(told)), failed: ZERO,
			had: ZERO, attempts: 0, part: undefined };
		for (const one of members)
			this.#one(one, g);
		this.#add("told", g.all);
		this.#add("failed", g.failed);
		const rest = [g.had, g.failed].reduce(minus, g.all);
		if (g.part === "gone")
			this.#left(g);
		if (g.part !== undefined)
			this.#add(g.part, rest);
		else if (!same(rest, ZERO))
			this.#fault("other tokens than Google told", g);
		/* Who goes before a call is made has had none. */
		const missing = g.attempts - calls.length;
		if ([undefined, "gone"].includes(g.part) && missing !== 0 &&
		    !(g.part === "gone" && missing === 1) &&
		    !SEVERAL.has(members[0].kind))
			this.#fault("other attempts than Google's calls", g);
	}

	/* One request, and what it adds to its group; part: what explains that
	 * Google has told more than the account has. */
	#one(one, g) {
		const [row, another] = this.rows.get(one.id) ?? [];
		if (another !== undefined)
			this.#fault("several rows", { one, row, another });
		if (row === undefined) {
			g.part = this.#missing(one, g.calls) ?? g.part;
			return;
		}
		const failed = this.attempts.get(row.request_id) ?? [];
		g.failed = sum([g.failed, ...failed.map(tokensOf)]);
		g.had = plus(g.had, tokensOf(row));
		g.attempts += row.attempts;
		if (ANSWERED.includes(row.outcome))
			this.answered++;
		if (isLost(row)) {
			g.part = "killed";
			this.#marked(one, row);
			return;
		}
		if (row.outcome === "client_gone")
			g.part = "gone";
		this.#ended(one, row);
		this.#delivered(one, row, g);
		this.#seen(one, row);
	}

	/* A client that went: what had arrived by then is something the fake had
	 * told by then. */
	#left({ members, calls, had, failed }) {
		const before = sum(calls.slice(0, -1).map(told));
		const possible = [ZERO, ...(calls.at(-1)?.told ?? [])]
		    .map((tokens) => plus(before, tokens));
		const row = plus(had, failed);
		if (!possible.some((tokens) => same(tokens, row)))
			this.#fault("tokens of a client that went, which Google " +
			    "never told", { members, calls, row });
	}

	#marked(one, row) {
		this.lost.push({ one, row });
		this.#count("lost with a responder, and marked");
		if (!same(tokensOf(row), ZERO))
			this.#fault("a guess", { one, row });
	}

	/* The row is there: as what did it end? */
	#ended(one, row) {
		if ((ENDS[one.kind] ?? ["complete"]).includes(row.outcome))
			return;
		if (row.status === 503 && this.#isWhileAway(one))
			this.#count("without a database, and in the account");
		else
			this.#fault("another outcome", { one, row });
	}

	/* An answer is accounted for by the call that gave it; failed ones are the
	 * pool's cost. */
	#delivered(one, row, { members, calls }) {
		if (ANSWERED.includes(row.outcome) && members.length === 1 &&
		    !row.from_cache && !SEVERAL.has(one.kind) &&
		    !same(tokensOf(row), told(calls.at(-1))))
			this.#fault("other tokens than those of the answer",
			    { one, row, calls });
	}

	/* What the client was told is what the account says. */
	#seen(one, row) {
		const { saw } = one;
		if (row.request_id !== (saw.headers["x-request-id"] ??
		    row.request_id))
			this.#fault("another id", { one, row });
		if (!saw.whole)
			return;
		if (!ANSWERED.includes(row.outcome) && !saw.error)
			this.#fault("an answer that the account does not know",
			    { one, row });
		if (saw.usage && !row.from_cache && !SEVERAL.has(one.kind) &&
		    !same(saw.usage, tokensOf(row)))
			this.#fault("the client was told other tokens",
			    { one, row });
	}

	/* There is no row: why? What it explains. */
	#missing(one, calls) {
		const { saw } = one;
		const asked = calls.length > 0 && one.kind !== "cached";
		if (this.#isInCrash(one)) {
			this.#count("in the last moment before the crash, lost");
			return "crashed";
		}
		if (asked)
			this.#fault("Google was asked, and there is no row",
			    { one, calls });
		else if (saw.whole && saw.status === 200)
			this.#fault("answered, and there is no row", { one });
		else if (this.#isBroken(one)) {
			this.unbegun++;
			this.#count("lost with a responder, before the lease");
		} else if (saw.status === 503 && this.#isWhileAway(one))
			this.#count("without a database, not in the account");
		else if (saw.left)
			this.#count("left before we saw it");
		else
			this.#fault("refused, and there is no row", { one });
		return undefined;
	}

	/* The web server lost the responder: it answers in its own words, or not
	 * to the end. */
	#isBroken({ saw }) {
		return !saw.left && (saw.status === 0 || !saw.ended ||
		    (saw.status >= 500 && saw.headers["x-request-id"] === undefined));
	}

	/* Was it under way while there was no database? */
	#isWhileAway({ saw }) {
		return saw.until >= this.away.from &&
		    saw.at <= this.away.to + KNOWN_MS;
	}

	/* Had it ended when PostgreSQL crashed, but just so? */
	#isInCrash({ saw }) {
		return this.away.how === "immediate" &&
		    saw.until >= this.away.from - FLUSHED_MS &&
		    saw.at <= this.away.to;
	}
}

/** Is each row that is marked the one that a kill has cost? All of them, each
 * with a kill of its own. */
export function explained(lost, kills) {
	const of = new Array(kills.length);
	const may = ({ row, one }, i) => kills[i].blind
	    ? one.saw.until >= kills[i].at - KNOWN_MS
	    : kills[i].open.includes(row.request_id);
	const place = (mark, tried) => kills.some((_, i) => {
		if (tried.has(i) || !may(mark, i))
			return false;
		tried.add(i);
		if (of[i] !== undefined && !place(of[i], tried))
			return false;
		of[i] = mark;
		return true;
	});
	return lost.filter((mark) => !place(mark, new Set()));
}

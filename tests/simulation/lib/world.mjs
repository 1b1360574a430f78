// The world of the simulation: projects, their keys and limits, dead keys.
import { random } from "./random.mjs";

export const FLASH = "gemini-2.5-flash";
export const LITE = "gemini-2.5-flash-lite";
export const PRO = "gemini-2.5-pro";

/* Input tokens of a request, by share of the requests: from, to. */
export const SIZES = [[0.7, [15, 125]], [0.22, [500, 2000]],
	[0.08, [2000, 4000]]];
export const MEAN_TOKENS = SIZES.reduce((sum, [share, [from, to]]) =>
    sum + share * (from + to) / 2, 0);

/* What projects are like: how many, requests a minute, input tokens a minute
 * that are less than those need, requests a day that do not last. */
const TIERS = [
	{ n: 6, keys: [1, 2, 3, 1, 2, 3],
		limits: { [FLASH]: { rpm: 5 }, [LITE]: { rpm: 10 }, [PRO]: { rpm: 2 } } },
	{ n: 5, keys: [2, 1, 3, 2, 1],
		limits: { [FLASH]: { rpm: 10 }, [LITE]: { rpm: 15 }, [PRO]: { rpm: 5 } } },
	{ n: 3, keys: [2, 1, 2],
		limits: { [FLASH]: { rpm: 15 }, [LITE]: { rpm: 30 }, [PRO]: { rpm: 5 } } },
	{ n: 3, keys: [1, 3, 2],
		limits: { [FLASH]: { rpm: 30, tpm: 12000 }, [LITE]: { rpm: 30 },
			[PRO]: { rpm: 5 } } },
	{ n: 3, keys: [2, 1, 2], runsOut: true,
		limits: { [FLASH]: { rpm: 10, rpd: 40 }, [LITE]: { rpm: 15, rpd: 60 },
			[PRO]: { rpm: 5, rpd: 15 } } },
];

const DEAD = ["api_key_invalid", "leaked", "suspended", "service_disabled",
	"key_blocked"];

const MANY_TOKENS = 250000;

/* How a project becomes known: at the import, by what its refusals tell, or
 * never; the latter only with a single key, which then stands for it. */
function howKnown(i, keys) {
	if (i % 4 === 3)
		return keys > 1 ? "learned" : "never";
	return "import";
}

/* Each ends in four characters of its own, by which keywheel shows it. */
const keyText = (name) => "AIzaSySimulated".padEnd(39 - name.length, "x") + name;

export const hintEnd = (key) => key.slice(-4);

/** All of it, and the requests a second of each model that it can serve. */
export function makeWorld(speed, models) {
	const projects = [];
	for (const tier of TIERS)
		for (let i = 0; i < tier.n; i++) {
			const n = projects.length;
			const name = `p${String(n + 1).padStart(2, "0")}`;
			const known = howKnown(n, tier.keys[i]);
			projects.push({ name, known, runsOut: tier.runsOut ?? false,
				number: known === "learned" ? String(500000000000 + n)
				    : undefined,
				keys: Array.from({ length: tier.keys[i] },
				    (_, k) => keyText(`${name}k${k + 1}`)),
				limits: Object.fromEntries(Object.entries(tier.limits)
				    .filter(([model]) => models.includes(model)).map(([model, limits]) =>
					[model, { tpm: MANY_TOKENS, ...limits }])) });
		}
	const dead = Object.fromEntries(DEAD.map((error, i) =>
	    [keyText(`d00${i + 1}`), error]));
	return { speed, projects, dead, capacity: capacity(projects, speed) };
}

/** Requests a second of each model that the projects which last can serve. */
function capacity(projects, speed) {
	const all = {};
	for (const { limits, runsOut } of projects)
		for (const [model, { rpm, tpm }] of Object.entries(limits))
			all[model] = (all[model] ?? 0) + (runsOut ? 0
			    : Math.min(rpm, tpm / MEAN_TOKENS) * speed / 60);
	return all;
}

/** What the fake is to enforce. */
export function quotasOf({ speed, projects, dead }) {
	return { speed, rest: "deny", dead,
		projects: Object.fromEntries(projects.map(
		    ({ name, number, keys, limits }) =>
			[name, { keys, limits, ...(number ? { number } : {}) }])) };
}

/** Every key, dead ones among them, in an order of chance. */
export function allKeys({ projects, dead }, seed) {
	const chance = random(seed);
	return [...projects.flatMap(({ keys }) => keys), ...Object.keys(dead)]
	    .map((key) => [chance(), key])
	    .sort(([a], [b]) => a - b).map(([, key]) => key);
}

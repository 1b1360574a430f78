// Which requests are made, by chance from a seed.
import { random } from "../../simulation/lib/random.mjs";
import { KINDS, markOf } from "./kinds.mjs";

/** n requests: {n, kind, mark, id, path, body, token, leave}. id is what the
 * client sends as x-request-id. */
export function plan(n, seed) {
	const chance = random(seed);
	const kinds = Object.entries(KINDS);
	const all = kinds.reduce((sum, [, { share }]) => sum + share, 0);
	const pick = () => {
		let at = chance() * all;
		return kinds.find(([, { share }]) => (at -= share) < 0) ??
		    kinds.at(-1);
	};
	return Array.from({ length: n }, (_, i) => {
		const [kind, { ask, leave, token = "client" }] = pick();
		const mark = markOf(kind, seed, i);
		return { n: i, kind, mark, id: `${kind}-${seed}-${i}`, token,
			...ask({ n: i, mark }), leave: leave?.(chance) };
	});
}

// What keywheel promises, asserted.

/* Phases in which limits are known or were learned before. */
const LEARNED = ["below", "above", "overload, all", "overload, half", "recovery"];

const percent = (share) => `${(share * 100).toFixed(2)} %`;

function ofSide(name, phases, knowing) {
	const below = phases.below;
	const lost = Object.entries(phases).flatMap(([phase, { lost }]) =>
	    lost.map((key) => `${phase}: ${key}`));
	const all = [
		{ good: below.rate > 0.999, text: `${name}, below capacity: success ` +
		    `${percent(below.rate)} (> 99.9 %)` },
		{ good: below.wasted < 0.01, text: `${name}, below capacity: wasted ` +
		    `calls ${percent(below.wasted)} (< 1 %)` },
		{ good: lost.length === 0, text: `${name}: healthy keys lost ` +
		    `${lost.length} (0) ${lost.slice(0, 5).join("; ")}` },
		{ good: LEARNED.every((phase) => phases[phase].wastedDead <=
			(knowing ? 5 : 0) + 1),
		text: `${name}: dead keys are not asked again` },
		{ good: phases.recovery.rate > 0.9,
			text: `${name}: the load is served after the overload` },
	];
	return all;
}

function ofRestart({ forgotten, refusedAfter, inFlight, successAfter,
	askedAfter, deadAfter }) {
	return [
		{ good: forgotten.length === 0, text: "restart: nothing forgotten " +
		    forgotten.slice(0, 3).map((row) => JSON.stringify(row)) },
		{ good: refusedAfter <= inFlight + askedAfter * 0.01,
			text: `restart: quota exceeded by ${refusedAfter} calls, ` +
			    `${inFlight} requests were in flight` },
		{ good: deadAfter === 0, text: "restart: dead keys stay dead" },
		{ good: successAfter > askedAfter * 0.5,
			text: `restart: ${successAfter} of ${askedAfter} served ` +
			    "afterwards, at 150 %" },
	];
}

/** [{good, text}] */
export function judge({ results, restart }) {
	return [
		...Object.entries(results)
		    .filter(([name]) => name.startsWith("keywheel"))
		    .flatMap(([name, phases]) =>
			ofSide(name, phases, name.endsWith("known"))),
		...(restart ? ofRestart(restart) : []),
	];
}

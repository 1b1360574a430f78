// Keys in pools other than the one that all tests have.

/** Add keys to a pool; kw.reset() removes them. */
export async function addKeys(kw, pool, keys) {
	const { status, err } = await kw.cli("keys", "add", "--pool", pool,
	    { input: keys.join("\n") });
	if (status !== 0)
		throw new Error(`keys add --pool ${pool}: ${err}`);
}

/** The counts of the keys that are not among those. */
export function without(counts, keys) {
	return Object.fromEntries(
	    Object.entries(counts).filter(([key]) => !keys.includes(key)));
}

/* Rendezvous hashing. */
#include "pool/rendezvous.h"

/* Each bit of the number has a say in each bit of the result (the finalizer
 * of SplitMix64). */
static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* FNV-1a, whose last bytes would not reach all bits by themselves. */
uint64_t
rendezvous_hash(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return mix(hash);
}

static uint64_t
weigh(const struct rendezvous_node *node, uint64_t key)
{
	return mix(node->hash + mix(key));
}

/* Is a better than b? */
static bool
is_better(const struct rendezvous_node *a, const struct rendezvous_node *b,
    uint64_t key, int64_t now)
{
	if (a->tried != b->tried)
		return b->tried;
	bool a_down = a->down_until > now;
	bool b_down = b->down_until > now;
	if (a_down != b_down)
		return b_down;
	if (a_down && a->down_until != b->down_until)
		return a->down_until < b->down_until;
	return weigh(a, key) > weigh(b, key);
}

size_t
rendezvous_pick(
    const struct rendezvous_node *nodes, size_t n, uint64_t key, int64_t now)
{
	size_t best = 0;
	for (size_t i = 1; i < n; i++)
		if (is_better(&nodes[i], &nodes[best], key, now))
			best = i;
	return best;
}

size_t
rendezvous_home(const struct rendezvous_node *nodes, size_t n, uint64_t key)
{
	size_t best = 0;
	for (size_t i = 1; i < n; i++)
		if (weigh(&nodes[i], key) > weigh(&nodes[best], key))
			best = i;
	return best;
}

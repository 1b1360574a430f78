/*
 * Rendezvous hashing (highest random weight): each key finds its node among
 * several without anybody keeping a table. When a node goes, its keys are
 * spread over the others and no other key moves; when it comes back, they
 * return to it. The order of the nodes does not matter.
 *
 * Source: Thaler, Ravishankar, "A Name-Based Mapping Scheme for Rendezvous"
 * (1996).
 */
#ifndef KEYWHEEL_POOL_RENDEZVOUS_H
#define KEYWHEEL_POOL_RENDEZVOUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rendezvous_node {
	uint64_t hash;      /* of its name */
	int64_t down_until; /* a time when it may be tried again; 0: it is up */
	bool tried;         /* in vain, for what is asked now */
};

/* A number that stands for a name, of a node or of a key. */
uint64_t rendezvous_hash(const char *name);

/*
 * The key's node among n, at least one: the one of the highest weight among
 * those that are up, or may be tried again now. If there is none, the one that
 * may be tried first. What was tried is taken last.
 */
size_t rendezvous_pick(
    const struct rendezvous_node *nodes, size_t n, uint64_t key, int64_t now);

/* The key's node when all are up. */
size_t rendezvous_home(
    const struct rendezvous_node *nodes, size_t n, uint64_t key);

#endif

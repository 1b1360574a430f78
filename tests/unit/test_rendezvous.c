/* pool/rendezvous: keys are spread evenly, and move only when they must. */
#include "pool/rendezvous.h"

#include <stdio.h>

#include "base/attr.h"
#include "unit.h"

#define NODES 10
#define KEYS 20000
#define NOW 1000

/* Names as alike as those of proxies and scopes are. */
static void
make_nodes(struct rendezvous_node nodes[NODES])
{
	for (int i = 0; i < NODES; i++) {
		char name[64];
		snprintf(name, sizeof(name), "http://10.0.0.%d:3128", i + 1);
		nodes[i] =
		    (struct rendezvous_node){.hash = rendezvous_hash(name)};
	}
}

static uint64_t
key_hash(int key)
{
	char name[32];
	snprintf(name, sizeof(name), "key/%d", key);
	return rendezvous_hash(name);
}

static void
test_even(void)
{
	struct rendezvous_node nodes[NODES];
	int counts[NODES] = {0};
	make_nodes(nodes);
	for (int k = 0; k < KEYS; k++) {
		size_t home = rendezvous_home(nodes, NODES, key_hash(k));
		CU_ASSERT_EQUAL(
		    home, rendezvous_pick(nodes, NODES, key_hash(k), NOW));
		counts[home]++;
	}
	/* 2000 each; the standard deviation of a fair draw is 42. */
	for (int i = 0; i < NODES; i++)
		CU_ASSERT(counts[i] > 1800 && counts[i] < 2200);
}

static void
test_few_move(void)
{
	struct rendezvous_node nodes[NODES];
	int to[NODES] = {0};
	int moved = 0;
	make_nodes(nodes);
	nodes[3].down_until = NOW + 1;
	for (int k = 0; k < KEYS; k++) {
		size_t home = rendezvous_home(nodes, NODES, key_hash(k));
		size_t now = rendezvous_pick(nodes, NODES, key_hash(k), NOW);
		CU_ASSERT(home == 3 || home == now);
		moved += home != now;
		to[now] += home == 3;
	}
	/* A tenth of them, and evenly over the nine that are left. */
	CU_ASSERT(moved > 1800 && moved < 2200);
	for (int i = 0; i < NODES; i++)
		CU_ASSERT(i == 3 ? to[i] == 0 : to[i] > 160 && to[i] < 290);
}

/* One that is not in the list at all moves the same keys. */
static void
test_order(void)
{
	struct rendezvous_node nodes[NODES], turned[NODES - 1];
	make_nodes(nodes);
	nodes[7].down_until = NOW + 1;
	for (int i = 0; i < NODES - 1; i++)
		turned[i] = nodes[(7 * (i + 2)) % NODES];
	for (int k = 0; k < 1000; k++)
		CU_ASSERT_EQUAL(
		    nodes[rendezvous_pick(nodes, NODES, key_hash(k), NOW)].hash,
		    turned[rendezvous_home(turned, NODES - 1, key_hash(k))]
			.hash);
}

static void
test_down(void)
{
	/* The weights of these two for the key: b has the higher one. */
	static const struct {
		const char *name;
		struct rendezvous_node a, b;
		size_t picked;
	} rows[] = {
	    {"both are up", {0}, {0}, 1},
	    {"the home is down", {0}, {.down_until = NOW + 5}, 0},
	    {"… and may be tried again", {0}, {.down_until = NOW}, 1},
	    {"the home was tried", {0}, {.tried = true}, 0},
	    {"both are down: whose turn is first", {.down_until = NOW + 3},
		{.down_until = NOW + 5}, 0},
	    {"… the other one", {.down_until = NOW + 5},
		{.down_until = NOW + 3}, 1},
	    {"both are down for as long", {.down_until = NOW + 5},
		{.down_until = NOW + 5}, 1},
	    {"rather down than tried", {.down_until = NOW + 5}, {.tried = true},
		0},
	    {"both were tried, one is up", {.tried = true},
		{.tried = true, .down_until = NOW + 5}, 0},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct rendezvous_node nodes[] = {rows[i].a, rows[i].b};
		uint64_t key = rendezvous_hash("key/1");
		nodes[0].hash = rendezvous_hash("a");
		nodes[1].hash = rendezvous_hash("b");
		if (rendezvous_home(nodes, 2, key) == 0) {
			nodes[0].hash = rendezvous_hash("b");
			nodes[1].hash = rendezvous_hash("a");
		}
		UNIT_ROW(rendezvous_pick(nodes, 2, key, NOW) == rows[i].picked,
		    rows[i].name);
	}
}

/* All hosts and all versions find the same. */
static void
test_fixed(void)
{
	CU_ASSERT_EQUAL(rendezvous_hash("key/1"), UINT64_C(0x5e6cd824c1531a08));
	struct rendezvous_node nodes[NODES];
	char homes[NODES + 1] = "";
	make_nodes(nodes);
	for (int k = 0; k < NODES; k++)
		homes[k] =
		    (char)('0' + rendezvous_home(nodes, NODES, key_hash(k)));
	CU_ASSERT_STRING_EQUAL(homes, "1439790577");
}

static CU_TestInfo tests[] = {
    {"keys are spread evenly", test_even},
    {"a node that goes moves its own keys only", test_few_move},
    {"the order of nodes does not matter", test_order},
    {"what is down or was tried", test_down},
    {"the homes are these for ever", test_fixed},
    CU_TEST_INFO_NULL,
};

struct unit_suite rendezvous_suite = {"rendezvous", tests};

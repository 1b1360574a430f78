/* Tests of base/network. */
#include "base/network.h"

#include <string.h>

#include "base/attr.h"
#include "unit.h"

extern struct unit_suite network_suite;

typedef bool read_fn(const char *text, struct buf *out);

static void
check(read_fn *read, const char *const (*rows)[2], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf out;
		buf_init(&out, BUF_SMALL);
		bool ok = read(rows[i][0], &out);
		UNIT_ROW(ok == (rows[i][1] != NULL), rows[i][0]);
		UNIT_ROW(strcmp(buf_cstr(&out), ok ? rows[i][1] : "") == 0,
		    rows[i][0]);
		buf_clear(&out);
	}
}

static void
test_address(void)
{
	static const char *const rows[][2] = {
	    {"192.0.2.1", "192.0.2.1"},
	    {"2001:DB8:0:0::1", "2001:db8::1"},
	    {"::ffff:192.0.2.1", "192.0.2.1"},
	    {"fe80::1%eth0", "fe80::1"},
	    {"::1", "::1"},
	    {"", NULL},
	    {"unix:", NULL},
	    {"192.0.2", NULL},
	    {"192.0.2.256", NULL},
	    {"192.0.2.1/24", NULL},
	    {"localhost", NULL},
	    {"1:2:3:4:5:6:7:8:9", NULL},
	    {"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", NULL},
	};
	check(network_read_address, rows, COUNT_OF(rows));
}

static void
test_network(void)
{
	static const char *const rows[][2] = {
	    {"192.0.2.1", "192.0.2.1"},
	    {"192.0.2.77/24", "192.0.2.0/24"},
	    {"10.255.255.255/9", "10.128.0.0/9"},
	    {"192.0.2.1/32", "192.0.2.1/32"},
	    {"1.2.3.4/0", "0.0.0.0/0"},
	    {"2001:db8:ffff::1/33", "2001:db8:8000::/33"},
	    {"::ffff:192.0.2.77/120", "192.0.2.0/24"},
	    {"192.0.2.1/33", NULL},
	    {"192.0.2.1/", NULL},
	    {"192.0.2.1/-1", NULL},
	    {"192.0.2.1/2x", NULL},
	    {"::1/129", NULL},
	    {"::ffff:192.0.2.77/24", NULL},
	    {"/8", NULL},
	    {"10.0.0.0/8 ", NULL},
	};
	check(network_read, rows, COUNT_OF(rows));
}

static void
test_has(void)
{
	static const struct {
		const char *network, *address;
		bool has;
	} rows[] = {
	    {"192.0.2.1", "192.0.2.1", true},
	    {"192.0.2.1", "192.0.2.2", false},
	    {"192.0.2.0/24", "192.0.2.255", true},
	    {"192.0.2.77/24", "192.0.2.1", true},
	    {"192.0.2.0/24", "192.0.3.0", false},
	    {"10.128.0.0/9", "10.127.255.255", false},
	    {"0.0.0.0/0", "203.0.113.9", true},
	    {"0.0.0.0/0", "::1", false},
	    {"::/0", "203.0.113.9", false},
	    {"::/0", "2001:db8::1", true},
	    {"::ffff:192.0.2.0/120", "192.0.2.9", true},
	    {"192.0.2.0/24", "::ffff:192.0.2.9", true},
	    {"2001:db8::/33", "2001:db8:7fff::1", true},
	    {"2001:db8::/33", "2001:db8:8000::1", false},
	    {"fe80::/10", "fe80::1%eth0", true},
	    {"localhost", "127.0.0.1", false},
	    {"127.0.0.0/8", "", false},
	    {"127.0.0.0/99", "127.0.0.1", false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(network_has(rows[i].network, rows[i].address) ==
			rows[i].has,
		    rows[i].network);
}

static CU_TestInfo tests[] = {
    {"addresses", test_address},
    {"networks", test_network},
    {"what is in a network", test_has},
    CU_TEST_INFO_NULL,
};

struct unit_suite network_suite = {"base/network", tests};

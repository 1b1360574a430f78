/* Tests of sources: which addresses are counted together. */
#include "web/source.h"

#include "base/attr.h"
#include "unit.h"

struct row {
	const char *row, *address, *source;
};

static const struct row rows[] = {
    {"IPv4", "192.0.2.7", "192.0.2.7"},
    {"IPv6: its /64", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
    {"… the same one", "2001:db8:1:2::", "2001:db8:1:2::/64"},
    {"… another one", "2001:db8:1:3::1", "2001:db8:1:3::/64"},
    {"… this host", "::1", "::/64"},
    {"IPv4 in IPv6", "::ffff:192.0.2.7", "192.0.2.7"},
    {"the widest", "ffff:ffff:ffff:ffff::1", "ffff:ffff:ffff:ffff::/64"},
    {"no address", "example.org", "elsewhere"},
    {"with something behind it", "192.0.2.7, 10.0.0.1", "elsewhere"},
    {"empty", "", "elsewhere"},
    {"none", NULL, "elsewhere"},
};

static void
test_sources(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char source[SOURCE_SIZE];
		source_of(rows[i].address, source);
		UNIT_ROW(unit_same(source, rows[i].source), rows[i].row);
	}
}

static CU_TestInfo tests[] = {
    {"sources", test_sources},
    CU_TEST_INFO_NULL,
};

struct unit_suite source_suite = {"web/source", tests};

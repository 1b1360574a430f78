/* What the unit tests of every layer share: suites in, one plain count out. */
#ifndef KEYWHEEL_TESTS_UNIT_H
#define KEYWHEEL_TESTS_UNIT_H

#include <CUnit/CUnit.h>
#include <stddef.h>

struct unit_suite {
	const char *name;
	CU_TestInfo *tests;
};

/* Run the suites, print each failed assertion and at last the plain line
 * `LAYER: N passed, M failed` (tests, not assertions). The exit status. */
int unit_run(const char *layer, struct unit_suite *const *suites, size_t count);

/* For table tests: a failing row names itself. */
#define UNIT_ROW(ok, row)                                              \
	do {                                                           \
		int unit_ok_ = (ok) ? 1 : 0;                           \
		if (!unit_ok_)                                         \
			unit_row_failed(row, #ok, __FILE__, __LINE__); \
		CU_assertImplementation(                               \
		    unit_ok_, __LINE__, #ok, __FILE__, "", CU_FALSE);  \
	} while (0)

void unit_row_failed(
    const char *row, const char *condition, const char *file, int line);

/* Equal texts, where either may be NULL. */
int unit_same(const char *a, const char *b);

#endif

/* The runner of the unit tests, over CUnit's basic interface. */
#include "unit.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

void
unit_row_failed(
    const char *row, const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: row \"%s\": %s\n", file, line, row, condition);
}

int
unit_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

int
unit_run(const char *layer, struct unit_suite *const *suites, size_t count)
{
	if (CU_initialize_registry() != CUE_SUCCESS)
		return 2;
	for (size_t i = 0; i < count; i++) {
		CU_SuiteInfo info[2] = {
		    {.pName = suites[i]->name, .pTests = suites[i]->tests},
		    CU_SUITE_INFO_NULL,
		};
		if (CU_register_suites(info) != CUE_SUCCESS) {
			fprintf(stderr, "%s: %s\n", suites[i]->name,
			    CU_get_error_msg());
			return 2;
		}
	}

	CU_basic_set_mode(CU_BRM_SILENT);
	CU_basic_run_tests();
	CU_basic_show_failures(CU_get_failure_list());
	unsigned failed =
	    CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
	unsigned passed =
	    CU_get_number_of_tests_run() - CU_get_number_of_tests_failed();
	printf("\n%s: %u passed, %u failed\n", layer, passed, failed);
	CU_cleanup_registry();
	return failed > 0 || passed == 0;
}

/* Golden files: every *.json file of a folder is one case. */
#ifndef KEYWHEEL_TESTS_CASES_H
#define KEYWHEEL_TESTS_CASES_H

#include <json-c/json.h>
#include <stdbool.h>

/* Play one case; false, and the reason printed, if anything does not agree. */
typedef bool cases_fn(const char *name, struct json_object *c);

/* The main function of a program that plays the folder its only argument
 * names. Prints `golden WHAT: N passed, M failed` at last. */
int cases_main(int argc, char **argv, const char *what, cases_fn *play);

#endif

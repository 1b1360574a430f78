/* What the players of golden files share: the loop over a folder of cases,
 * and the comparison. */
#ifndef KEYWHEEL_TESTS_GOLDEN_H
#define KEYWHEEL_TESTS_GOLDEN_H

#include <json-c/json.h>
#include <stdbool.h>

/* Play one case; false if anything does not agree, which has been printed
 * with the name. */
typedef bool golden_fn(const char *name, struct json_object *o);

/* Play every *.json of the folder that argv names, by name, and print the
 * plain line `golden WHAT: N passed, M failed`. The exit status. */
int golden_run(int argc, char **argv, const char *what, golden_fn *play);

/* What did not agree, for people. */
void golden_report(
    const char *name, const char *what, const char *expected, const char *got);

/* Compare both as one line of JSON, so that the order of keys counts as well;
 * false, and a report, if they differ. */
bool golden_same(const char *name, const char *what,
    struct json_object *expected, struct json_object *got);

#endif

/* The golden files of a folder: each is one case, a JSON object. */
#ifndef KEYWHEEL_TESTS_GOLDEN_H
#define KEYWHEEL_TESTS_GOLDEN_H

#include <json-c/json.h>
#include <stdbool.h>

/* Play one case. False, and it has been printed why, if it does not agree. */
typedef bool golden_case(const char *name, struct json_object *c);

/* What main() returns: the cases of the folder that the command line names
 * are played, and their number is printed. what: "request", "answer". */
int golden_main(int argc, char **argv, const char *what, golden_case *play);

#endif

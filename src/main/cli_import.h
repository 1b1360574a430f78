/* An import of keys, as far as it is. For cli_import.c and its report. */
#ifndef KEYWHEEL_MAIN_CLI_IMPORT_H
#define KEYWHEEL_MAIN_CLI_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway/key_import.h"

struct cli;
struct json_object;
struct pattern;

struct import {
	struct cli *cli;
	struct pattern *pattern;
	struct json_object *options; /* attributes that go for all keys */
	const char **sources;        /* names of files */
	size_t n_sources;
	struct key_import keys;
};

/* Name bad lines on stderr, the first of them or (verbose) all. */
void import_name_bad(const struct import *im);

/* Say what was done, or (dry run) would be, on stdout, and name bad lines. */
void import_report(const struct import *im);

#endif

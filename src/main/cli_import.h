/* An import of keys, as far as it is. For cli_import.c and its report. */
#ifndef KEYWHEEL_MAIN_CLI_IMPORT_H
#define KEYWHEEL_MAIN_CLI_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "store/key_intake.h"

struct cli;
struct json_object;
struct pattern;

/* Bad lines that are kept with their reasons; all are counted. */
#define IMPORT_BAD_MAX 1000

/* Where a key stands. */
struct import_place {
	size_t source;
	int line;
	bool other_shape; /* than the pattern's */
};

struct import {
	struct cli *cli;
	struct pattern *pattern;
	struct json_object *options; /* attributes that go for all keys */
	const char **sources;        /* names of files */
	size_t n_sources;
	size_t source; /* that is read */
	int word;      /* of the command line, from 1; 0: lines count */
	size_t found;  /* keys and bad lines */
	struct key_intake intake;
	struct import_place *places; /* one for each key of the intake */
	size_t places_room;
	struct json_object *bad; /* {source, line, why, hint} */
	size_t n_bad;
};

/* Name bad lines on stderr, the first of them or (verbose) all. */
void import_name_bad(const struct import *im);

/* Say what was done, or (dry run) would be, on stdout, and name bad lines. */
void import_report(const struct import *im);

#endif

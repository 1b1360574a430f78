/* Trying a key: one request for the list of models. For cli_check.c. */
#ifndef KEYWHEEL_MAIN_CLI_PROBE_H
#define KEYWHEEL_MAIN_CLI_PROBE_H

#include <stdbool.h>

#include "base/buf.h"

struct settings;
struct cli_probe;

/* The settings are borrowed until it is freed. */
struct cli_probe *cli_probe_new(const struct settings *settings);
void cli_probe_free(struct cli_probe *probe);

struct cli_probe_answer {
	bool ok, unreachable;
	const char *word, *reason; /* the verdict, static */
	struct buf evidence;       /* Google's words, redacted; clear it */
};

/* Fifteen seconds at most. answer is overwritten. */
void cli_probe_key(struct cli_probe *probe, const char *secret,
    struct cli_probe_answer *answer);

#endif

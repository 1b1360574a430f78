/* Trying a key: one request for the list of models. For cli_check.c. */
#ifndef KEYWHEEL_MAIN_CLI_PROBE_H
#define KEYWHEEL_MAIN_CLI_PROBE_H

#include <stdbool.h>

#include "base/buf.h"

struct cli;
struct settings;
struct cli_probe;

/* Both are borrowed until it is freed; the master key and the database are
 * there. */
struct cli_probe *cli_probe_new(
    struct cli *cli, const struct settings *settings);
void cli_probe_free(struct cli_probe *probe);

struct cli_probe_answer {
	bool ok, unreachable;
	const char *word, *reason; /* the verdict, static */
	struct buf evidence;       /* Google's words, redacted; clear it */
};

/* Fifteen seconds at most. scope is the key's, secret what it is. answer is
 * overwritten. */
void cli_probe_key(struct cli_probe *probe, const char *scope,
    const char *secret, struct cli_probe_answer *answer);

#endif

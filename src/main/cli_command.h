/*
 * The commands of `keywheel`, as a table, and the help that comes out of it.
 */
#ifndef KEYWHEEL_MAIN_CLI_COMMAND_H
#define KEYWHEEL_MAIN_CLI_COMMAND_H

#include <stddef.h>
#include <stdio.h>

struct cli;

/* One command: `keywheel FIRST [SECOND] WORDS`. */
struct command {
	const char *first, *second;
	const char *words;   /* what follows, as the usage shows it */
	size_t least, most;  /* how many words that is */
	const char *options; /* the letters of those it takes */
	int (*run)(struct cli *cli);
	const char *brief, *more;
};
extern const struct command cli_commands[];
extern const size_t cli_n_commands;

/* The options for people; the first four go with every command. */
struct option_help {
	char letter;
	const char *usage, *help;
};
extern const struct option_help cli_option_help[];
extern const size_t cli_n_option_help;

/* Help on a command, or (NULL) on those that begin with a word, or (NULL) on
 * everything, on stdout. */
void cli_help_print(const struct command *c, const char *first);

void cli_help_usage(FILE *to, const struct command *c);

/* Say on stderr what is wrong, in short, and what would be right; the exit
 * status for that. */
int cli_help_misuse(
    const struct command *c, const char *first, const char *why);

#endif

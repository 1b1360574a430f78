/* Help on the commands, out of their table. */
#include "main/cli_command.h"

#include <string.h>

#include "main/cli.h"

static void
print_name(FILE *to, const struct command *c)
{
	fprintf(to, "%s%s%s", c->first, c->second ? " " : "",
	    c->second ? c->second : "");
}

void
cli_help_usage(FILE *to, const struct command *c)
{
	fputs("usage: keywheel [--conf FILE] [--json] ", to);
	print_name(to, c);
	for (size_t i = 0; i < cli_n_option_help; i++)
		if (strchr(c->options, cli_option_help[i].letter) != NULL)
			fprintf(to, " [%s]", cli_option_help[i].usage);
	fprintf(to, "%s%s\n", *c->words ? " " : "", c->words);
}

/* The commands whose first word is this, or all. */
static void
print_commands(FILE *to, const char *first)
{
	for (size_t i = 0; i < cli_n_commands; i++) {
		const struct command *c = &cli_commands[i];
		if (first != NULL && strcmp(c->first, first) != 0)
			continue;
		char name[64];
		snprintf(name, sizeof(name), "%s %s%s%s", c->first,
		    c->second ? c->second : "", c->second ? " " : "", c->words);
		fprintf(to, "  %-24s  %s\n", name, c->brief);
	}
}

static void
print_options(FILE *to, const char *letters)
{
	for (size_t i = 0; i < cli_n_option_help; i++)
		if (strchr(letters, cli_option_help[i].letter) != NULL)
			fprintf(to, "  %-24s  %s\n", cli_option_help[i].usage,
			    cli_option_help[i].help);
}

/* Help on a command, on those that begin with a word, or on everything. */
void
cli_help_print(const struct command *c, const char *first)
{
	if (c != NULL) {
		cli_help_usage(stdout, c);
		printf("\n%c%s.\n%s", c->brief[0] - 'a' + 'A', c->brief + 1,
		    c->more ? c->more : "");
		if (*c->options)
			fputs("\n", stdout);
		print_options(stdout, c->options);
		return;
	}
	printf("usage: keywheel [--conf FILE] [--json] %s ...\n\n",
	    first ? first : "COMMAND");
	print_commands(stdout, first);
	fputs("\n", stdout);
	print_options(stdout, "fjhV");
	fputs("\n`keywheel COMMAND --help` tells more. "
	      "Exit status: 0 done, 1 failed or refused,\n"
	      "2 wrong usage.\n",
	    stdout);
}

/* Wrong usage, in short, and what would be right. */
int
cli_help_misuse(const struct command *c, const char *first, const char *why)
{
	cli_complain("%s", why);
	if (c != NULL)
		cli_help_usage(stderr, c);
	else if (first != NULL) {
		fputs("usage:\n", stderr);
		print_commands(stderr, first);
	} else
		fputs("usage: keywheel [--conf FILE] [--json] COMMAND ...\n"
		      "`keywheel --help` lists the commands.\n",
		    stderr);
	return CLI_MISUSED;
}

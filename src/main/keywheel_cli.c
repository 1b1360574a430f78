/* The command line program: options, the table of commands, help. */
#include "main/cli.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef KEYWHEEL_VERSION
#define KEYWHEEL_VERSION "0"
#endif

#define ANY ((size_t)-1)

/* One command: `keywheel FIRST [SECOND] WORDS`. */
struct command {
	const char *first, *second;
	const char *words;   /* what follows, as the usage shows it */
	size_t least, most;  /* how many words that is */
	const char *options; /* the letters of those it takes */
	int (*run)(struct cli *cli);
	const char *brief, *more;
};

/* clang-format off */
static const struct command commands[] = {
    {"migrate", NULL, "", 0, 0, "", cli_migrate_run,
	"bring the database's schema forward",
	"Applies what the database has not seen yet, in one transaction, as\n"
	"the role of OWNER_DATABASE_URL, and says what it did.\n"},
    {"make-master-key", NULL, "FILE", 1, 1, "", cli_migrate_make_master_key,
	"make a new master key in FILE",
	"The file gets mode 0600. One that exists is left alone: without its\n"
	"master key a database is of no use.\n"},
    {"load-env", NULL, "FILE", 1, 1, "kcao", cli_env_load,
	"take settings, keys and tokens of a .env file",
	"All or nothing: names that are not known and bad values are named with\n"
	"their line, and nothing changes. Values win over the database. Keys\n"
	"and tokens that an earlier load of the same origin brought and that\n"
	"the file does not list any more are removed and revoked.\n"},
    {"keys", "list", "", 0, 0, "", cli_keys_list,
	"show all keys, without their secrets", NULL},
    {"keys", "add", "[KEY...]", 0, ANY, "p", cli_keys_add,
	"add keys",
	"Without KEY, or with `-`, they are read from standard input, where\n"
	"other users of the machine cannot see them.\n"},
    {"keys", "import", "[FILE...]", 0, ANY, "p", cli_keys_import,
	"add all keys found in text",
	"The text may be anything that holds keys: a list, JSON, CSV, prose.\n"
	"Without FILE, or for `-`, it is read from standard input.\n"},
    {"keys", "enable", "ID...", 1, ANY, "", cli_keys_enable,
	"use keys again, and end their rests", NULL},
    {"keys", "disable", "ID...", 1, ANY, "", cli_keys_disable,
	"do not use keys any more", NULL},
    {"keys", "remove", "ID...", 1, ANY, "", cli_keys_remove,
	"take keys out of the list",
	"Their account stays. Adding a key again brings it back.\n"},
    {"tokens", "list", "", 0, 0, "", cli_tokens_list,
	"show all tokens, without their secrets", NULL},
    {"tokens", "add", "NAME", 1, 1, "At", cli_tokens_add,
	"make a new token and print it",
	"It is shown this once only; the database holds its hash.\n"},
    {"tokens", "revoke", "NAME...", 1, ANY, "", cli_tokens_revoke,
	"refuse tokens from now on", NULL},
    {"get", NULL, "[NAME...]", 0, ANY, "", cli_settings_get,
	"show settings",
	"Without NAME all of them, those that are not at their default marked\n"
	"with `*`. One NAME gives its value alone. Secrets are masked.\n"},
    {"set", NULL, "NAME VALUE...", 2, ANY, "", cli_settings_set,
	"change settings, all of them or none",
	"In force for the next request. VALUE `-` is read from standard input.\n"
	"`--` goes before values that begin with a dash.\n"},
    {"unset", NULL, "NAME...", 1, ANY, "", cli_settings_unset,
	"put settings back to their defaults", NULL},
    {"quirks", NULL, "", 0, 0, "", cli_quirks_list,
	"show what models have refused",
	"A request that asks a model for such a thing is changed before it is\n"
	"sent. What was learned is forgotten after a week, or at once by\n"
	"`keywheel quirks forget [MODEL]`.\n"},
    {"quirks", "forget", "[MODEL]", 0, 1, "", cli_quirks_forget,
	"forget what models have refused",
	"Of MODEL, or of all. The next request tries it again.\n"},
    {"proxies", NULL, "", 0, 0, "", cli_proxies_list,
	"show the egress proxies, without user and password",
	"How each one is, the milliseconds to an answer when it was last\n"
	"checked, how many projects and keys of unknown projects have it as\n"
	"their home, and what went wrong last.\n"},
    {"proxies", "check", "", 0, 0, "", cli_proxies_check,
	"ask for an answer through each egress proxy",
	"Of the host of BASE_URL, without a key; any answer will do. One that\n"
	"fails is not used for a while, one that works is used again. Exit\n"
	"status 0 means that all of them work.\n"},
    {"check", NULL, "", 0, 0, "", cli_check_run,
	"look at everything, and try each key once",
	"Configuration, master key, database, settings, and one request for\n"
	"the list of models with each active key. Changes nothing. Exit status\n"
	"0 means that all is well and every key works.\n"},
};

static const struct option options[] = {
    {"conf", required_argument, NULL, 'f'},
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {"pool", required_argument, NULL, 'p'},
    {"admin", no_argument, NULL, 'A'},
    {"token-file", required_argument, NULL, 't'},
    {"check", no_argument, NULL, 'k'},
    {"client-token-file", required_argument, NULL, 'c'},
    {"admin-token-file", required_argument, NULL, 'a'},
    {"origin", required_argument, NULL, 'o'},
    {NULL, 0, NULL, 0},
};

/* The same for people; the first four go with every command. */
static const struct {
	char letter;
	const char *usage, *help;
} option_help[] = {
    {'f', "--conf FILE", "take DATABASE_URL and the like from FILE"},
    {'j', "--json", "answer in JSON"},
    {'h', "--help", "explain the command"},
    {'V', "--version", "name the version"},
    {'p', "--pool NAME", "gemini (the default), paid or vertex"},
    {'A', "--admin", "a token that may do everything"},
    {'t', "--token-file FILE", "write the token to FILE, mode 0600"},
    {'k', "--check", "only check the file"},
    {'c', "--client-token-file FILE", "write the first ALLOWED_TOKENS to FILE"},
    {'a', "--admin-token-file FILE", "write AUTH_TOKEN to FILE"},
    {'o', "--origin NAME", "env (the default) or demo"},
};
/* clang-format on */

/* The command line as it was given. */
struct line {
	struct cli cli;
	const struct command *command; /* NULL: not known (yet) */
	char **words;                  /* all, the command's own first */
	size_t n;
	char given[COUNT_OF(option_help) + 1]; /* letters, each once */
	bool help, version;
};

/* --- help --------------------------------------------------------------- */

static void
print_name(FILE *to, const struct command *c)
{
	fprintf(to, "%s%s%s", c->first, c->second ? " " : "",
	    c->second ? c->second : "");
}

static void
print_usage(FILE *to, const struct command *c)
{
	fputs("usage: keywheel [--conf FILE] [--json] ", to);
	print_name(to, c);
	for (size_t i = 0; i < COUNT_OF(option_help); i++)
		if (strchr(c->options, option_help[i].letter) != NULL)
			fprintf(to, " [%s]", option_help[i].usage);
	fprintf(to, "%s%s\n", *c->words ? " " : "", c->words);
}

/* The commands whose first word is this, or all. */
static void
print_commands(FILE *to, const char *first)
{
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		const struct command *c = &commands[i];
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
	for (size_t i = 0; i < COUNT_OF(option_help); i++)
		if (strchr(letters, option_help[i].letter) != NULL)
			fprintf(to, "  %-24s  %s\n", option_help[i].usage,
			    option_help[i].help);
}

/* Help on a command, on those that begin with a word, or on everything. */
static void
print_help(const struct command *c, const char *first)
{
	if (c != NULL) {
		print_usage(stdout, c);
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
static int
misuse(const struct command *c, const char *first, const char *why)
{
	cli_complain("%s", why);
	if (c != NULL)
		print_usage(stderr, c);
	else if (first != NULL) {
		fputs("usage:\n", stderr);
		print_commands(stderr, first);
	} else
		fputs("usage: keywheel [--conf FILE] [--json] COMMAND ...\n"
		      "`keywheel --help` lists the commands.\n",
		    stderr);
	return CLI_MISUSED;
}

/* --- reading the line --------------------------------------------------- */

static void
take_option(struct line *line, int letter, const char *value)
{
	struct cli *cli = &line->cli;
	switch (letter) {
	case 'f':
		cli->conf = value;
		break;
	case 'j':
		cli->json = true;
		break;
	case 'h':
		line->help = true;
		break;
	case 'V':
		line->version = true;
		break;
	case 'p':
		cli->pool = value;
		break;
	case 'A':
		cli->admin = true;
		break;
	case 't':
		cli->token_file = value;
		break;
	case 'k':
		cli->check_only = true;
		break;
	case 'c':
		cli->client_token_file = value;
		break;
	case 'a':
		cli->admin_token_file = value;
		break;
	case 'o':
		cli->origin = value;
		break;
	}
	char *given = line->given;
	if (strchr(given, letter) == NULL)
		given[strlen(given)] = (char)letter;
}

/* Options may stand anywhere before `--`; all else are words. NULL, or what
 * is wrong. */
static const char *
read_line(struct line *line, int argc, char **argv)
{
	int letter;
	opterr = 0;
	while (
	    (letter = getopt_long(argc, argv, "-:hV", options, NULL)) != -1) {
		if (letter == 1)
			line->words[line->n++] = optarg;
		else if (letter == ':')
			return "an option lacks its value";
		else if (letter == '?')
			return "there is no such option (`--` goes before "
			       "words that begin with a dash)";
		else
			take_option(line, letter, optarg);
	}
	while (optind < argc)
		line->words[line->n++] = argv[optind++];
	return NULL;
}

/* The command that the words begin with, rather one of two words; NULL if
 * there is none. */
static const struct command *
find_command(const struct line *line)
{
	const struct command *found = NULL;
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		const struct command *c = &commands[i];
		if (line->n == 0 || strcmp(line->words[0], c->first) != 0)
			continue;
		if (c->second == NULL)
			found = c;
		else if (line->n > 1 && strcmp(line->words[1], c->second) == 0)
			return c;
	}
	return found;
}

/* The first word if commands begin with it, else NULL. */
static const char *
find_group(const struct line *line)
{
	for (size_t i = 0; line->n > 0 && i < COUNT_OF(commands); i++)
		if (strcmp(line->words[0], commands[i].first) == 0)
			return commands[i].first;
	return NULL;
}

/* What is wrong with the options and words of the command, or NULL. */
static const char *
check_line(const struct line *line)
{
	const struct command *c = line->command;
	if (c == NULL)
		return line->n == 0 ? "which command?"
				    : "there is no such command";
	for (const char *p = line->given; *p != '\0'; p++)
		if (strchr("fj", *p) == NULL && strchr(c->options, *p) == NULL)
			return "the command does not take that option";
	if (line->cli.n < c->least)
		return "words are missing";
	if (line->cli.n > c->most)
		return "there are too many words";
	return NULL;
}

static int
run(struct line *line, int argc, char **argv)
{
	const char *why = read_line(line, argc, argv);
	const char *group = find_group(line);
	line->command = find_command(line);
	if (why == NULL && line->version) {
		puts("keywheel " KEYWHEEL_VERSION);
		return CLI_DONE;
	}
	if (why == NULL && line->help && (group != NULL || line->n == 0)) {
		print_help(line->command, group);
		return CLI_DONE;
	}

	if (line->command != NULL) {
		size_t own = line->command->second == NULL ? 1 : 2;
		line->cli.words = line->words + own;
		line->cli.n = line->n - own;
	}
	why = why == NULL ? check_line(line) : why;
	if (why != NULL)
		return misuse(line->command, group, why);
	int status = line->command->run(&line->cli);
	if (status == CLI_MISUSED)
		print_usage(stderr, line->command);
	return status;
}

int
main(int argc, char **argv)
{
	struct line line = {0};
	line.words = calloc((size_t)argc + 1, sizeof(*line.words));
	if (line.words == NULL)
		abort();
	int status = run(&line, argc, argv);
	cli_clear(&line.cli);
	free(line.words);

	/* What nobody could read was not done. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == CLI_DONE) {
		cli_complain("cannot write to standard output");
		status = CLI_FAILED;
	}
	return status;
}

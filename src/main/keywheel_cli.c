/* The command line program: options, and which command a line means. */
#include "base/version.h"
#include "main/cli.h"
#include "main/cli_command.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
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
    {"project", required_argument, NULL, 'P'},
    {"weight", required_argument, NULL, 'w'},
    {"models", required_argument, NULL, 'm'},
    {"reserve", optional_argument, NULL, 'r'},
    {"note", required_argument, NULL, 'n'},
    {"dry-run", no_argument, NULL, 'N'},
    {"all-or-nothing", no_argument, NULL, 'e'},
    {"verbose", no_argument, NULL, 'v'},
    {"state", required_argument, NULL, 's'},
    {"all", no_argument, NULL, 'l'},
    {"cache", required_argument, NULL, 'C'},
    {"older-than", required_argument, NULL, 'O'},
    {"client", no_argument, NULL, 'K'},
    {"expires", required_argument, NULL, 'x'},
    {"addresses", required_argument, NULL, 'd'},
    {"limits", required_argument, NULL, 'L'},
    {"shadow", required_argument, NULL, 'S'},
    {"keep", required_argument, NULL, 'E'},
    {NULL, 0, NULL, 0},
};

/* The same for people; the first four go with every command. */
const struct option_help cli_option_help[] = {
    {'f', "--conf FILE", "take DATABASE_URL and the like from FILE"},
    {'j', "--json", "answer in JSON"},
    {'h', "--help", "explain the command"},
    {'V', "--version", "name the version"},
    {'s', "--state NAME", "active, ready, resting or disabled"},
    {'p', "--pool NAME", "gemini (the default), paid or vertex"},
    {'P', "--project NAME", "the keys' Google project: quotas are counted by it"},
    {'w', "--weight N", "turns in each round, 1 to 100"},
    {'m', "--models LIST", "only these models: names, or beginnings with *"},
    {'r', "--reserve [on|off]", "only where no other key of the pool is free"},
    {'n', "--note TEXT", "anything worth remembering"},
    {'N', "--dry-run", "only say what would be done"},
    {'e', "--all-or-nothing", "if a line is bad, import nothing"},
    {'v', "--verbose", "name each line"},
    {'l', "--all", "those that are over too"},
    {'C', "--cache WHEN", "on, off, or models: as RESPONSE_CACHE_MODELS says"},
    {'O', "--older-than DAYS", "only what is older than that"},
    {'A', "--admin", "a token that may do everything"},
    {'K', "--client", "a token that may only call the API"},
    {'x', "--expires WHEN", "2027-01-31 [18:00] (UTC), 30d, 12h, or never"},
    {'d', "--addresses LIST", "only from these addresses and networks"},
    {'L', "--limits LIST", "rpm=, rpd=, tpm=, tpd=, concurrent=N, budget=20USD"},
    {'S', "--shadow on|off", "the limits refuse nothing: it is only noted"},
    {'E', "--keep TIME", "the old secret stays good: 0, 1h, 24h, 7d"},
    {'t', "--token-file FILE", "write the token to FILE, mode 0600"},
    {'k', "--check", "only check the file"},
    {'c', "--client-token-file FILE", "write the first ALLOWED_TOKENS to FILE"},
    {'a', "--admin-token-file FILE", "write AUTH_TOKEN to FILE"},
    {'o', "--origin NAME", "env (the default) or demo"},
};
const size_t cli_n_option_help = COUNT_OF(cli_option_help);
/* clang-format on */

/* The command line as it was given. */
struct line {
	struct cli cli;
	const struct command *command; /* NULL: not known (yet) */
	char **words;                  /* all, the command's own first */
	size_t n;
	char given[COUNT_OF(cli_option_help) + 1]; /* letters, each once */
	bool help, version;
};

/* --- reading the line --------------------------------------------------- */

/* What is said of keys. */
static void
take_attribute(struct cli *cli, int letter, const char *value)
{
	static const char letters[KEY__ATTRIBUTES + 1] = {
	    [KEY_PROJECT] = 'P',
	    [KEY_POOL] = 'p',
	    [KEY_WEIGHT] = 'w',
	    [KEY_MODELS] = 'm',
	    [KEY_RESERVE] = 'r',
	    [KEY_NOTE] = 'n',
	};
	const char *at = strchr(letters, letter);
	if (at != NULL)
		cli->attribute[at - letters] = value == NULL ? "on" : value;
}

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
	case 'N':
		cli->dry_run = true;
		break;
	case 'e':
		cli->all_or_nothing = true;
		break;
	case 'v':
		cli->verbose = true;
		break;
	case 's':
		cli->state = value;
		break;
	case 'l':
		cli->all = true;
		break;
	case 'A':
		cli->admin = true;
		break;
	case 'C':
		cli->cache = value;
		break;
	case 'O':
		cli->older_than = value;
		break;
	case 'K':
		cli->client = true;
		break;
	case 'x':
		cli->expires = value;
		break;
	case 'd':
		cli->addresses = value;
		break;
	case 'L':
		cli->limits = value;
		break;
	case 'S':
		cli->shadow = value;
		break;
	case 'E':
		cli->keep = value;
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
	default:
		take_attribute(cli, letter, value);
		break;
	}
	char *given = line->given;
	if (strchr(given, letter) == NULL)
		given[strlen(given)] = (char)letter;
}

/* The value of --reserve, which need not have one, may be a word. */
static bool
is_switch(const char *word)
{
	return strcmp(word, "on") == 0 || strcmp(word, "off") == 0;
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
		else if (letter == 'r' && optarg == NULL && optind < argc &&
		    is_switch(argv[optind]))
			take_option(line, letter, argv[optind++]);
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
	for (size_t i = 0; i < cli_n_commands; i++) {
		const struct command *c = &cli_commands[i];
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
	for (size_t i = 0; line->n > 0 && i < cli_n_commands; i++)
		if (strcmp(line->words[0], cli_commands[i].first) == 0)
			return cli_commands[i].first;
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
		cli_help_print(line->command, group);
		return CLI_DONE;
	}

	if (line->command != NULL) {
		size_t own = line->command->second == NULL ? 1 : 2;
		line->cli.second = line->command->second;
		line->cli.words = line->words + own;
		line->cli.n = line->n - own;
	}
	why = why == NULL ? check_line(line) : why;
	if (why != NULL)
		return cli_help_misuse(line->command, group, why);
	int status = line->command->run(&line->cli);
	if (status == CLI_MISUSED)
		cli_help_usage(stderr, line->command);
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

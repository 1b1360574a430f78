/* The command line program: options, the table of commands, help. */
#include "main/cli.h"
#include "main/cli_command.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef KEYWHEEL_VERSION
#define KEYWHEEL_VERSION "0"
#endif

#define ANY ((size_t)-1)

/* clang-format off */
const struct command cli_commands[] = {
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
    {"keys", "list", "", 0, 0, "spP", cli_keys_list,
	"show keys, without their secrets", NULL},
    {"keys", "add", "[KEY...]", 0, ANY, "pPwmrnNv", cli_keys_add,
	"add keys",
	"Without KEY, or with `-`, they are read from standard input, where\n"
	"other users of the machine cannot see them.\n"},
    {"keys", "import", "[FILE...]", 0, ANY, "pPwmrnNev", cli_keys_import,
	"add all keys found in text",
	"The text may be anything that holds keys: a list, JSON, CSV, prose.\n"
	"Without FILE, or for `-`, it is read from standard input. The setting\n"
	"KEY_PATTERN says what keys look like; a word alone on its line is one\n"
	"whatever it looks like. Behind a key its line may say project=NAME\n"
	"pool=NAME weight=N models=LIST reserve note=TEXT, which win over the\n"
	"options.\n"},
    {"keys", "set", "ID...|all", 1, ANY, "pPwmrn", cli_keys_set,
	"change what is known of keys",
	"An empty value takes it away: --project '' --models '' --note ''.\n"},
    {"keys", "events", "ID", 1, 1, "", cli_keys_events,
	"show what happened to a key, and why", NULL},
    {"keys", "enable", "ID...", 1, ANY, "", cli_keys_enable,
	"use keys again, and end their rests", NULL},
    {"keys", "disable", "ID...", 1, ANY, "", cli_keys_disable,
	"do not use keys any more", NULL},
    {"keys", "remove", "ID...", 1, ANY, "", cli_keys_remove,
	"take keys out of the list",
	"Their account stays. Adding a key again brings it back.\n"},
    {"limits", NULL, "", 0, 0, "", cli_limits_list,
	"show what projects may use of models, and have used",
	"rpm, rpd: requests a minute and a day (Pacific); tpm, tpd: input\n"
	"tokens. Learned from Google's refusals, or set. A key is not asked for\n"
	"more than is left.\n"},
    {"limits", "set", "SCOPE MODEL KIND=N...", 3, 6, "", cli_limits_set,
	"set limits",
	"SCOPE: project/NAME, key/ID for a key whose project is not known, or *\n"
	"for each project without a limit of its own. KIND: rpm, tpm, rpd, tpd;\n"
	"KIND=none takes it away.\n"},
    {"limits", "forget", "SCOPE [MODEL]", 1, 2, "", cli_limits_forget,
	"forget limits, until they are learned again", NULL},
    {"rests", NULL, "", 0, 0, "", cli_rests_list,
	"show the models that rest for everybody",
	"Because of a storm, of our address, or because nobody knows the model;\n"
	"`keys list` tells what rests for single keys.\n"},
    {"rests", "end", "[MODEL]", 0, 1, "", cli_rests_end,
	"let a model be asked for again at once",
	"MODEL, or all of them. Ends the alarm, too. `keys enable` ends the\n"
	"rests of single keys.\n"},
    {"alarms", NULL, "", 0, 0, "l", cli_alarms_list,
	"show what somebody should look at", NULL},
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
    {"deadlines", NULL, "", 0, 0, "", cli_deadlines_list,
	"show how long models may be silent, by what was measured",
	"In milliseconds, for each model and size of prompt (in tokens). A dash\n"
	"is where FIRST_BYTE_TIMEOUT and IDLE_TIMEOUT hold, or TIME_OUT for the\n"
	"first byte of what is fetched whole.\n"},
    {"deadlines", "compute", "", 0, 0, "", cli_deadlines_compute,
	"compute them anew",
	"From the requests of the last seven days, as the job does it.\n"},
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
	"Configuration, master key, database, settings, and one token of\n"
	"TEST_MODEL with each active key. Changes nothing. Exit status 0 means\n"
	"that all is well and every key is valid, also if its quota is used up.\n"},
    {"jobs", NULL, "", 0, 0, "", cli_jobs_list,
	"show what is done now and then, and how it went", NULL},
    {"jobs", "run", "[NAME...]", 0, ANY, "", cli_jobs_run,
	"run the jobs that are due, or those named",
	"For cron or a timer, once a minute. A job that runs already, here or\n"
	"elsewhere, is left to that. Exit status 1: one of them failed.\n"},
    {"jobs", "history", "[NAME]", 0, 1, "", cli_jobs_history,
	"show the last runs, the newest first", NULL},
};
const size_t cli_n_commands = COUNT_OF(cli_commands);

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
    {'A', "--admin", "a token that may do everything"},
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

/* The table of commands. */
#include "main/cli.h"
#include "main/cli_command.h"

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
    {"master-key", NULL, "", 0, 0, "", cli_master_key_show,
	"show which master keys there are, and what they seal",
	"The keys of MASTER_KEY_FILE by their ids, which key seals, the hosts\n"
	"that serve, what is sealed with which key, and the next step of\n"
	"changing it: see keywheel-upgrade(7).\n"},
    {"master-key", "add", "", 0, 0, "", cli_master_key_add,
	"begin to change the master key: make a new one",
	"The file holds both then. Copy it to every host.\n"},
    {"master-key", "rotate", "", 0, 0, "", cli_master_key_rotate,
	"seal everything with the new master key",
	"While requests are served. What has been sealed anew stays so if it is\n"
	"stopped; it goes on when it is run again.\n"},
    {"master-key", "finish", "", 0, 0, "", cli_master_key_finish,
	"drop the old master key",
	"If nothing needs it any more. Copy the file to every host then; keep\n"
	"the old one with the backups that were made with it.\n"},
    {"master-key", "lost", "", 0, 0, "", cli_master_key_lost,
	"go on with another master key, because the old one is lost",
	"The key of the file seals from now on. What was sealed before stays\n"
	"shut, and all tokens are unknown: see keywheel-upgrade(7).\n"},
    {"load-env", NULL, "FILE", 1, 1, "kcao", cli_env_load,
	"take settings, keys and tokens of a .env file",
	"All or nothing: names that are not known and bad values are named with\n"
	"their line, and nothing changes. Values win over the database. Keys\n"
	"and tokens that an earlier load of the same origin brought and that\n"
	"the file does not list any more are removed and revoked.\n"},
    {"import-gemini-balance", NULL, "FILE...", 1, ANY, "Nv", cli_gb_import,
	"move in from gemini-balance: settings, keys, tokens, files",
	"FILE: its .env, its SQLite file (data/default_db), a dump of its MySQL\n"
	"database, `-` for standard input; several together. What is in them\n"
	"says which they are. The database counts before the .env file, as in\n"
	"gemini-balance. All or nothing, and twice is the same as once; no key\n"
	"and no token goes. Its logs are not taken over.\n"},
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
    {"alerts", NULL, "", 0, 0, "", cli_alerts_list,
	"show who is told of alarms, without what is secret",
	"The receivers of ALERT_WEBHOOKS: when each took a message last, how\n"
	"many wait for it, and why it takes none.\n"},
    {"alerts", "test", "", 0, 0, "", cli_alerts_test,
	"send a test message to each receiver",
	"At once, whatever the alarms. Exit status 0 means that all of them\n"
	"took it.\n"},
    {"tokens", "list", "", 0, 0, "", cli_tokens_list,
	"show all tokens, without their secrets", NULL},
    {"tokens", "add", "NAME", 1, 1, "AtxmdLSn", cli_tokens_add,
	"make a new token and print it",
	"It is shown this once only; the database holds its hash.\n"},
    {"tokens", "set", "NAME...", 1, ANY, "CAKxmdLSn", cli_tokens_set,
	"change what a token may do",
	"In force for the next request. An empty value takes it away:\n"
	"--models '' --addresses '' --limits none --expires never. --cache: are\n"
	"its answers kept, whatever the model, or as the model has it.\n"},
    {"tokens", "rotate", "NAME", 1, 1, "Et", cli_tokens_rotate,
	"give a token another secret and print it",
	"The old one ends at once, or after the time of --keep.\n"},
    {"tokens", "disable", "NAME...", 1, ANY, "", cli_tokens_disable,
	"refuse tokens until they are enabled", NULL},
    {"tokens", "enable", "NAME...", 1, ANY, "", cli_tokens_enable,
	"let disabled tokens in again", NULL},
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
    {"clear", NULL, "", 0, 0, "", cli_clear_list,
	"show what has piled up, and the last clearings",
	"About how many rows there are, and how much room they take. No key, no\n"
	"token and no setting is among what can be cleared.\n"},
    {"clear", "logs", "", 0, 0, "ON", cli_clear_run,
	"remove the account of requests, failed attempts, events of keys",
	"Without --older-than all of them, but for the last event of each key.\n"},
    {"clear", "cache", "", 0, 0, "ON", cli_clear_run,
	"remove the answers of the response cache", NULL},
    {"clear", "signatures", "", 0, 0, "ON", cli_clear_run,
	"forget thought signatures, and which key a conversation had",
	"Conversations with tool calls go on without them, a little worse.\n"},
    {"clear", "files", "", 0, 0, "ON", cli_clear_run,
	"forget the files that were uploaded",
	"Nobody can use them any more; Google deletes them by itself, 48 hours\n"
	"after their upload.\n"},
    {"check", NULL, "", 0, 0, "", cli_check_run,
	"look at everything, and try each key once",
	"Configuration, master key, database, settings, and one token of\n"
	"TEST_MODEL with each active key. Changes nothing. Exit status 0 means\n"
	"that all is well and every key is valid, also if its quota is used up.\n"},
    {"explain", NULL, "ID", 1, 1, "", cli_explain_run,
	"tell what became of a request, and why",
	"ID: its x-request-id, or the id that the client sent for it; of several\n"
	"by that name the newest are listed. Times are in UTC.\n"},
    {"jobs", NULL, "", 0, 0, "", cli_jobs_list,
	"show what is done now and then, and how it went", NULL},
    {"jobs", "run", "[NAME...]", 0, ANY, "", cli_jobs_run,
	"run the jobs that are due, or those named",
	"For cron or a timer, once a minute. A job that runs already, here or\n"
	"elsewhere, is left to that. Exit status 1: one of them failed.\n"},
    {"jobs", "history", "[NAME]", 0, 1, "", cli_jobs_history,
	"show the last runs, the newest first", NULL},
    {"tasks", NULL, "", 0, 0, "", cli_tasks_list,
	"show the long work that was begun on pages",
	"How far each task has come, and how many of its keys failed.\n"},
    {"tasks", "stop", "ID", 1, 1, "", cli_tasks_stop,
	"stop a task", "What was done stays done.\n"},
};
/* clang-format on */

const size_t cli_n_commands = COUNT_OF(cli_commands);

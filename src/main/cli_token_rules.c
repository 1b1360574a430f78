/* `keywheel tokens`: changing what they may. */
#include "main/cli.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "pool/token_rule.h"
#include "store/cache.h"
#include "store/db.h"
#include "store/token_changes.h"

/* --- what the options say ------------------------------------------------ */

/* One word of --limits: rpm=60, tpd=none. */
static bool
read_limit(const char *word, struct json_object *rules)
{
	static const struct {
		const char *name;
		enum token_rule rule;
	} limits[] = {
	    {"rpm=", TOKEN_REQUESTS_MINUTE},
	    {"rpd=", TOKEN_REQUESTS_DAY},
	    {"tpm=", TOKEN_TOKENS_MINUTE},
	    {"tpd=", TOKEN_TOKENS_DAY},
	    {"concurrent=", TOKEN_CONCURRENT},
	    {"budget=", TOKEN_BUDGET},
	};
	for (size_t i = 0; i < COUNT_OF(limits); i++)
		if (text_starts(word, limits[i].name))
			return token_rule_read(limits[i].rule,
			    word + strlen(limits[i].name), 0, rules);
	return false;
}

static bool
read_limits(const char *text, struct json_object *rules)
{
	static const char between[] = " ,";
	bool ok = true;
	if (strcmp(text, "none") == 0)
		text = "rpm=none,rpd=none,tpm=none,tpd=none,"
		       "concurrent=none,budget=none";
	for (text += strspn(text, between); ok && *text != '\0';
	     text += strspn(text, between)) {
		struct buf word;
		size_t len = strcspn(text, between);
		buf_init(&word, BUF_SMALL);
		buf_add(&word, text, len);
		ok = read_limit(buf_cstr(&word), rules);
		buf_clear(&word);
		text += len;
	}
	return ok;
}

struct json_object *
cli_token_rules(const struct cli *cli, const char *name)
{
	const struct {
		enum token_rule rule;
		const char *text, *wrong;
	} given[] = {
	    {TOKEN_NAME, name,
		"the name of a token is 1 to 100 bytes of text without "
		"control characters"},
	    {TOKEN_NOTE, cli->attribute[KEY_NOTE],
		"--note is at most 300 bytes of text of one line"},
	    {TOKEN_EXPIRES, cli->expires,
		"--expires is a day, a day and a time (UTC), 30d, 12h, or "
		"never"},
	    {TOKEN_MODELS, cli->attribute[KEY_MODELS],
		"--models are names, or beginnings with *, and commas "
		"between"},
	    {TOKEN_SHADOW, cli->shadow, "--shadow is on or off"},
	    {TOKEN_ADDRESSES, cli->addresses,
		"--addresses are IPv4 or IPv6 addresses or networks, and "
		"commas between"},
	};
	struct json_object *rules = json_object_new_object();
	const char *wrong = NULL;
	for (size_t i = 0; i < COUNT_OF(given) && wrong == NULL; i++)
		if (given[i].text != NULL &&
		    !token_rule_read(given[i].rule, given[i].text,
			clock_wall_ms() / 1000, rules))
			wrong = given[i].wrong;
	if (wrong == NULL && cli->limits != NULL &&
	    !read_limits(cli->limits, rules))
		wrong = "--limits are such as rpm=60,tpd=none,concurrent=5,"
			"budget=20USD, or none";
	if (wrong == NULL && cli->admin && cli->client)
		wrong = "a token is --admin or --client";
	if (cli->admin || cli->client)
		json_set_bool(rules, "admin", cli->admin);
	if (wrong == NULL)
		return rules;
	cli_misuse(wrong);
	json_object_put(rules);
	return NULL;
}

/* --- what came of it ----------------------------------------------------- */

int
cli_token_done(struct cli *cli, const char *name, enum token_change change)
{
	static const char *const words[] = {
	    [TOKEN_CHANGE_TAKEN] = "there is a token %s already",
	    [TOKEN_CHANGE_GONE] = "there is no token %s in use",
	    [TOKEN_CHANGE_LAST] = "%s is the last admin token that does not "
				  "end: without it nobody could sign in",
	    [TOKEN_CHANGE_ENV] = "%s comes from a .env file: change it there, "
				 "and load the file again",
	};
	if (change == TOKEN_CHANGED)
		return CLI_DONE;
	const char *text =
	    (size_t)change < COUNT_OF(words) ? words[change] : NULL;
	if (text == NULL)
		return cli_database_failed(cli);
	struct buf line;
	const char *place = strstr(text, "%s");
	buf_init(&line, BUF_SMALL);
	buf_fmt(&line, "%.*s%s%s", (int)(place - text), text, name, place + 2);
	cli_complain("%s", buf_cstr(&line));
	buf_clear(&line);
	return CLI_FAILED;
}

/* Which one has that name; else *change says why not. */
static bool
find(struct cli *cli, const char *name, int64_t *id, enum token_change *change)
{
	*id = token_named(cli->db, name);
	*change = *id < 0 ? TOKEN_CHANGE_FAILED : TOKEN_CHANGE_GONE;
	return *id > 0;
}

enum token_change
cli_token_rotate(struct cli *cli, const char *name,
    const struct token_secret *secret, int64_t keep_s)
{
	enum token_change change;
	int64_t id;
	if (find(cli, name, &id, &change))
		change = token_rotate(cli->db, id, 0, secret, keep_s, NULL);
	return change;
}

/* --- of several tokens --------------------------------------------------- */

/* Do it to one. */
typedef enum token_change change_fn(
    struct cli *cli, const char *name, struct json_object *rules);

/* All of them, or none if one is not to be changed. done: what then is so, a
 * word for each line and for the member of the JSON. */
static int
change_all(struct cli *cli, change_fn *change, struct json_object *rules,
    const char *done)
{
	if (!cli_database(cli))
		return CLI_FAILED;
	if (!db_begin(cli->db))
		return cli_database_failed(cli);

	int status = CLI_DONE;
	for (size_t i = 0; i < cli->n; i++) {
		const char *name = cli->words[i];
		enum token_change made = change(cli, name, rules);
		if (cli_token_done(cli, name, made) != CLI_DONE)
			status = CLI_FAILED;
		if (made == TOKEN_CHANGE_FAILED)
			break;
	}
	if (!db_end(cli->db, status == CLI_DONE) && status == CLI_DONE)
		status = cli_database_failed(cli);
	if (status != CLI_DONE)
		return status;

	struct json_object *names = json_object_new_array();
	for (size_t i = 0; i < cli->n; i++) {
		json_object_array_add(
		    names, json_object_new_string(cli->words[i]));
		if (!cli->json)
			printf("token %s: %s\n", cli->words[i], done);
	}
	if (cli->json) {
		struct json_object *o = json_object_new_object();
		json_set(o, done, names);
		cli_say_json(o);
	} else
		json_object_put(names);
	return CLI_DONE;
}

static enum token_change
change_rules(struct cli *cli, const char *name, struct json_object *rules)
{
	enum token_change change;
	int64_t id;
	if (find(cli, name, &id, &change))
		change = token_change(cli->db, id, 0, rules, NULL);
	return change;
}

/* Set one member. */
static int
set_all(struct cli *cli, const char *member, bool value, const char *done)
{
	struct json_object *rules = json_object_new_object();
	json_set_bool(rules, member, value);
	int status = change_all(cli, change_rules, rules, done);
	json_object_put(rules);
	return status;
}

int
cli_tokens_revoke(struct cli *cli)
{
	return set_all(cli, "revoked", true, "revoked");
}

int
cli_tokens_disable(struct cli *cli)
{
	return set_all(cli, "disabled", true, "disabled");
}

int
cli_tokens_enable(struct cli *cli)
{
	return set_all(cli, "disabled", false, "enabled");
}

static const char *const switch_words[] = {
    [CACHE_BY_MODEL] = "models", [CACHE_ON] = "on", [CACHE_OFF] = "off"};

/* Which word it is; COUNT_OF(switch_words) if it is none. */
static size_t
find_switch(const char *word)
{
	size_t i = 0;
	while (i < COUNT_OF(switch_words) && !text_same(word, switch_words[i]))
		i++;
	return i;
}

static enum token_change
change_one(struct cli *cli, const char *name, struct json_object *rules)
{
	bool failed;
	if (cli->cache != NULL &&
	    !cache_switch_token(cli->db, name,
		(enum cache_switch)find_switch(cli->cache), &failed))
		return failed ? TOKEN_CHANGE_FAILED : TOKEN_CHANGE_GONE;
	return change_rules(cli, name, rules);
}

int
cli_tokens_set(struct cli *cli)
{
	struct json_object *rules = cli_token_rules(cli, NULL);
	if (rules == NULL)
		return CLI_MISUSED;
	int status;
	if (cli->cache == NULL && json_object_object_length(rules) == 0)
		status = cli_misuse("say what is to be changed");
	else if (cli->cache != NULL &&
	    find_switch(cli->cache) == COUNT_OF(switch_words))
		status = cli_misuse("--cache is on, off or models");
	else
		status = change_all(cli, change_one, rules, "changed");
	json_object_put(rules);
	return status;
}

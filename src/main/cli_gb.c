/* `keywheel import-gemini-balance`: moving in. */
#include "main/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "main/cli_env.h"
#include "main/gb_merge.h"
#include "store/file_import.h"
#include "store/settings.h"

struct move {
	struct cli *cli;
	struct gb_source *sources;
	size_t n;
	struct gb_merge merge;
	struct file_tally files;
};

/* --- what was done ------------------------------------------------------- */

/* What of a setting may be seen; an empty list has nothing to hide. */
static void
write_seen(struct buf *out, enum setting_id id, struct json_object *value)
{
	const char *text =
	    value == NULL ? "(default)" : json_object_get_string(value);
	bool open = !setting_is_secret(setting_def(id)) || value == NULL ||
	    strlen(text) <= 2;
	buf_str(out, open ? text : "(secret)");
}

static void
print_settings(const struct cli_env *env)
{
	json_object_object_foreach(env->values, name, value)
	{
		struct buf line;
		int id = setting_find(name);
		if (id < 0)
			continue;
		buf_init(&line, BUF_LARGE);
		buf_fmt(&line, "%s=", name);
		write_seen(&line, (enum setting_id)id, value);
		buf_fmt(&line, " (%s", env->from[id]);
		if (env->line[id] > 0)
			buf_fmt(&line, " line %d", env->line[id]);
		printf("%s)\n", buf_cstr(&line));
		buf_clear(&line);
	}
}

static void
print_tally(const char *what, const struct cli_env_tally *t)
{
	printf("%s: %lld added, %lld restored, %lld known already\n", what,
	    (long long)t->added, (long long)t->restored, (long long)t->known);
}

static void
print_files(const struct move *m)
{
	const struct {
		int64_t n;
		const char *words;
	} left[] = {
	    {m->merge.gone, "gone from Google or never whole"},
	    {m->files.no_key, "of keys that are not here"},
	    {m->files.no_token, "of tokens that are not here"},
	};
	const char *lead = "; left out: ";
	printf("files: %lld added, %lld known already",
	    (long long)m->files.taken, (long long)m->files.known);
	for (size_t i = 0; i < COUNT_OF(left); i++) {
		if (left[i].n == 0)
			continue;
		printf("%s%lld %s", lead, (long long)left[i].n, left[i].words);
		lead = ", ";
	}
	putchar('\n');
}

static void
print_done(const struct move *m, const struct cli_env_load *l)
{
	if (m->cli->verbose)
		print_settings(l->env);
	if (m->cli->dry_run)
		printf("Nothing was changed; it would be:\n");
	printf("settings: %d taken, %lld of them changed\n",
	    json_object_object_length(l->env->values), (long long)l->changed);
	print_tally("keys", &l->keys);
	print_tally("tokens", &l->tokens);
	print_files(m);
	printf("not taken over: the logs of requests and errors, and how often "
	       "keys have failed\n");
}

static struct json_object *
files_json(const struct move *m)
{
	struct json_object *o = json_object_new_object();
	json_set_int(o, "added", m->files.taken);
	json_set_int(o, "known", m->files.known);
	json_set_int(o, "gone", m->merge.gone);
	json_set_int(o, "no_key", m->files.no_key);
	json_set_int(o, "no_token", m->files.no_token);
	return o;
}

static void
say_done(const struct move *m, const struct cli_env_load *l)
{
	struct json_object *o = json_object_new_object();
	struct json_object *settings = json_object_new_object();
	json_set_bool(o, "dry_run", m->cli->dry_run);
	json_set_int(
	    settings, "taken", json_object_object_length(l->env->values));
	json_set_int(settings, "changed", l->changed);
	json_set(o, "settings", settings);
	json_set(o, "keys", cli_env_tally_json(&l->keys, NULL));
	json_set(o, "tokens", cli_env_tally_json(&l->tokens, NULL));
	json_set(o, "files", files_json(m));
	cli_say_json(o);
}

/* --- doing it ------------------------------------------------------------ */

/* Files go by the keys and tokens that have come before them. */
static bool
bring_files(struct cli_env_load *l)
{
	struct move *m = l->ctx;
	if (json_count(m->merge.files) == 0 ||
	    file_import(l->cli->db, &l->cli->master, m->merge.files, &m->files))
		return true;
	(void)cli_database_failed(l->cli);
	return false;
}

/* A time zone that PostgreSQL does not know is refused by it alone. One of the
 * .env file is to be mended there; one of a database is left out, as all that
 * is bad in it. */
static bool
leave_bad_zone(struct move *m)
{
	struct cli_env *env = &m->merge.env;
	const char *name = setting_def(SETTING_ID_TIMEZONE)->name;
	const char *zone = json_get_text(env->values, name);
	bool failed;
	if (zone == NULL || !m->merge.from_database[SETTING_ID_TIMEZONE])
		return true;
	if (!cli_database(m->cli))
		return false;
	if (store_settings_is_zone(m->cli->db, zone, &failed))
		return true;
	if (failed) {
		(void)cli_database_failed(m->cli);
		return false;
	}
	cli_complain("%s: %s is no time zone that the database knows; it is "
		     "left out",
	    env->from[SETTING_ID_TIMEZONE], name);
	json_object_object_del(env->values, name);
	return true;
}

static int
bring(struct move *m)
{
	struct cli_env_load load = {.cli = m->cli,
	    .env = &m->merge.env,
	    .origin = "gemini-balance",
	    .source = "gemini-balance",
	    .only_adds = true,
	    .dry = m->cli->dry_run,
	    .more = bring_files,
	    .ctx = m};
	gb_merge_notes(&m->merge);
	int status = leave_bad_zone(m) ? cli_env_bring(&load) : CLI_FAILED;
	if (status == CLI_DONE && m->cli->json)
		say_done(m, &load);
	else if (status == CLI_DONE)
		print_done(m, &load);
	return status;
}

static int
merge(struct move *m)
{
	int status = CLI_FAILED;
	if (gb_merge(&m->merge, m->sources, m->n))
		status = bring(m);
	else
		cli_complain("nothing is imported");
	gb_merge_clear(&m->merge);
	return status;
}

int
cli_gb_import(struct cli *cli)
{
	struct move m = {.cli = cli};
	int64_t now_s = clock_wall_ms() / 1000;
	bool ok = true;
	m.sources = calloc(cli->n, sizeof(*m.sources));
	if (m.sources == NULL)
		abort();
	while (ok && m.n < cli->n) {
		ok = gb_read(&m.sources[m.n], cli->words[m.n], now_s);
		m.n++;
	}
	int status = ok ? merge(&m) : CLI_FAILED;
	for (size_t i = 0; i < m.n; i++)
		gb_clear(&m.sources[i]);
	free(m.sources);
	return status;
}

/* Which of what gemini-balance keeps counts. */
#include "main/gb_merge.h"

#include <string.h>

#include "base/dotenv.h"
#include "base/json.h"
#include "base/setting_env.h"
#include "base/text.h"
#include "main/cli.h"
#include "main/gb_repair.h"

/* A name as a .env file can have one; others are not shown. */
static void
note_name(struct buf *names, const char *name)
{
	static const char usual[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789_.-";
	size_t len = strlen(name);
	bool plain = len <= 64 && strspn(name, usual) == len;
	buf_fmt(names, "%s%s", names->len > 0 ? ", " : "",
	    plain ? name : "(a strange name)");
}

/* --- the database -------------------------------------------------------- */

/* What gemini-balance reads at its start from the environment alone. */
static bool
is_of_env_alone(enum setting_id id)
{
	static const enum setting_id ids[] = {SETTING_ID_STREAM_MIN_DELAY,
	    SETTING_ID_STREAM_MAX_DELAY, SETTING_ID_STREAM_SHORT_TEXT_THRESHOLD,
	    SETTING_ID_STREAM_LONG_TEXT_THRESHOLD,
	    SETTING_ID_STREAM_CHUNK_SIZE};
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		if (ids[i] == id)
			return true;
	return false;
}

/* It writes its defaults into the database as if they had been chosen. This one
 * has gone from the Gemini API since. */
static bool
is_dead_default(enum setting_id id, const char *value)
{
	return id == SETTING_ID_CREATE_IMAGE_MODEL &&
	    strcmp(value, "imagen-3.0-generate-002") == 0;
}

static void
take_line(void *ctx, const struct setting_env_line *l)
{
	struct gb_merge *m = ctx;
	cli_env_take(&m->env, l);
	m->from_database[l->id] = l->kind != SETTING_ENV_BAD;
}

static void
note_quietly(void *ctx, const struct setting_env_line *l)
{
	*(bool *)ctx = l->kind != SETTING_ENV_BAD;
}

/* Without its proxies a call would go past them: that is not left out. */
static void
take_value(struct gb_merge *m, enum setting_id id, int line, const char *value)
{
	bool good = false, less = false;
	struct buf repaired;
	buf_init(&repaired, BUF_LARGE);
	setting_env_judge(id, line, value, note_quietly, &good);
	if (!good && gb_repair(id, value, &repaired, &less))
		value = buf_cstr(&repaired);
	if (less)
		cli_complain("%s: elements of %s that are not legal here are "
			     "left out",
		    m->env.path, setting_def(id)->name);
	m->env.lenient = id != SETTING_ID_PROXIES;
	setting_env_judge(id, line, value, take_line, m);
	m->env.lenient = true;
	buf_clear(&repaired);
}

static void
take_no_text(struct gb_merge *m, enum setting_id id, int line)
{
	cli_env_take(&m->env,
	    &(struct setting_env_line){.kind = SETTING_ENV_BAD,
		.id = id,
		.line = line,
		.name = setting_def(id)->name,
		.why = "must be valid UTF-8"});
}

static void
take_setting(struct gb_merge *m, const char *name, struct json_object *row)
{
	const char *value = json_get_text(row, "value");
	int line = (int)json_get_int(row, "line", 0);
	int id = setting_find(name);
	if (id < 0) {
		if (json_get(m->named, name) == NULL)
			note_name(&m->unknown, name);
		return;
	}
	bool named = json_get(m->named, name) != NULL;
	if (m->from_database[id] ||
	    (named && is_of_env_alone((enum setting_id)id)))
		return;
	if (json_get_bool(row, "bad"))
		take_no_text(m, (enum setting_id)id, line);
	if (value == NULL)
		return;
	if (!named && is_dead_default((enum setting_id)id, value)) {
		note_name(&m->kept, name);
		return;
	}
	take_value(m, (enum setting_id)id, line, value);
}

/* The one that is meant; NULL after a complaint. */
static struct json_object *
choose_database(const struct gb_merge *m, const struct gb_source *source)
{
	const char *named = json_get_text(m->named, "MYSQL_DATABASE");
	if (json_object_object_length(source->databases) == 1) {
		json_object_object_foreach(source->databases, name, base)
		{
			(void)name;
			return base;
		}
	}
	struct json_object *base =
	    named == NULL ? NULL : json_get(source->databases, named);
	if (base == NULL)
		cli_complain("%s holds several databases of gemini-balance's: "
			     "give its .env file too, where MYSQL_DATABASE "
			     "says which is meant",
		    source->path);
	return base;
}

static bool
take_database(struct gb_merge *m, const struct gb_source *source)
{
	struct json_object *base = choose_database(m, source);
	if (base == NULL)
		return false;
	m->env.path = source->path;
	m->env.lenient = true;
	json_object_object_foreach(json_get(base, "settings"), name, row)
	{
		take_setting(m, name, row);
	}
	struct json_object *files = json_get(base, "files");
	for (size_t i = 0; i < json_count(files); i++)
		json_object_array_add(
		    m->files, json_object_get(json_at(files, i)));
	m->gone += json_get_int(base, "gone", 0);
	return true;
}

/* --- the .env file ------------------------------------------------------- */

static bool
note_assignment(void *ctx, const char *name, const char *value, int line)
{
	struct gb_merge *m = ctx;
	(void)line;
	json_set_text(m->named, name, value);
	return true;
}

/* Is that what the database has, too? */
static bool
is_taken(const struct gb_merge *m, const struct setting_env_line *l)
{
	const char *value = json_get_text(m->env.values, l->name);
	if (l->kind != SETTING_ENV_SECRETS)
		return strcmp(value == NULL ? "" : value, l->text) == 0;
	struct json_object *list = json_parse(l->text, strlen(l->text), NULL);
	bool same = json_object_equal(list, m->env.secrets[l->id]) == 1;
	json_object_put(list);
	return same;
}

static void
take_env_line(void *ctx, const struct setting_env_line *l)
{
	struct gb_merge *m = ctx;
	if (l->kind == SETTING_ENV_UNKNOWN)
		note_name(&m->unknown, l->name);
	else if (!m->from_database[l->id])
		cli_env_take(&m->env, l);
	else if (l->kind != SETTING_ENV_OBSOLETE && !is_taken(m, l))
		note_name(&m->outdone, l->name);
}

static void
take_env(struct gb_merge *m, const struct gb_source *source)
{
	struct buf why;
	buf_init(&why, BUF_SMALL);
	m->env.path = source->path;
	m->env.lenient = false;
	if (!setting_env_read(buf_cstr(&source->text), source->text.len,
		take_env_line, m, &why)) {
		cli_complain("%s %s", source->path, buf_cstr(&why));
		m->env.bad = true;
	}
	buf_clear(&why);
}

/* --- all together -------------------------------------------------------- */

static bool
is_default(enum setting_id id, const char *value)
{
	struct buf usual, why;
	buf_init(&usual, BUF_LARGE);
	buf_init(&why, BUF_SMALL);
	bool same =
	    setting_check(id, setting_def(id)->fallback, &usual, &why) &&
	    strcmp(value, buf_cstr(&usual)) == 0;
	buf_clear(&why);
	buf_clear(&usual);
	return same;
}

/* The database has every setting, chosen or not. What is keywheel's default is
 * to follow that. */
static void
leave_defaults(struct gb_merge *m)
{
	json_object_object_foreach(m->env.values, name, value)
	{
		int id = setting_find(name);
		if (id >= 0 && value != NULL && m->from_database[id] &&
		    is_default(
			(enum setting_id)id, json_object_get_string(value)))
			json_set_null(m->env.values, name);
	}
}

/* The .env file among them, NULL if there is none; false if there are more. */
static bool
find_env(
    const struct gb_source *sources, size_t n, const struct gb_source **found)
{
	*found = NULL;
	for (size_t i = 0; i < n; i++) {
		if (sources[i].kind != GB_ENV)
			continue;
		if (*found != NULL) {
			cli_complain("%s and %s are both .env files: give one",
			    (*found)->path, sources[i].path);
			return false;
		}
		*found = &sources[i];
	}
	return true;
}

bool
gb_merge(struct gb_merge *m, const struct gb_source *sources, size_t n)
{
	const struct gb_source *env;
	struct buf why;
	*m = (struct gb_merge){.files = json_object_new_array(),
	    .named = json_object_new_object()};
	cli_env_init(&m->env, "");
	buf_init(&m->unknown, BUF_LARGE);
	buf_init(&m->outdone, BUF_LARGE);
	buf_init(&m->kept, BUF_SMALL);
	if (!find_env(sources, n, &env))
		return false;
	buf_init(&why, BUF_SMALL);
	/* Its mistakes are complained of later. */
	if (env != NULL)
		(void)!dotenv_parse(buf_cstr(&env->text), env->text.len,
		    note_assignment, m, &why);
	buf_clear(&why);
	for (size_t i = n; i-- > 0;)
		if (sources[i].kind != GB_ENV && !take_database(m, &sources[i]))
			return false;
	if (env != NULL)
		take_env(m, env);
	leave_defaults(m);
	return !m->env.bad;
}

void
gb_merge_clear(struct gb_merge *m)
{
	buf_clear(&m->kept);
	buf_clear(&m->outdone);
	buf_clear(&m->unknown);
	cli_env_clear(&m->env);
	json_object_put(m->named);
	json_object_put(m->files);
}

void
gb_merge_notes(const struct gb_merge *m)
{
	if (m->env.obsolete.len > 0)
		cli_complain(
		    "without meaning here: %s", buf_cstr(&m->env.obsolete));
	if (m->env.later.len > 0)
		cli_complain("kept for later, this version does not use it "
			     "yet: %s",
		    buf_cstr(&m->env.later));
	if (m->unknown.len > 0)
		cli_complain("no settings of keywheel's, and left out: %s",
		    buf_cstr(&m->unknown));
	if (m->outdone.len > 0)
		cli_complain("the database has other values than the .env "
			     "file, and its count, as in gemini-balance: %s",
		    buf_cstr(&m->outdone));
	if (m->kept.len > 0)
		cli_complain("left at keywheel's default, because "
			     "gemini-balance's is gone from the Gemini API: %s",
		    buf_cstr(&m->kept));
	cli_env_note_weak(&m->env);
}

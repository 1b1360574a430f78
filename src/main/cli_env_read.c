/* Reading a .env file against the table of settings. */
#include "main/cli_env.h"

#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/setting_env.h"
#include "gateway/key_import.h"
#include "main/cli.h"

/* Secrets go into header fields; nobody has longer ones. */
#define SECRET_MAX_BYTES 512

#define WEAK_TOKEN_BYTES 16

static void
refuse(struct cli_env *env, int line, const char *name, const char *why)
{
	struct buf place;
	buf_init(&place, BUF_SMALL);
	if (line > 0)
		buf_fmt(&place, " line %d", line);
	cli_complain("%s%s: %s %s%s", env->path, buf_cstr(&place), name, why,
	    env->lenient ? "; it is left out" : "");
	buf_clear(&place);
	env->bad = env->bad || !env->lenient;
}

static void
note_name(struct buf *names, const char *name)
{
	buf_fmt(names, "%s%s", names->len > 0 ? ", " : "", name);
}

/* --- keys and tokens ---------------------------------------------------- */

/* True if it can be sent in a header field. */
static bool
is_secret(const char *text)
{
	size_t len = strlen(text);
	for (size_t i = 0; i < len; i++)
		if (text[i] < '!' || text[i] > '~')
			return false;
	return len > 0 && len <= SECRET_MAX_BYTES;
}

static void
refuse_element(
    struct cli_env *env, enum setting_id id, size_t number, const char *why)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	buf_fmt(&text, "element %zu %s", number, why);
	refuse(env, env->line[id], setting_def(id)->name, buf_cstr(&text));
	buf_clear(&text);
}

/* Keep the secrets of a canonical list. Placeholders are no keys: among
 * API_KEYS they are refused; the lines of the example file for keys that not
 * everybody has may stay as they are. */
static void
take_secrets(struct cli_env *env, enum setting_id id, const char *canonical)
{
	const struct setting_def *def = setting_def(id);
	struct json_object *all =
	    json_parse(canonical, strlen(canonical), NULL);
	struct json_object *kept = json_object_new_array();
	bool keys = def->home == SETTING_KEYS;
	for (size_t i = 0; i < json_count(all); i++) {
		struct json_object *one = json_at(all, i);
		const char *text = json_object_get_string(one);
		const char *why = NULL;
		if (!is_secret(text))
			why = "must be printable ASCII without blanks, 512 "
			      "bytes at most";
		else if (keys && key_import_is_placeholder(text)) {
			if (id != SETTING_ID_API_KEYS)
				continue;
			why = "must be a key, not the placeholder of an "
			      "example";
		}
		if (why == NULL)
			json_object_array_add(kept, json_object_get(one));
		else
			refuse_element(env, id, i + 1, why);
	}
	json_object_put(all);
	json_object_put(env->secrets[id]);
	env->secrets[id] = kept;
}

/* --- lines -------------------------------------------------------------- */

/* A checked value of a row of the settings; NULL is the default. */
static void
take_value(
    struct cli_env *env, const struct setting_def *def, const char *canonical)
{
	json_set_text(env->values, def->name, canonical);
	if (!def->in_force)
		note_name(&env->later, def->name);
}

void
cli_env_take(struct cli_env *env, const struct setting_env_line *l)
{
	if (l->kind != SETTING_ENV_UNKNOWN && l->kind != SETTING_ENV_BAD) {
		env->from[l->id] = env->path;
		env->line[l->id] = l->line;
	}
	switch (l->kind) {
	case SETTING_ENV_VALUE:
		take_value(env, setting_def(l->id), l->text);
		break;
	case SETTING_ENV_DEFAULT:
		take_value(env, setting_def(l->id), NULL);
		break;
	case SETTING_ENV_SECRETS:
		take_secrets(env, l->id, l->text);
		break;
	case SETTING_ENV_OBSOLETE:
		note_name(&env->obsolete, l->name);
		break;
	case SETTING_ENV_UNKNOWN:
	case SETTING_ENV_BAD:
		refuse(env, l->line, l->name, l->why);
		break;
	}
}

static void
take_line(void *ctx, const struct setting_env_line *l)
{
	cli_env_take(ctx, l);
}

void
cli_env_init(struct cli_env *env, const char *path)
{
	*env = (struct cli_env){.path = path};
	env->values = json_object_new_object();
	buf_init(&env->later, BUF_SMALL);
	buf_init(&env->obsolete, BUF_SMALL);
}

int
cli_env_count(const struct cli_env *env, bool kept)
{
	int n = 0;
	json_object_object_foreach(env->values, name, value)
	{
		int id = setting_find(name);
		(void)value;
		n += id >= 0 && setting_def((unsigned)id)->in_force != kept;
	}
	return n;
}

bool
cli_env_read(struct cli_env *env, const char *path)
{
	struct buf text, why;
	cli_env_init(env, path);
	buf_init(&text, BUF_LARGE);
	buf_init(&why, BUF_SMALL);
	if (!file_read(path, &text, &why)) {
		cli_complain("%s", buf_cstr(&why));
		env->bad = true;
	} else {
		buf_reset(&why);
		if (!setting_env_read(
			buf_cstr(&text), text.len, take_line, env, &why)) {
			cli_complain("%s %s", path, buf_cstr(&why));
			env->bad = true;
		}
	}
	if (text.data != NULL)
		crypt_wipe(text.data, text.len);
	buf_clear(&why);
	buf_clear(&text);
	return !env->bad;
}

void
cli_env_clear(struct cli_env *env)
{
	for (size_t i = 0; i < SETTING__MAX; i++)
		json_object_put(env->secrets[i]);
	json_object_put(env->values);
	buf_clear(&env->later);
	buf_clear(&env->obsolete);
}

/* --- notes -------------------------------------------------------------- */

/* Tokens of everybody's example files are all short. */
static bool
is_weak(const char *token)
{
	return strlen(token) < WEAK_TOKEN_BYTES;
}

static void
note_weak(const struct cli_env *env, enum setting_id id, size_t number)
{
	struct buf place;
	buf_init(&place, BUF_SMALL);
	if (env->line[id] > 0)
		buf_fmt(&place, " line %d", env->line[id]);
	cli_complain("%s%s: %s element %zu is short and easily guessed",
	    env->from[id], buf_cstr(&place), setting_def(id)->name, number);
	buf_clear(&place);
}

void
cli_env_note_weak(const struct cli_env *env)
{
	static const enum setting_id tokens[] = {
	    SETTING_ID_ALLOWED_TOKENS, SETTING_ID_AUTH_TOKEN};
	for (size_t i = 0; i < COUNT_OF(tokens); i++) {
		struct json_object *list = env->secrets[tokens[i]];
		for (size_t k = 0; k < json_count(list); k++)
			if (is_weak(json_object_get_string(json_at(list, k))))
				note_weak(env, tokens[i], k + 1);
	}
}

void
cli_env_notes(const struct cli_env *env)
{
	if (env->obsolete.len > 0)
		cli_complain("%s: without meaning here: %s", env->path,
		    buf_cstr(&env->obsolete));
	if (env->later.len > 0)
		cli_complain("%s: kept for later, this version does not use "
			     "it yet: %s",
		    env->path, buf_cstr(&env->later));
	cli_env_note_weak(env);
}

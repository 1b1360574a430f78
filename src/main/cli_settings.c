/* `keywheel get`, `set` and `unset`. */
#include "main/cli.h"

#include <stdio.h>
#include <string.h>

#include "admin/setting_mask.h"
#include "base/file.h"
#include "base/json.h"
#include "base/setting.h"
#include "base/text.h"
#include "store/db.h"
#include "store/settings.h"

/* Why a name is not a row of the settings; by enum setting_home. */
static const char *const elsewhere[] = {
    [SETTING_KEYS] = "is not kept as a setting: see `keywheel keys --help`",
    [SETTING_TOKENS] = "is not kept as a setting: see `keywheel tokens --help`",
    [SETTING_OBSOLETE] = "has no meaning here",
};

/* The id of a stored setting; -1 after a complaint. */
static int
find_stored(const char *name)
{
	int id = setting_find(name);
	if (id < 0) {
		cli_complain("%s is not a known setting", name);
		return -1;
	}
	const struct setting_def *def = setting_def((enum setting_id)id);
	if (def->home == SETTING_STORED)
		return id;
	cli_complain("%s %s", name, elsewhere[def->home]);
	return -1;
}

/* --- get ---------------------------------------------------------------- */

static void
mask_json(enum setting_id id, struct json_object *value,
    struct json_object *out, const char *name)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	setting_mask(id, json_object_get_string(value), &text);
	if (name != NULL)
		json_set_text(out, name, buf_cstr(&text));
	else
		json_object_array_add(
		    out, json_object_new_string(buf_cstr(&text)));
	buf_clear(&text);
}

/* A secret's value for people: each text of it masked. */
static void
mask_value(const struct settings *s, enum setting_id id, struct buf *out)
{
	struct json_object *value = settings_json(s, id);
	const char *text = settings_text(s, id);
	if (json_object_is_type(value, json_type_object)) {
		struct json_object *masked = json_object_new_object();
		json_object_object_foreach(value, name, member)
		{
			mask_json(id, member, masked, name);
		}
		json_write(out, masked);
		json_object_put(masked);
	} else if (json_object_is_type(value, json_type_array)) {
		struct json_object *masked = json_object_new_array();
		for (size_t i = 0; i < json_count(value); i++)
			mask_json(id, json_at(value, i), masked, NULL);
		json_write(out, masked);
		json_object_put(masked);
	} else if (*text != '\0')
		text_mask(out, text);
}

struct view {
	const struct settings *now, *defaults;
	const struct setting_def *def;
	struct buf value; /* as it may be shown */
	bool secret, changed;
};

static void
look(struct view *v, enum setting_id id)
{
	v->def = setting_def(id);
	v->secret = setting_is_secret(v->def);
	v->changed = strcmp(settings_text(v->now, id),
			 settings_text(v->defaults, id)) != 0;
	buf_reset(&v->value);
	if (v->secret)
		mask_value(v->now, id, &v->value);
	else
		buf_str(&v->value, settings_text(v->now, id));
}

static struct json_object *
view_json(const struct view *v, enum setting_id id)
{
	struct json_object *o = json_object_new_object();
	json_set_text(o, "name", v->def->name);
	json_set_text(o, "value", buf_cstr(&v->value));
	json_set_text(o, "default", settings_text(v->defaults, id));
	json_set_bool(o, "changed", v->changed);
	json_set_bool(o, "secret", v->secret);
	json_set_bool(o, "in_force", v->def->in_force);
	json_set_text(o, "group", v->def->group);
	json_set_text(o, "help", v->def->help);
	return o;
}

/* One setting of the long list. */
static void
print_view(const struct view *v, enum setting_id id)
{
	const char *usual = settings_text(v->defaults, id);
	const char *value = buf_cstr(&v->value);
	printf("%c %s = %s", v->changed ? '*' : ' ', v->def->name,
	    *value == '\0' ? "(empty)" : value);
	if (v->changed)
		printf("   (default: %s)", *usual == '\0' ? "empty" : usual);
	printf("\n      %s%s\n", v->def->help,
	    v->def->in_force ? "" : " Not used by this version yet.");
}

static void
get_all(struct view *v, struct json_object *rows)
{
	const char *group = "";
	for (size_t i = 0; i < SETTING__MAX; i++) {
		enum setting_id id = (enum setting_id)i;
		if (setting_def(id)->home != SETTING_STORED)
			continue;
		look(v, id);
		if (rows != NULL) {
			json_object_array_add(rows, view_json(v, id));
			continue;
		}
		if (strcmp(group, v->def->group) != 0)
			printf("%s%s\n", *group ? "\n" : "", v->def->group);
		group = v->def->group;
		print_view(v, id);
	}
}

static bool
get_named(const struct cli *cli, struct view *v, struct json_object *rows)
{
	for (size_t i = 0; i < cli->n; i++)
		if (find_stored(cli->words[i]) < 0)
			return false;
	for (size_t i = 0; i < cli->n; i++) {
		enum setting_id id =
		    (enum setting_id)setting_find(cli->words[i]);
		look(v, id);
		if (rows != NULL)
			json_object_array_add(rows, view_json(v, id));
		else if (cli->n == 1)
			printf("%s\n", buf_cstr(&v->value));
		else
			printf("%s=%s\n", v->def->name, buf_cstr(&v->value));
	}
	return true;
}

int
cli_settings_get(struct cli *cli)
{
	if (!cli_database(cli))
		return CLI_FAILED;
	struct settings *now = store_settings_load(cli->db);
	if (now == NULL)
		return cli_database_failed(cli);
	struct settings *defaults = settings_new();
	struct json_object *rows = cli->json ? json_object_new_array() : NULL;
	struct view v = {.now = now, .defaults = defaults};
	buf_init(&v.value, BUF_LARGE);

	bool ok = true;
	if (cli->n == 0)
		get_all(&v, rows);
	else
		ok = get_named(cli, &v, rows);
	if (ok && rows != NULL)
		cli_say_json(rows);
	else
		json_object_put(rows);
	buf_clear(&v.value);
	settings_free(defaults);
	settings_free(now);
	return ok ? CLI_DONE : CLI_FAILED;
}

/* --- set ---------------------------------------------------------------- */

/* `-` is standard input, without the end of its last line. */
static bool
read_value(const char *word, struct buf *value)
{
	struct buf why;
	if (strcmp(word, "-") != 0) {
		buf_str(value, word);
		return true;
	}
	buf_init(&why, BUF_SMALL);
	bool ok = file_read("-", value, &why);
	if (!ok)
		cli_complain("%s", buf_cstr(&why));
	else if (strlen(buf_cstr(value)) != value->len) {
		cli_complain("standard input holds a NUL byte");
		ok = false;
	}
	buf_clear(&why);
	return ok;
}

/* Check one pair and put its canonical text among the values. */
static bool
take_pair(const char *name, const char *word, struct json_object *values)
{
	int id = find_stored(name);
	if (id < 0)
		return false;
	struct buf value, text, why;
	buf_init(&value, BUF_LARGE);
	buf_init(&text, BUF_LARGE);
	buf_init(&why, BUF_SMALL);
	bool ok = read_value(word, &value);
	if (ok &&
	    !setting_check(
		(enum setting_id)id, buf_cstr(&value), &text, &why)) {
		cli_complain("%s %s", name, buf_cstr(&why));
		ok = false;
	}
	if (ok)
		json_set_text(values, name, buf_cstr(&text));
	buf_clear(&why);
	buf_clear(&text);
	buf_clear(&value);
	return ok;
}

/* Store what was checked, and say so. Takes the values over. */
static int
put_values(struct cli *cli, struct json_object *values)
{
	int64_t changed = -1;
	if (cli_database(cli)) {
		changed = store_settings_put(cli->db, values, cli_who(), "cli");
		if (changed < 0)
			cli_database_failed(cli);
	}
	if (changed >= 0) {
		json_object_object_foreach(values, name, value)
		{
			enum setting_id id =
			    (enum setting_id)setting_find(name);
			if (value != NULL && !setting_def(id)->in_force)
				cli_complain("%s is kept; this version does "
					     "not use it yet",
				    name);
		}
	}
	if (changed >= 0 && cli->json) {
		struct json_object *o = json_object_new_object();
		json_set_int(o, "changed", changed);
		cli_say_json(o);
	} else if (changed == 0)
		printf("nothing changed: it is so already\n");
	else if (changed > 0)
		printf("%lld setting%s changed\n", (long long)changed,
		    changed == 1 ? "" : "s");
	json_object_put(values);
	return changed < 0 ? CLI_FAILED : CLI_DONE;
}

int
cli_settings_set(struct cli *cli)
{
	if (cli->n % 2 != 0)
		return cli_misuse("the last NAME has no VALUE");
	struct json_object *values = json_object_new_object();
	bool ok = true;
	for (size_t i = 0; i < cli->n; i += 2)
		if (!take_pair(cli->words[i], cli->words[i + 1], values))
			ok = false;
	if (ok)
		return put_values(cli, values);
	json_object_put(values);
	return CLI_FAILED;
}

int
cli_settings_unset(struct cli *cli)
{
	struct json_object *values = json_object_new_object();
	bool ok = true;
	for (size_t i = 0; i < cli->n; i++) {
		if (find_stored(cli->words[i]) < 0)
			ok = false;
		else
			json_set_null(values, cli->words[i]);
	}
	if (ok)
		return put_values(cli, values);
	json_object_put(values);
	return CLI_FAILED;
}

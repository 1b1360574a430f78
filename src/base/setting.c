/* The table of settings, and sets of values. */
#include "base/setting.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

static const struct setting_def table[] = {
#define S(                                                                 \
    name, type, fallback, low, high, choices, group, home, in_force, help) \
	{#name, SETTING_##type, fallback, low, high, choices, group,       \
	    SETTING_##home, in_force, help},
#include "base/setting_list.h"
#undef S
};

/* One value: its canonical text, and the same in the form its type has. */
struct value {
	char *text;
	int64_t number;
	double fraction;
	struct json_object *json;
	bool spoilt;
};

struct settings {
	int64_t version;
	struct value values[SETTING__MAX];
};

const struct setting_def *
setting_def(enum setting_id id)
{
	return &table[id];
}

int
setting_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(table); i++)
		if (strcmp(name, table[i].name) == 0)
			return (int)i;
	return -1;
}

bool
setting_has_choice(const struct setting_def *def, const char *word)
{
	size_t len = strlen(word);
	const char *p = def->choices;
	while (p != NULL) {
		size_t size = strcspn(p, "|");
		if (size == len && memcmp(p, word, len) == 0)
			return true;
		p = p[size] == '|' ? p + size + 1 : NULL;
	}
	return false;
}

bool
setting_is_secret(const struct setting_def *def)
{
	return def->type != SETTING_CHOICE && setting_has_choice(def, "secret");
}

static void
clear_value(struct value *v)
{
	free(v->text);
	json_object_put(v->json);
	*v = (struct value){0};
}

/* Fill v from a canonical text, which it takes over. */
static bool
fill_value(struct value *v, enum setting_type type, char *text)
{
	*v = (struct value){.text = text};
	switch (type) {
	case SETTING_BOOL:
		v->number = strcmp(text, "true") == 0;
		return true;
	case SETTING_INT:
		return text_to_int(text, INT64_MIN, INT64_MAX, &v->number);
	case SETTING_NUMBER:
		v->fraction = strtod(text, NULL);
		return true;
	case SETTING_LIST:
	case SETTING_MAP:
	case SETTING_JSON:
		v->json = json_parse(text, strlen(text), NULL);
		return v->json != NULL;
	default:
		return true;
	}
}

struct settings *
settings_new(void)
{
	struct settings *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	for (size_t i = 0; i < SETTING__MAX; i++) {
		if (!settings_put(s, (enum setting_id)i, table[i].fallback)) {
			settings_free(s);
			return NULL;
		}
	}
	return s;
}

void
settings_free(struct settings *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < SETTING__MAX; i++)
		clear_value(&s->values[i]);
	free(s);
}

bool
settings_put(struct settings *s, enum setting_id id, const char *value)
{
	struct buf text, why;
	buf_init(&text, BUF_LARGE);
	buf_init(&why, BUF_SMALL);
	bool ok = setting_check(id, value, &text, &why);
	buf_clear(&why);
	char *canonical = ok ? buf_take(&text) : NULL;
	buf_clear(&text);
	if (canonical == NULL)
		return false;

	/* The old value stays until the new one is complete. */
	struct value v;
	if (!fill_value(&v, table[id].type, canonical)) {
		clear_value(&v);
		return false;
	}
	clear_value(&s->values[id]);
	s->values[id] = v;
	return true;
}

void
settings_spoil(struct settings *s, enum setting_id id)
{
	s->values[id].spoilt = true;
}

bool
settings_is_spoilt(const struct settings *s, enum setting_id id)
{
	return s->values[id].spoilt;
}

int64_t
settings_version(const struct settings *s)
{
	return s->version;
}

void
settings_set_version(struct settings *s, int64_t version)
{
	s->version = version;
}

int64_t
settings_int(const struct settings *s, enum setting_id id)
{
	return s->values[id].number;
}

size_t
settings_bytes(const struct settings *s, enum setting_id id)
{
	return (size_t)settings_int(s, id) * 1024 * 1024;
}

double
settings_number(const struct settings *s, enum setting_id id)
{
	return table[id].type == SETTING_NUMBER ? s->values[id].fraction
						: (double)s->values[id].number;
}

const char *
settings_text(const struct settings *s, enum setting_id id)
{
	return s->values[id].text;
}

struct json_object *
settings_json(const struct settings *s, enum setting_id id)
{
	return s->values[id].json;
}

bool
settings_has(const struct settings *s, enum setting_id id, const char *text)
{
	return json_has_text(s->values[id].json, text);
}

bool
settings_fits(const struct settings *s, enum setting_id id, const char *text)
{
	struct json_object *list = s->values[id].json;
	for (size_t i = 0; i < json_count(list); i++) {
		const char *row = json_object_get_string(json_at(list, i));
		size_t len = strlen(row);
		if (strcmp(row, text) == 0 ||
		    (len > 0 && row[len - 1] == '*' &&
			strncmp(row, text, len - 1) == 0))
			return true;
	}
	return false;
}

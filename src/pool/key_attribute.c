/* Attributes of keys: their names and values. */
#include "pool/key_attribute.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"

#define LETTERS                                                \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789"

#define PROJECT_MAX 100
#define MODEL_MAX 128
#define MODELS_MAX 100
#define NOTE_MAX 300

typedef const char *read_fn(const char *value, struct buf *out);

static const char *
read_project(const char *value, struct buf *out)
{
	static const char prefix[] = "projects/";
	if (text_starts(value, prefix))
		value += strlen(prefix);
	/* Old ones have their owner's domain in front: example.com:name. */
	size_t len = strlen(value);
	if (len > PROJECT_MAX || strspn(value, LETTERS ".:_-") != len)
		return N_("must be a project's number or id");
	buf_str(out, value);
	return NULL;
}

static const char *
read_pool(const char *value, struct buf *out)
{
	static const char *const pools[] = {"gemini", "paid", "vertex"};
	for (size_t i = 0; i < COUNT_OF(pools); i++) {
		if (!text_same(value, pools[i]))
			continue;
		buf_str(out, pools[i]);
		return NULL;
	}
	return N_("must be gemini, paid or vertex");
}

static const char *
read_weight(const char *value, struct buf *out)
{
	int64_t weight;
	if (!text_to_int(value, 1, 100, &weight))
		return N_("must be a whole number from 1 to 100");
	buf_fmt(out, "%d", (int)weight);
	return NULL;
}

/* One name of the list, or a beginning with a * behind it. */
static bool
is_model(const char *name, size_t len)
{
	if (len > 0 && name[len - 1] == '*')
		len--;
	if (len == 0 || len > MODEL_MAX || strchr(LETTERS, *name) == NULL)
		return false;
	for (size_t i = 0; i < len; i++)
		if (name[i] == '\0' || strchr(LETTERS "._:@-", name[i]) == NULL)
			return false;
	return true;
}

static const char *
read_models(const char *value, struct buf *out)
{
	static const char prefix[] = "models/";
	size_t n = 0;
	if (strcmp(value, "*") == 0 || text_same(value, "all"))
		return NULL;
	while (*value != '\0') {
		value += strspn(value, " ,");
		if (text_starts(value, prefix))
			value += strlen(prefix);
		size_t len = strcspn(value, " ,");
		if (len == 0)
			break;
		if (!is_model(value, len) || ++n > MODELS_MAX)
			return N_(
			    "must be names of models, or beginnings with *, "
			    "and commas between");
		if (n > 1)
			buf_byte(out, ',');
		buf_add(out, value, len);
		value += len;
	}
	return NULL;
}

static const char *
read_reserve(const char *value, struct buf *out)
{
	static const char *const words[] = {
	    "off", "on", "false", "true", "0", "1", "no", "yes"};
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (!text_same(value, words[i]))
			continue;
		buf_str(out, words[i % 2]);
		return NULL;
	}
	return N_("must be on or off");
}

static const char *
read_note(const char *value, struct buf *out)
{
	size_t len = strlen(value);
	if (len > NOTE_MAX || !text_is_utf8(value, len))
		return N_("must be UTF-8 text of at most 300 bytes");
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)value[i] < ' ' || value[i] == 0x7f)
			return N_("must be text of one line");
	buf_str(out, value);
	return NULL;
}

static const struct {
	const char *name;
	read_fn *read;
} attributes[KEY__ATTRIBUTES] = {
    [KEY_PROJECT] = {"project", read_project},
    [KEY_POOL] = {"pool", read_pool},
    [KEY_WEIGHT] = {"weight", read_weight},
    [KEY_MODELS] = {"models", read_models},
    [KEY_RESERVE] = {"reserve", read_reserve},
    [KEY_NOTE] = {"note", read_note},
};

const char *
key_attribute_name(enum key_attribute attribute)
{
	return attributes[attribute].name;
}

int
key_attribute_find(const char *name, size_t len)
{
	for (int i = 0; i < KEY__ATTRIBUTES; i++)
		if (strlen(attributes[i].name) == len &&
		    memcmp(attributes[i].name, name, len) == 0)
			return i;
	return -1;
}

const char *
key_attribute_read(
    enum key_attribute attribute, const char *value, struct buf *out)
{
	return attributes[attribute].read(value, out);
}

void
key_attribute_set(
    struct json_object *to, enum key_attribute attribute, const char *value)
{
	const char *name = key_attribute_name(attribute);
	struct json_object *models;
	switch (attribute) {
	case KEY_PROJECT:
		json_set_text(to, name, *value == '\0' ? NULL : value);
		break;
	case KEY_WEIGHT:
		json_set_int(to, name, atoi(value));
		break;
	case KEY_MODELS:
		models = *value == '\0' ? NULL : json_object_new_array();
		while (*value != '\0') {
			size_t len = strcspn(value, ",");
			json_object_array_add(models,
			    json_object_new_string_len(value, (int)len));
			value += len + (value[len] == ',');
		}
		json_set(to, name, models);
		break;
	case KEY_RESERVE:
		json_set_bool(to, name, text_same(value, "on"));
		break;
	default:
		json_set_text(to, name, value);
		break;
	}
}

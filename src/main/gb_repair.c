/* Values of gemini-balance's database that are not legal here. */
#include "main/gb_repair.h"

#include <string.h>

#include "base/json.h"

static bool
is_legal(enum setting_id id, const char *value)
{
	struct buf text, why;
	buf_init(&text, BUF_LARGE);
	buf_init(&why, BUF_SMALL);
	bool ok = setting_check(id, value, &text, &why);
	buf_clear(&why);
	buf_clear(&text);
	return ok;
}

static bool
is_legal_element(enum setting_id id, struct json_object *element)
{
	struct json_object *alone = json_object_new_array();
	struct buf text;
	json_object_array_add(alone, json_object_get(element));
	buf_init(&text, BUF_LARGE);
	json_write(&text, alone);
	bool ok = is_legal(id, buf_cstr(&text));
	buf_clear(&text);
	json_object_put(alone);
	return ok;
}

static bool
repair_list(enum setting_id id, const char *value, struct buf *out, bool *less)
{
	struct json_object *list = json_parse(value, strlen(value), NULL);
	struct json_object *legal = json_object_new_array();
	for (size_t i = 0; i < json_count(list); i++)
		if (is_legal_element(id, json_at(list, i)))
			json_object_array_add(
			    legal, json_object_get(json_at(list, i)));
	*less = json_count(legal) < json_count(list);
	json_write(out, legal);
	bool some = json_count(legal) > 0;
	json_object_put(legal);
	json_object_put(list);
	return some && is_legal(id, buf_cstr(out));
}

static bool
repair_map(enum setting_id id, const char *value, struct buf *out)
{
	for (const char *p = value; *p != '\0'; p++)
		buf_byte(out, *p == '\'' ? '"' : *p);
	return is_legal(id, buf_cstr(out));
}

bool
gb_repair(enum setting_id id, const char *value, struct buf *out, bool *less)
{
	*less = false;
	switch (setting_def(id)->type) {
	case SETTING_LIST:
		return repair_list(id, value, out, less);
	case SETTING_MAP:
		return repair_map(id, value, out);
	default:
		return false;
	}
}

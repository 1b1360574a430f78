/* What the options of a command say of keys, as the database is told it. */
#include "main/cli.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

void
cli_attribute_set(
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

struct json_object *
cli_attributes(const struct cli *cli)
{
	struct json_object *o = json_object_new_object();
	bool ok = true;
	for (int i = 0; i < KEY__ATTRIBUTES; i++) {
		enum key_attribute id = (enum key_attribute)i;
		struct buf value;
		if (cli->attribute[i] == NULL)
			continue;
		buf_init(&value, BUF_SMALL);
		const char *why =
		    key_attribute_read(id, cli->attribute[i], &value);
		if (why != NULL) {
			cli_complain("--%s %s", key_attribute_name(id), why);
			ok = false;
		} else
			cli_attribute_set(o, id, buf_cstr(&value));
		buf_clear(&value);
	}
	if (ok)
		return o;
	json_object_put(o);
	return NULL;
}

/* The loop over the tables of fields, and what their handlers share. */
#include "protocol/chat_fields.h"

#include <stdio.h>

#include "base/json.h"

struct chat_parts_env
chat_fields_parts_env(const struct chat_build *b)
{
	return (struct chat_parts_env){
	    &b->req->traits, b->policy, &b->req->fetches};
}

bool
chat_fields_read(struct chat_build *b, struct json_object *o, const char *path,
    const struct chat_field *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct chat_field *row = &rows[i];
		struct json_object *value = json_get(o, row->name);
		if (value == NULL)
			continue;
		char member[FIELD_PATH_SIZE];
		snprintf(member, sizeof(member), "%s%s%s", path,
		    path[0] == '\0' ? "" : ".", row->name);
		if (!field_check(value, &row->rule, member, b->error) ||
		    !row->take(b, row, value, member))
			return false;
	}
	return true;
}

int64_t
chat_fields_int(struct json_object *value, int64_t low, int64_t high)
{
	int64_t n = json_object_get_int64(value);
	return n < low ? low : n > high ? high : n;
}

bool
chat_fields_take_config(struct chat_build *b, const struct chat_field *field,
    struct json_object *value, const char *path)
{
	(void)path;
	if (field->rule.type == FIELD_INT)
		json_set_int(b->config, field->to,
		    chat_fields_int(value, INT32_MIN, INT32_MAX));
	else
		json_share(b->config, field->to, value);
	return true;
}

void
chat_fields_dropped(struct chat_build *b, const char *name)
{
	struct buf *list = &b->req->adjusted;
	buf_fmt(list, "%s%s", list->len > 0 ? ", " : "", name);
}

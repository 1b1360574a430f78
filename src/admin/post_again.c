/* Forms that are sent again. */
#include "admin/post_again.h"

#include <string.h>

#include "admin/post.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "web/query.h"

static struct json_object *
list_fields(const char *fields)
{
	struct json_object *list = json_object_new_array();
	struct buf name, value;
	buf_init(&name, BUF_SMALL);
	buf_init(&value, BUF_LARGE);
	while (query_next(&fields, &name, &value)) {
		if (strcmp(buf_cstr(&name), POST_TOKEN) == 0 ||
		    strcmp(buf_cstr(&name), POST_SECRET) == 0)
			continue;
		struct json_object *field = json_object_new_object();
		json_set_text(field, "name", buf_cstr(&name));
		json_set_text(field, "value", buf_cstr(&value));
		json_object_array_add(list, field);
	}
	buf_clear(&name);
	buf_clear(&value);
	return list;
}

void
post_again(struct visit *v, int status, const char *path, const char *query,
    const char *fields)
{
	struct json_object *data = json_object_new_object();
	struct buf to;
	buf_init(&to, BUF_SMALL);
	buf_str(&to, path);
	if (*query != '\0')
		buf_fmt(&to, "?%s", query);
	json_set_text(data, "to", buf_cstr(&to));
	json_set_text(data, "back", path);
	bool large = strlen(fields) > POST_AGAIN_MAX;
	json_set_bool(data, "large", large);
	if (!large)
		json_set(data, "fields", list_fields(fields));
	visit_send_status(v, status, "again.html", N_("Send it again?"), data);
	buf_clear(&to);
}

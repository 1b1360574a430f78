/* Lists of files. */
#include "gateway/file_list.h"

#include "base/json.h"
#include "gateway/access.h"
#include "gateway/body.h"
#include "gateway/live.h"
#include "gateway/respond.h"
#include "gateway/service.h"

static bool
list(struct service *s, const struct file_list_form *form, uint8_t *token,
    int64_t *token_id, struct buf *out, struct api_error *error)
{
	struct resources_query query = {.kind = "files"};
	struct json_object *found = NULL;
	struct buf after;
	buf_init(&after, BUF_SMALL);
	bool ok = access_take(s, token, error) &&
	    access_check(s, token, token_id, NULL, error) &&
	    form->read(s, &query, &after, error);
	if (ok) {
		query.token_id = *token_id;
		query.limit++;
		found = resources_list(s->db, &query);
		ok = found != NULL ||
		    api_error_set(error, FAULT_DATABASE, NULL,
			"The gateway's database cannot be reached.");
	}
	if (ok)
		form->write(found, query.limit - 1, out);
	json_object_put(found);
	json_object_put(query.facts);
	buf_clear(&after);
	return ok;
}

void
file_list_serve(struct service *s, const struct file_list_form *form)
{
	uint8_t token[CRYPT_HASH_SIZE];
	int64_t token_id = 0;
	struct api_error error = {0};
	struct buf body;
	buf_init(&body, BUF_LARGE);
	if (list(s, form, token, &token_id, &body, &error)) {
		respond_body(
		    s, 200, form->content_type, buf_cstr(&body), body.len);
		live_answered(s, form->route, "-", token_id);
	} else {
		body_refuse(s, form->route, "-", token, token_id, form->dialect,
		    &error);
	}
	api_error_clear(&error);
	buf_clear(&body);
}

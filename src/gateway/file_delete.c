/* Deleting files at Google. */
#include "gateway/file_delete.h"

#include "base/json.h"
#include "gateway/direct.h"
#include "store/resources.h"

/* Is it gone now, whoever has deleted it? */
static bool
is_gone(const struct direct_call *call)
{
	return call->end == ATTEMPT_ANSWERED ||
	    (call->end == ATTEMPT_REFUSED &&
		(call->status == 403 || call->status == 404) &&
		call->verdict.fault == FAULT_NOT_FOUND);
}

/* Ask for it; what is gone comes into the list. */
static void
delete_at_google(const struct direct *way, const struct old_resource *files,
    int n, struct json_object *gone)
{
	struct direct_call calls[EXCHANGE_LANES] = {0};
	struct buf paths[EXCHANGE_LANES];
	for (int i = 0; i < n; i++) {
		buf_init(&paths[i], BUF_SMALL);
		buf_fmt(&paths[i], "/%s", files[i].name);
		calls[i] = (struct direct_call){.pool = files[i].pool,
		    .secret = files[i].secret,
		    .scope = files[i].scope,
		    .method = "DELETE",
		    .file_route = true,
		    .path = buf_cstr(&paths[i])};
	}
	direct_run(way, calls, n);
	for (int i = 0; i < n; i++) {
		if (is_gone(&calls[i])) {
			struct json_object *o = json_object_new_object();
			json_set_text(o, "name", files[i].name);
			json_set_text(o, "scope", files[i].scope);
			json_object_array_add(gone, o);
		}
		direct_clear(&calls[i]);
		buf_clear(&paths[i]);
	}
}

bool
file_delete(const struct direct *way, const struct old_resource *files, int n,
    int *gone)
{
	struct json_object *list = json_object_new_array();
	delete_at_google(way, files, n, list);
	*gone = (int)json_count(list);
	bool ok = *gone == 0 || resources_drop(way->db, list);
	json_object_put(list);
	return ok;
}

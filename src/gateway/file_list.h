/* Lists of files: of what we know that the token may see, all projects
 * together, in the form of an API. */
#ifndef KEYWHEEL_GATEWAY_FILE_LIST_H
#define KEYWHEEL_GATEWAY_FILE_LIST_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "protocol/api_error.h"
#include "store/resources.h"

struct service;

struct file_list_form {
	enum api_dialect dialect;
	const char *route, *content_type;
	/* What the query asks for: limit, and maybe more. after is where the
	 * name for query->after lies. False with *error set. */
	bool (*read)(struct service *s, struct resources_query *query,
	    struct buf *after, struct api_error *error);
	/* The page of `room` files; found may hold one more. */
	void (*write)(struct json_object *found, int64_t room, struct buf *out);
};

/* Serve the request for a list. */
void file_list_serve(struct service *s, const struct file_list_form *form);

#endif

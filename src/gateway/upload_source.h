/* Where the bytes of an upload come from, as they go out. */
#ifndef KEYWHEEL_GATEWAY_UPLOAD_SOURCE_H
#define KEYWHEEL_GATEWAY_UPLOAD_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/form.h"
#include "gateway/live.h"

struct upload_source {
	struct web_call *call;        /* the request's body, read once … */
	const struct form_part *part; /* … or a part of a form */
	int64_t at;                   /* bytes that have been read */
	bool begun;
};

/* Let the request's body go out, or that of the part; the source must stay as
 * long as live. */
void upload_source_set(struct live *live, struct upload_source *source);

#endif

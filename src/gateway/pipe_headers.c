/* Header fields that pass. */
#include "gateway/pipe_headers.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"
#include "web/call.h"

/* Content-Type goes with the body; the key and the user agent are ours. */
static const char *const to_google[] = {
    "Accept",
    "x-server-timeout",
    "x-goog-fieldmask",
    "x-goog-api-version",
    "Api-Revision",
};

/* Content-Type and Retry-After have ways of their own. An entry that ends with
 * a hyphen stands for all that begin so. */
static const char *const to_client[] = {
    "x-gemini-",
    "x-goog-upload-",
    "content-disposition",
    "content-language",
};

void
pipe_headers_take(struct pipe_headers *h, struct web_call *call)
{
	for (size_t i = 0; i < COUNT_OF(to_google) && h->n < PIPE_HEADERS;
	     i++) {
		const char *value = web_header(call, to_google[i]);
		if (value != NULL && *value != '\0')
			h->of[h->n++] =
			    (struct exchange_header){to_google[i], value};
	}
}

/* Addresses of Google's, under which clients would go on past us: upload.c has
 * others for them. */
static bool
is_address(const char *name)
{
	return strcmp(name, "x-goog-upload-url") == 0 ||
	    strcmp(name, "x-goog-upload-control-url") == 0;
}

static bool
passes(const char *name)
{
	if (is_address(name))
		return false;
	for (size_t i = 0; i < COUNT_OF(to_client); i++) {
		const char *row = to_client[i];
		if (row[strlen(row) - 1] == '-' ? text_starts(name, row)
						: strcmp(name, row) == 0)
			return true;
	}
	return false;
}

void
pipe_headers_add(struct pipe_headers *h, const char *name, const char *value)
{
	if (h->n == PIPE_HEADERS || !passes(name))
		return;
	/* One block: the name, its NUL, the value. */
	size_t name_len = strlen(name) + 1;
	size_t value_len = strlen(value) + 1;
	char *copy = malloc(name_len + value_len);
	if (copy == NULL)
		return;
	memcpy(copy, name, name_len);
	memcpy(copy + name_len, value, value_len);
	h->owned[h->n] = copy;
	h->of[h->n++] = (struct exchange_header){copy, copy + name_len};
}

void
pipe_headers_clear(struct pipe_headers *h)
{
	for (size_t i = 0; i < h->n; i++)
		free(h->owned[i]);
	*h = (struct pipe_headers){0};
}
